#pragma once

// The matrix of runtimes: one row per release, with what installers and the loader of that release
// would do with the wheel.

#include <cstdint>
#include <string>
#include <vector>

#include "loader/target.hpp"

namespace wheelaudit::loader {

/// One row of the matrix of runtimes.
struct RuntimeRow {
  std::string profile;
  std::string pyodide;    ///< version of the release
  bool micropip = false;  ///< the release's own installer takes a tag of the wheel
  bool pip = false;       ///< pip ≥ 26.1 would take the wheel for this platform
  bool uv = false;        ///< uv would take the wheel for this platform
  profile::Outcome links = profile::Outcome::ok;  ///< worst of modules, imports, needed
  std::uint64_t unresolved = 0;                   ///< symbols that no one offers
  std::uint64_t mismatched = 0;                   ///< imports whose type, kind or limits do not fit
};

/// Which installers take one of the wheel's tags on a release: a row without the rest.
[[nodiscard]] RuntimeRow installers_of(const wheel::Wheel& wheel,
                                       const profile::AbiProfile& profile,
                                       const profile::Runtime& runtime);

/// Rows for the target's judged releases, oldest first.
[[nodiscard]] std::vector<RuntimeRow> runtime_rows(const wheel::Wheel& wheel, const Target& target);

}  // namespace wheelaudit::loader
