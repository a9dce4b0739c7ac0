#pragma once

// Where a release's loader looks for needed libraries (docs/design/linking.md#needed-libraries).
// Internal to linking.

#include <cstddef>
#include <string>
#include <string_view>

#include "loader/link.hpp"

namespace wheelaudit::loader {

/// Finds one needed name of `wheel.modules[module]` by the rules of `loader`.
[[nodiscard]] NeededBinding find_needed(const wheel::Wheel& wheel, const LinkIndex& index,
                                        std::size_t module, const profile::LoaderBehaviour& loader,
                                        std::string_view name);

/// Does `run_path` lead to `folder` of the installed wheel when `origin` is the module's folder?
/// `strict` takes only what the loader expands (`$ORIGIN` as a prefix); otherwise `${ORIGIN}` too,
/// and forms people write that no release honours.
[[nodiscard]] bool leads_to(std::string_view run_path, std::string_view origin,
                            std::string_view folder, bool strict);

/// Whether the package loader loads needed libraries globally beforehand, so that the engine binds
/// to their very functions (up to 0.26; run: needed_retyped is a LinkError there, and works on
/// 0.27).
[[nodiscard]] bool loads_libraries_globally(const profile::LoaderBehaviour& loader);

/// Whether a module's calls reach the functions of its needed libraries. Pyodide 0.21 looks for
/// them among what is global and in the module itself, and a wheel's own libraries are not global:
/// the load succeeds and the first call dies, weak or not ("reading 'apply'"). Addresses are bound,
/// and so is all of it once the library was opened globally (all run on 0.21.0, 0.21.3 and 0.22.1).
[[nodiscard]] bool binds_calls_into_libraries(const profile::LoaderBehaviour& loader);

/// A tag of the module's own where `__cxa_throw` throws with the main module's.
[[nodiscard]] bool has_foreign_exception_tag(const profile::LoaderBehaviour& loader,
                                             const wasm::SideModule& facts);

}  // namespace wheelaudit::loader
