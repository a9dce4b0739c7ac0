#pragma once

// A target: one ABI (or some releases of it) that a wheel is judged for, with everything linking
// found out about the wheel on those releases. Computed once, read by every rule.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "wheelaudit/abi_profile.hpp"
#include "wheelaudit/link.hpp"
#include "wheelaudit/wheel.hpp"

namespace wheelaudit {

/// An import that does not work out on some judged release. Each symbol is one entry per module:
/// unresolved functions and addresses of one name stand together, the address (whose consequence is
/// the worse) in front; a mismatch stands for itself.
struct AffectedImport {
  std::size_t import = 0;             ///< index of the first such import of the module
  ImportLinkage linkage;              ///< on the newest affected release
  std::vector<std::size_t> releases;  ///< affected ones, indices into the profile's runtimes
  Outcome outcome = Outcome::ok;      ///< the worst over them
  bool address = false;               ///< an import of GOT.mem or GOT.func
  bool reached_at_load = false;       ///< functions: start functions or constructors reach it
  std::string expected;               ///< of a mismatch, on the newest affected release
  std::string found;
};

struct Target {
  const AbiProfile* profile = nullptr;
  std::vector<std::size_t> judged;  ///< indices of the releases judged, oldest first
  /// Platform tags of the wheel that belong to this ABI (aliases count); empty when the profile was
  /// asked for with --profile or the wheel's tag is native.
  std::vector<std::string> claimed;
  /// `linkages[m][i]`: wheel.modules[m] on release judged[i]; an unsound module has empty linkages.
  std::vector<std::vector<Linkage>> linkages;
  /// `affected[m]`: what of wheel.modules[m] does not work out, sorted by symbol.
  std::vector<std::vector<AffectedImport>> affected;
};

/// Links every module of the wheel on the judged releases of `profile`.
[[nodiscard]] Target make_target(const Wheel& wheel, const LinkIndex& index,
                                 const AbiProfile& profile, std::vector<std::size_t> judged,
                                 std::vector<std::string> claimed = {});

}  // namespace wheelaudit
