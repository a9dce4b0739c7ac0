#pragma once

// The orders in which the modules of a wheel can be loaded, each tried in a session
// (docs/design/sessions.md#orders): what fails in some of them, what is loaded more than once, and
// which functions a module finds only through others.

#include <cstdint>
#include <string>
#include <vector>

#include "loader/libraries.hpp"
#include "loader/link.hpp"
#include "profile/release_set.hpp"

namespace wheelaudit::loader {

/// One order of loading.
struct LoadOrder {
  Arrival arrival = Arrival::import;
  std::vector<std::uint32_t> modules;  ///< of an import: what is imported, in this order
  bool operator==(const LoadOrder&) const = default;
};

/// A file that one session loads more than once.
struct RepeatedLoad {
  std::uint32_t module = 0;
  std::uint32_t times = 0;  ///< on the newest release of `releases`
  bool is_split = false;    ///< modules that use it use different instances
  LoadOrder order;          ///< an order that does it, on that release
  std::string first_path;   ///< the paths of two instances below site-packages
  std::string second_path;
  profile::ReleaseSet releases;
};

/// An import that fails in some order and not in all.
struct OrderProblem {
  enum class Kind : std::uint8_t {
    hidden,      ///< a library that was loaded before does not bring what it needs itself
    callback,    ///< a library calls back into a module, and was loaded without that module
    unfinished,  ///< an address of a library in a cycle whose load is not finished
    null,        ///< a weak address of a library in a cycle that stays null
    weak,        ///< a weak address that another module's load made strong
  };
  Kind kind = Kind::hidden;
  std::uint32_t module = 0;
  std::uint32_t import = 0;
  std::uint32_t provider = 0;  ///< the module that has the symbol; of `weak`, whose load it was
  LoadOrder order;             ///< an order that fails, on the newest of `releases`
  bool fails_always = false;   ///< no order that was tried works, on that release
  profile::Outcome outcome = profile::Outcome::call;
  profile::ReleaseSet releases;
};

/// A function or address that no library of the module itself has, and that every session gives to
/// it.
struct Callback {
  std::uint32_t module = 0;
  std::uint32_t import = 0;
  std::uint32_t provider = 0;
};

/// What the sessions of one release show.
struct SessionResult {
  std::vector<RepeatedLoad> repeated;
  std::vector<OrderProblem> problems;
  std::vector<Callback> callbacks;
  bool gave_up = false;  ///< there are too many orders, or a chain of libraries is too long
};

/// Tries the orders on one release. `bindings[m]` are those of `wheel.modules[m]` on that release.
[[nodiscard]] SessionResult try_orders(const wheel::Wheel& wheel, const LinkIndex& index,
                                       const profile::AbiProfile& profile, std::size_t release,
                                       const std::vector<const ModuleBindings*>& bindings);

}  // namespace wheelaudit::loader
