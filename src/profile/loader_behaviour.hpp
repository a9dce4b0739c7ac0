#pragma once

// How the loader of a release behaves (docs/design/linking.md#outcomes).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wasm/exception_model.hpp"
#include "wasm/types.hpp"

namespace wheelaudit::profile {

/// What a runtime does with a module that has a certain property (the cells of the table in
/// docs/design/linking.md#outcomes). Ordered from the best outcome to the worst.
enum class Outcome : std::uint8_t {
  ok,
  call,    ///< the module loads and dies when it is used
  load,    ///< the module cannot be loaded
  poison,  ///< as `load`, and libraries loaded later in the session fail too
};
[[nodiscard]] std::string_view outcome_name(Outcome outcome);
[[nodiscard]] std::optional<Outcome> parse_outcome(std::string_view name);

/// Where a release's loader looks for a needed library.
enum class LibrarySearch : std::uint8_t {
  flat_name,   ///< 0.21: among the files loaded before, in the archive's order
  wheel_libs,  ///< 0.22–0.27: also `<wheel name>.libs`, the module's own folder
  run_path,    ///< 0.28 on: the search path, then `$ORIGIN` run paths
};

/// The loader's behaviour: one value per row of docs/design/linking.md#outcomes that differs
/// between releases or that a rule asks for. No file states most of these values: they were
/// observed by running the releases (abi-profiles/README.md says how).
struct LoaderBehaviour {
  wasm::ExceptionModel exceptions = wasm::ExceptionModel::js;  ///< js or wasm_legacy
  wasm::SetjmpModel setjmp = wasm::SetjmpModel::emscripten;
  Outcome missing_function = Outcome::call;
  Outcome missing_address = Outcome::load;  ///< a strong GOT symbol that nobody offers
  Outcome type_mismatch = Outcome::load;    ///< the provider is a WebAssembly function
  Outcome kind_mismatch = Outcome::load;
  Outcome exception_tags = Outcome::load;  ///< importing `__cpp_exception`, `__c_longjmp`
  Outcome legacy_dylink = Outcome::ok;
  Outcome no_dylink = Outcome::load;
  Outcome not_wasm = Outcome::load;  ///< 'ok': skipped with a warning
  Outcome foreign_import_module = Outcome::load;
  Outcome memory_or_table = Outcome::load;  ///< any bad memory or table import
  Outcome i64_global_export = Outcome::ok;
  Outcome missing_library = Outcome::load;
  Outcome em_js = Outcome::ok;  ///< `__em_js__X` provides X
  Outcome em_asm = Outcome::ok;
  Outcome init_type = Outcome::load;  ///< a `PyInit_m` that is not `() -> i32`
  LibrarySearch library_search = LibrarySearch::wheel_libs;
  bool run_path = false;  ///< `$ORIGIN` run paths are honoured
  /// A library that is needed is kept under the path as it was spelled, so another spelling of the
  /// same path loads the library again (0.28 and 0.29).
  bool keys_as_spelled = false;
  /// All modules share one set of weak names, which each load overwrites (before Emscripten 5.0.3).
  bool shared_weak_names = false;
  bool underscore_names = false;                ///< 0.21: X also resolves as Module["_X"]
  bool needed_anywhere_in_wheel = false;        ///< the package loader also searches subfolders
  std::vector<std::string> on_demand_prefixes;  ///< `invoke_`, `__cxa_find_matching_catch_`
  std::vector<std::string> function_modules;    ///< "env", "wasi_snapshot_preview1"
  std::vector<std::string> address_modules;     ///< "GOT.mem", "GOT.func"
  /// Exports of a side module that break the loader: `KIND NAME OUTCOME`, "function then load";
  /// with `imported` behind, only those of a module that Python imports
  /// (docs/design/linking.md#reserved-exports).
  std::vector<std::string> reserved_exports;
  /// Functions that the release offers and that can only fail there: `NAME how it fails`,
  /// "pthread_create returns 6 (EAGAIN)" (docs/design/linking.md#functions-that-always-fail).
  std::vector<std::string> failing_functions;
  /// Globals that the loader itself gives in `env`: `__stack_pointer` "mut i32", `__memory_base`
  /// "i32" …
  struct LoaderGlobal {
    std::string name;
    wasm::GlobalType type;
    auto operator<=>(const LoaderGlobal&) const = default;
  };
  std::vector<LoaderGlobal> globals;
  struct ReservedExport {
    std::string_view kind;  ///< "memory", "function" …
    std::string_view name;
    Outcome outcome = Outcome::load;
    bool only_imported = false;  ///< a library may export the name
  };
  /// `reserved_exports` in parts.
  [[nodiscard]] std::vector<ReservedExport> reserved() const;
  /// `failing_functions` in parts: the name, and how the function fails.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> failing() const;

  auto operator<=>(const LoaderBehaviour&) const = default;
};

}  // namespace wheelaudit::profile
