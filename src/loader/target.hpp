#pragma once

// A target: one ABI (or some releases of it) for which a wheel is judged, with everything that
// linking found out about the wheel on those releases. Computed once; every rule reads it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loader/link.hpp"
#include "loader/opened.hpp"
#include "loader/orders.hpp"
#include "profile/profile.hpp"
#include "profile/release_set.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::loader {

/// An import that does not resolve, or does not fit, on some judged release. A module has one entry
/// per symbol: unresolved functions and addresses of one name are one entry, which shows the
/// address, because its consequence is the worse; a mismatch is an entry of its own.
struct Problem {
  std::uint32_t import = 0;      ///< index of the module's import that the entry shows
  std::uint32_t newest = 0;      ///< its last import on the newest release of `releases`
  Binding binding;               ///< the binding of `newest` on that release
  profile::ReleaseSet releases;  ///< where it fails; indices into the profile's runtimes
  profile::Outcome outcome = profile::Outcome::ok;  ///< the worst outcome on them
  bool address = false;                             ///< an import of GOT.mem or GOT.func
  bool reached_at_load = false;  ///< functions: start functions or constructors reach it
};

/// What loading the modules of the wheel one after the other shows, over all judged releases.
struct Sessions {
  std::vector<RepeatedLoad> repeated;  ///< sorted by module
  std::vector<OrderProblem> problems;  ///< sorted by module, then import, then kind
  profile::ReleaseSet gave_up;         ///< releases on which not every order was tried
};

/// `choose_targets` makes it without bindings; `link_target` fills them in, for one target at a
/// time, because the bindings of a module of very many symbols are large.
struct Target {
  const profile::AbiProfile* profile = nullptr;
  std::vector<std::size_t> judged;  ///< indices of the releases judged, oldest first
  /// Platform tags of the wheel that belong to this ABI (aliases count); empty when the user asked
  /// for the profile (`--profile`) or the wheel's tag is native.
  std::vector<std::string> claimed;
  /// `bindings[m][i]`: of wheel.modules[m] on release judged[i]; empty for an unsound module.
  std::vector<BindingsByRelease> bindings;
  /// `problems[m]`: the problems of wheel.modules[m], sorted by symbol.
  std::vector<std::vector<Problem>> problems;
  Sessions sessions;
  /// Calls that work because Python code of the wheel opens a library; sorted by module, then
  /// import.
  std::vector<OpenedBinding> opened;
};

/// Returns the target with every module of the wheel linked on its judged releases.
[[nodiscard]] Target link_target(const wheel::Wheel& wheel, const LinkIndex& index, Target target);
/// The same for a new target of some releases of `profile`, which must outlive it.
[[nodiscard]] Target make_target(const wheel::Wheel& wheel, const LinkIndex& index,
                                 const profile::AbiProfile& profile,
                                 std::vector<std::size_t> judged,
                                 std::vector<std::string> claimed = {});

}  // namespace wheelaudit::loader
