#pragma once

// A target: one ABI (or some releases of it) that a wheel is judged for, with everything linking
// found out about the wheel on those releases. Computed once, read by every rule.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loader/link.hpp"
#include "profile/profile.hpp"
#include "profile/release_set.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::loader {

/// An import that does not work out on some judged release. Each symbol is one entry per module:
/// unresolved functions and addresses of one name stand together, the address (whose consequence is
/// the worse) in front; a mismatch stands for itself.
struct Problem {
  std::uint32_t import = 0;      ///< index of the first such import of the module
  std::uint32_t newest = 0;      ///< index of the last one, on the newest affected release …
  Binding binding;               ///< … and what it comes to there
  profile::ReleaseSet releases;  ///< affected ones, indices into the profile's runtimes
  profile::Outcome outcome = profile::Outcome::ok;  ///< the worst over them
  bool address = false;                             ///< an import of GOT.mem or GOT.func
  bool reached_at_load = false;  ///< functions: start functions or constructors reach it
};

/// As chosen (`choose_targets`) it has no bindings; `link_target` fills them in, for one target at
/// a time, since those of a module of very many symbols are large.
struct Target {
  const profile::AbiProfile* profile = nullptr;
  std::vector<std::size_t> judged;  ///< indices of the releases judged, oldest first
  /// Platform tags of the wheel that belong to this ABI (aliases count); empty when the profile was
  /// asked for with --profile or the wheel's tag is native.
  std::vector<std::string> claimed;
  /// `bindings[m][i]`: wheel.modules[m] on release judged[i]; an unsound module has empty bindings.
  std::vector<BindingsByRelease> bindings;
  /// `problems[m]`: what of wheel.modules[m] does not work out, sorted by symbol.
  std::vector<std::vector<Problem>> problems;
};

/// The target with every module of the wheel linked on its judged releases.
[[nodiscard]] Target link_target(const wheel::Wheel& wheel, const LinkIndex& index, Target target);
/// The same for some releases of `profile`.
[[nodiscard]] Target make_target(const wheel::Wheel& wheel, const LinkIndex& index,
                                 const profile::AbiProfile& profile,
                                 std::vector<std::size_t> judged,
                                 std::vector<std::string> claimed = {});

}  // namespace wheelaudit::loader
