#pragma once

// Functions that a module finds only because Python code of the wheel opens the library that has
// them for all, `ctypes.CDLL(PATH, RTLD_GLOBAL)`
// (docs/design/sessions.md#libraries-that-python-opens).

#include <cstdint>
#include <optional>
#include <vector>

#include "loader/link.hpp"
#include "profile/release_set.hpp"

namespace wheelaudit::loader {

/// Whether a library that was opened with RTLD_GLOBAL reaches modules that are loaded already, as
/// every preloaded module is.
[[nodiscard]] bool reaches_loaded_modules(const profile::LoaderBehaviour& loader);

/// Which call of the wheel's Python code opens a library before a module can be used.
struct Opening {
  std::uint32_t opened = 0;    ///< index into Wheel::opened_libraries
  std::uint32_t provider = 0;  ///< the library, index into Wheel::modules
};

/// The openings that come before every use of `wheel.modules[module]`, in the order of
/// Wheel::opened_libraries: in the `__init__.py` of a package that holds the module, or in front of
/// the call that opens the module itself.
[[nodiscard]] std::vector<Opening> openings_before(const wheel::Wheel& wheel,
                                                   const LinkIndex& index, std::size_t module);

/// The opening whose library exports a function under the name of an import, of the same type.
[[nodiscard]] std::optional<Opening> opening_with(const wheel::Wheel& wheel, const LinkIndex& index,
                                                  const std::vector<Opening>& openings,
                                                  std::size_t module, std::uint32_t import);

/// An import that an opening binds.
struct OpenedBinding {
  std::uint32_t module = 0;
  std::uint32_t import = 0;
  Opening opening;
  profile::ReleaseSet releases;
};

}  // namespace wheelaudit::loader
