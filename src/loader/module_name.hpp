#pragma once

// What a member's file name means to the CPython and the package loader of a profile.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "profile/profile.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::loader {

struct ModuleName {
  enum class Kind : std::uint8_t {
    importable,  ///< carries one of the profile's own suffixes: `_core.cpython-312-wasm32-….so`
    bare,        ///< `_core.so`: imported as well, but libraries are called so too
    foreign,     ///< the suffix of another CPython or platform: nobody imports it here
    other,       ///< no name CPython would import: `libx.so.1`, `a.b.so`, `data.wasm`
  };
  Kind kind = Kind::other;
  std::string_view folder;  ///< "pkg/sub", empty at the top
  std::string_view stem;    ///< "_core"
  std::string_view suffix;  ///< ".cpython-312-wasm32-emscripten.so", with the first dot

  /// Folder and stem: what a file of another suffix shares when it is the same module.
  [[nodiscard]] std::string module_path() const;
  /// The name that an import statement uses: the stem, of a package's `__init__` the package's.
  [[nodiscard]] std::string_view import_name() const;
};

/// Views into `path`.
[[nodiscard]] ModuleName module_name(std::string_view path, const profile::AbiProfile& profile);

/// `PyInit_m`, or `PyInitU_` and punycode beyond ASCII (PEP 489), for the module that is imported
/// as `m`; with another `hook` than "PyInit" its name likewise.
[[nodiscard]] std::string init_function_name(std::string_view module,
                                             std::string_view hook = "PyInit");

/// The names of what makes a module, as a CPython looks for them.
struct HookNames {
  std::string init;        ///< PyInit_m
  std::string mod_export;  ///< PyModExport_m (PEP 793); empty where CPython does not know it
};
[[nodiscard]] HookNames hook_names(std::string_view module, const profile::AbiProfile& profile);

/// The export of a side module that CPython calls when it imports the file; nullptr when there is
/// none, or the file has no name that is imported. Others of these names are never called.
[[nodiscard]] const wasm::ExportedSymbol* init_export(const wheel::WheelModule& module,
                                                      const profile::AbiProfile& profile);
/// `() -> i32`, which is how CPython calls it.
[[nodiscard]] bool has_init_type(const wasm::SideModule& facts, const wasm::ExportedSymbol& symbol);

/// Last components of everything that modules of the wheel need; views into the wheel.
[[nodiscard]] std::unordered_set<std::string_view> needed_file_names(const wheel::Wheel& wheel);

/// The CPython a suffix speaks of: "3.12" for `.cpython-312-…`, `.cp312-…`; empty when none.
[[nodiscard]] std::string suffix_python(std::string_view suffix);

/// Whether a file of this suffix is for the profile's CPython, or by `.abi3…` for the stable ABI.
[[nodiscard]] bool is_for_python(std::string_view suffix, const profile::AbiProfile& profile);

/// Whether every tag of the wheel claims the stable ABI.
[[nodiscard]] bool claims_stable_abi(const wheel::Wheel& wheel);
/// The suffix a module of this wheel should have: the most specific one of the profile, or the
/// stable ABI's for a wheel that claims it.
[[nodiscard]] std::string right_suffix(const wheel::Wheel& wheel,
                                       const profile::AbiProfile& profile);

/// True when a package loader of this profile loads the member on install: `\.so(\.\d+)*$`, unless
/// the suffix names another CPython (docs/design/linking.md#preloaded-names).
[[nodiscard]] bool is_preloaded(std::string_view path, const profile::AbiProfile& profile);

/// Module paths of the side modules in the wheel that CPython of this profile imports: a file of
/// another suffix or format beside one of them is left over, not missing.
[[nodiscard]] std::unordered_set<std::string> importable_modules(
    const wheel::Wheel& wheel, const profile::AbiProfile& profile);

}  // namespace wheelaudit::loader
