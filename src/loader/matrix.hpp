#pragma once

// The matrix of runtimes: one row per release, what its installers would do with the wheel and what
// its loader would.

#include <cstdint>
#include <string>
#include <vector>

#include "loader/target.hpp"

namespace wheelaudit::loader {

/// One row of the matrix of runtimes.
struct RuntimeRow {
  std::string profile;
  std::string pyodide;
  bool micropip = false;  ///< its own installer takes a tag of the wheel
  bool pip = false;       ///< pip ≥ 26.1 would take it for this platform
  bool uv = false;
  profile::Outcome links = profile::Outcome::ok;  ///< the worst over the modules
  std::uint64_t unresolved = 0;
  std::uint64_t mismatched = 0;
};

/// Rows for the target's judged releases, oldest first.
[[nodiscard]] std::vector<RuntimeRow> runtime_rows(const wheel::Wheel& wheel, const Target& target);

}  // namespace wheelaudit::loader
