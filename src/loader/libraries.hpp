#pragma once

// Where a release's loader looks for needed libraries (docs/design/linking.md#needed-libraries),
// and what a module gets from them. Internal to linking.

#include <cstddef>
#include <string>
#include <string_view>

#include "loader/link.hpp"

namespace wheelaudit::loader {

/// Who loads the files of a wheel.
enum class Arrival : std::uint8_t {
  package_loader,  ///< loadPackage and micropip: all at once, in the order of the archive
  import,          ///< a plain import, after pip or uv unpacked the wheel
};
/// Where a member lies once it is installed: pip and uv move `.data/platlib` and `.data/purelib`,
/// the package loader does not (docs/design/wheels.md#placement).
[[nodiscard]] std::string path_after(Arrival arrival, std::string_view member);

/// Binds one needed name of `wheel.modules[module]` by the rules of `loader`.
[[nodiscard]] NeededBinding find_needed(const wheel::Wheel& wheel, const LinkIndex& index,
                                        std::size_t module, const profile::LoaderBehaviour& loader,
                                        std::string_view name);

/// Where one release's loader finds a needed library, and the key that the loader gives it: a path
/// below site-packages with a slash in front, or the name as the module needs it.
struct FoundLibrary {
  std::uint32_t module = 0;
  std::string key;
};
/// Searches `name` for the instance `parent_key` of module `parent`; `top` is the module whose load
/// brought that instance in. nullopt when this release does not find the library.
[[nodiscard]] std::optional<FoundLibrary> find_library(const wheel::Wheel& wheel,
                                                       const LinkIndex& index,
                                                       const profile::LoaderBehaviour& loader,
                                                       Arrival arrival, std::string_view parent_key,
                                                       std::uint32_t parent, std::uint32_t top,
                                                       std::string_view name);

/// Whether `run_path` leads to `folder` of the installed wheel when `origin` is the module's
/// folder. With `strict` only what the loader expands counts (`$ORIGIN` as a prefix); without it
/// `${ORIGIN}` and other forms that wheels hold and no release honours count too.
[[nodiscard]] bool leads_to(std::string_view run_path, std::string_view origin,
                            std::string_view folder, bool strict);

/// Whether the package loader loads needed libraries globally before the module, so that the engine
/// binds the module to their functions themselves and compares types (up to 0.26; run:
/// needed_retyped is a LinkError there, and works on 0.27).
[[nodiscard]] bool loads_libraries_globally(const profile::LoaderBehaviour& loader);

/// Whether a module's calls reach the functions of its needed libraries
/// (docs/design/linking.md#calls-into-libraries). Pyodide 0.21 looks for functions among global
/// symbols and in the module itself, and a wheel's own libraries are not global: the load succeeds
/// and the first call dies ("reading 'apply'"), even where the import is weak. Addresses are bound,
/// and functions too once the library was opened globally (all run on 0.21.0, 0.21.3 and 0.22.1).
[[nodiscard]] bool binds_calls_into_libraries(const profile::LoaderBehaviour& loader);

/// Whether the module has an exception tag of its own on a release where `__cxa_throw` throws with
/// the main module's tag.
[[nodiscard]] bool has_foreign_exception_tag(const profile::LoaderBehaviour& loader,
                                             const wasm::SideModule& facts);

}  // namespace wheelaudit::loader
