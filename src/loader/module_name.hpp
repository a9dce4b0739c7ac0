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
    importable,  ///< has one of the profile's own suffixes: `_core.cpython-312-wasm32-….so`
    bare,        ///< `_core.so`: imported as well, but libraries have such names too
    foreign,     ///< the suffix of another CPython or platform: never imported here
    other,       ///< not a name that CPython would import: `libx.so.1`, `a.b.so`, `data.wasm`
  };
  Kind kind = Kind::other;
  std::string_view folder;  ///< "pkg/sub", empty at the top
  std::string_view stem;    ///< "_core"
  std::string_view suffix;  ///< ".cpython-312-wasm32-emscripten.so", with the first dot

  /// Folder and stem; files of another suffix that are the same module share them.
  [[nodiscard]] std::string module_path() const;
  /// The name that an import statement uses: the stem, or for `__init__` the name of its package.
  [[nodiscard]] std::string_view import_name() const;
};

/// The parts of `path` and what they mean to CPython. The result views `path`.
[[nodiscard]] ModuleName module_name(std::string_view path, const profile::AbiProfile& profile);

/// The name of the function that CPython calls for the module imported as `m`: `PyInit_m`, or
/// `PyInitU_` and punycode beyond ASCII (PEP 489). Another `hook` replaces "PyInit".
[[nodiscard]] std::string init_function_name(std::string_view module,
                                             std::string_view hook = "PyInit");

/// The names of the exports that make a module, as the profile's CPython looks for them.
struct HookNames {
  std::string init;        ///< PyInit_m
  std::string mod_export;  ///< PyModExport_m (PEP 793); empty where CPython does not know this hook
};
[[nodiscard]] HookNames hook_names(std::string_view module, const profile::AbiProfile& profile);

/// The export of a side module that CPython calls when it imports the file; null when there is
/// none, or when CPython does not import a file of this name. It never calls other exports of these
/// names.
[[nodiscard]] const wasm::ExportedSymbol* init_export(const wheel::WheelModule& module,
                                                      const profile::AbiProfile& profile);
/// Whether the export is a function `() -> i32`, which is how CPython calls it.
[[nodiscard]] bool has_init_type(const wasm::SideModule& facts, const wasm::ExportedSymbol& symbol);

/// Last components of all libraries that modules of the wheel need. Views into the wheel.
[[nodiscard]] std::unordered_set<std::string_view> needed_file_names(const wheel::Wheel& wheel);

/// The CPython that a suffix names: "3.12" for `.cpython-312-…` and `.cp312-…`, "3.13t" for
/// `.cpython-313t-…`; empty when it names none.
[[nodiscard]] std::string suffix_python(std::string_view suffix);

/// Whether a suffix names the profile's CPython or the stable ABI (`.abi3…`).
[[nodiscard]] bool is_for_python(std::string_view suffix, const profile::AbiProfile& profile);

/// Whether every tag of the wheel claims the stable ABI.
[[nodiscard]] bool claims_stable_abi(const wheel::Wheel& wheel);
/// The suffix that a module of this wheel should have: the profile's most specific one, or the
/// stable ABI's for a wheel that claims it.
[[nodiscard]] std::string right_suffix(const wheel::Wheel& wheel,
                                       const profile::AbiProfile& profile);

/// Whether a package loader of this profile loads the member on install: its name matches
/// `\.so(\.\d+)*$` and the suffix does not name another CPython
/// (docs/design/linking.md#preloaded-names).
[[nodiscard]] bool is_preloaded(std::string_view path, const profile::AbiProfile& profile);

/// Module paths of the side modules in the wheel that the profile's CPython imports. A file of
/// another suffix or format beside one of them is left over; the module is not missing.
[[nodiscard]] std::unordered_set<std::string> importable_modules(
    const wheel::Wheel& wheel, const profile::AbiProfile& profile);

}  // namespace wheelaudit::loader
