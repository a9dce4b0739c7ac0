#pragma once

// An ABI profile: what the releases of one ABI offer to a side module and how their loader behaves
// (docs/design/abis.md#symbols, docs/design/linking.md#outcomes). Made by `profile generate` from
// the runtime itself, kept as JSON in abi-profiles/, compiled into the program as compact sorted
// tables, or read from a file of the user's (`--profile FILE`).

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "wasm/function_type.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::profile {

/// What happens on a runtime when a module has a certain property (the cells of
/// docs/design/linking.md#outcomes).
enum class Outcome : std::uint8_t {
  ok,
  call,    ///< loads, dies when used
  load,    ///< the module cannot be loaded
  poison,  ///< it cannot, and libraries loaded later in the session fail too
};
[[nodiscard]] std::string_view outcome_name(Outcome outcome);
[[nodiscard]] std::optional<Outcome> parse_outcome(std::string_view name);

/// Where a needed library is searched.
enum class LibrarySearch : std::uint8_t {
  flat_name,   ///< 0.21: what was preloaded before, in the order of the archive
  wheel_libs,  ///< 0.22–0.27: also `<wheel name>.libs`, the module's own folder
  run_path,    ///< 0.28 on: the search path, then `$ORIGIN` run paths
};

/// The loader's behaviour, one value per row of docs/design/linking.md#outcomes that differs
/// between releases or that a rule asks for. Most of it is written in no file: it was observed by
/// running (provenance in abi-profiles/README.md).
struct LoaderBehaviour {
  wasm::ExceptionModel exceptions = wasm::ExceptionModel::js;  ///< js or wasm_legacy
  wasm::SetjmpModel setjmp = wasm::SetjmpModel::emscripten;
  Outcome missing_function = Outcome::call;
  Outcome missing_address = Outcome::load;  ///< a strong GOT symbol nobody offers
  Outcome type_mismatch = Outcome::load;    ///< against a wasm provider
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
  bool run_path = false;                        ///< `$ORIGIN` run paths are honoured
  bool underscore_names = false;                ///< 0.21: X also resolves as Module["_X"]
  bool needed_anywhere_in_wheel = false;        ///< the package loader also searches subfolders
  std::vector<std::string> on_demand_prefixes;  ///< `invoke_`, `__cxa_find_matching_catch_`
  std::vector<std::string> function_modules;    ///< "env", "wasi_snapshot_preview1"
  std::vector<std::string> address_modules;     ///< "GOT.mem", "GOT.func"
  /// Globals the loader itself gives in `env`: `__stack_pointer` "mut i32", `__memory_base` "i32" …
  struct LoaderGlobal {
    std::string name;
    wasm::GlobalType type;
    auto operator<=>(const LoaderGlobal&) const = default;
  };
  std::vector<LoaderGlobal> globals;
  auto operator<=>(const LoaderBehaviour&) const = default;
};

/// A package of the release's own distribution, from its lock file.
struct BundledPackage {
  std::string name;  ///< PEP 503 normal form
  std::string version;
  std::vector<std::string> depends;
  bool is_shared_library = false;
};

/// A library linked into the main module, whose symbols side modules can therefore reach.
struct LinkedLibrary {
  std::string name;         ///< "zlib"
  std::string version;      ///< empty: unknown
  bool documented = false;  ///< the platform page promises it (WA319 asks)
};

struct Provenance {
  std::string package;  ///< "pyodide"; "emscripten" for any other main module
  std::string version;
  std::string integrity;  ///< npm's, "sha512-…"; empty when made from a directory that has none
  std::string wasm_sha256;
  std::string loader_sha256;
  std::string lock_sha256;
};

/// One release of the ABI.
struct Runtime {
  std::string version;      ///< "0.27.7"
  bool prerelease = false;  ///< takes no part in defaults
  std::string python;       ///< "3.12.7"
  std::string emscripten;   ///< "3.1.58"
  std::vector<std::string>
      installer_tags;       ///< platform tags its micropip takes, `emscripten_3_1_58_wasm32` …
  wasm::MemoryType memory;  ///< the main module's: initial and maximum pages
  std::uint64_t table_minimum = 0;
  LoaderBehaviour loader;
  std::vector<BundledPackage> packages;  ///< sorted by name
  std::vector<LinkedLibrary> libraries;  ///< sorted by name
  Provenance provenance;
};

enum class ProviderKind : std::uint8_t { wasm, js };
enum class ProvidedKind : std::uint8_t { function, data, tag };

/// What one release offers under a name.
struct ProvidedSymbol {
  ProvidedKind kind = ProvidedKind::function;
  ProviderKind provider = ProviderKind::wasm;
  std::optional<wasm::FunctionType>
      type;  ///< exact for wasm functions and tags; a JS function's may be unknown
  std::optional<std::size_t> library;  ///< index into Runtime::libraries
  /// The loader makes the address of a JavaScript function by its `.sig`. Of one without it, none
  /// can be made: whoever asks for it fails to load.
  bool has_address = true;
};

/// A name ready to be looked up in the tables of many profiles: hashed once. A view; the text must
/// outlive it.
struct SymbolName {
  explicit SymbolName(std::string_view name);
  std::string_view text;
  std::uint32_t hash;
};

/// Where a table has a name: all that its releases offer under it. Of this table only.
enum class SymbolRow : std::uint32_t { none = 0xffffffff };

/// The symbols of all releases of a profile, as sorted tables of offsets (no pointers, no parsing).
/// Shares its storage: copies are cheap.
class SymbolTable {
 public:
  SymbolTable() = default;
  /// `storage` keeps `packed` alive; null for tables compiled into the program.
  SymbolTable(Bytes packed, std::shared_ptr<const ByteVector> storage);

  [[nodiscard]] std::optional<ProvidedSymbol> find(std::string_view name,
                                                   std::size_t release) const;
  /// For many names on several releases: the rows of the names, in their order.
  [[nodiscard]] std::vector<SymbolRow> rows_of(std::span<const SymbolName> names) const;
  /// What `find` says of a row's name.
  [[nodiscard]] std::optional<ProvidedSymbol> at(SymbolRow row, std::size_t release) const;
  /// Whether two releases offer the same under all of these names.
  [[nodiscard]] bool same_on(std::span<const SymbolRow> rows, std::size_t left,
                             std::size_t right) const;
  /// All names, sorted by bytes; for diff, show and link-list.
  [[nodiscard]] std::vector<std::string_view> names() const;
  [[nodiscard]] std::size_t size() const;

 private:
  Bytes packed_;
  std::shared_ptr<const ByteVector> storage_;
};

struct AbiProfile {
  std::string id;                 ///< first tag without `_wasm32`: "pyodide_2024_0"
  std::vector<std::string> tags;  ///< platform tags that are aliases of this ABI, with `_wasm32`
  std::string emscripten;         ///< "3.1.58"
  std::string python;             ///< "3.12"
  std::vector<std::string> extension_suffixes;  ///< what its CPython imports, most specific first
  bool prerelease = false;                      ///< every release is
  std::vector<Runtime> runtimes;                ///< oldest first
  SymbolTable symbols;                          ///< releases in the order of `runtimes`

  /// Index of the newest release that is no pre-release (the newest of all when all are).
  [[nodiscard]] std::size_t newest() const;
  [[nodiscard]] std::optional<std::size_t> find_release(std::string_view version) const;
  [[nodiscard]] bool has_tag(std::string_view platform_tag) const;
};

/// Every profile compiled into the program, oldest ABI first. Decoding one costs microseconds:
/// symbols stay packed.
[[nodiscard]] std::vector<AbiProfile> built_in_profiles();

/// Well-formed tags of ABIs that are known but have no profile: `emscripten_wasm32`,
/// `emscripten_3_1_39_wasm32`, `pyemscripten_2024_0_wasm32`, with what is known of them in one
/// sentence.
struct UnprofiledAbi {
  std::string_view tag;
  std::string_view remark;
};
[[nodiscard]] std::span<const UnprofiledAbi> unprofiled_abis();

/// An ABI or one release of it, as `--profile ID|TAG|RELEASE` selects.
struct ProfileSelection {
  std::size_t profile = 0;             ///< index into the catalog searched
  std::optional<std::size_t> release;  ///< nullopt: the whole ABI
};
/// Error usage: unknown, with the nearest named.
[[nodiscard]] Result<ProfileSelection> select_profile(std::span<const AbiProfile> catalog,
                                                      std::string_view selector);

/// The same, where a tag may lack its `_wasm32`.
[[nodiscard]] Result<ProfileSelection> select_named(std::span<const AbiProfile> catalog,
                                                    const std::string& name);

/// Reads a profile from its JSON (abi-profiles/schema.json); what is wrong names the key and, for
/// symbols, the name. Linear, bounded depth.
[[nodiscard]] Result<AbiProfile> parse_profile(std::string_view json);
/// The JSON text of a profile: one symbol a line, sorted, so that it reads and diffs well.
/// `write_profile(*parse_profile(t)) == t` for every text `write_profile` made.
[[nodiscard]] std::string write_profile(const AbiProfile& profile);

/// Packed form: a profile as bytes for compiling in; `unpack_profile(pack_profile(p))` is `p`.
[[nodiscard]] ByteVector pack_profile(const AbiProfile& profile);
[[nodiscard]] Result<AbiProfile> unpack_profile(Bytes packed,
                                                const std::shared_ptr<const ByteVector>& storage);

/// One symbol of all releases of a profile to be built; `release` indexes the profile's runtimes.
struct SymbolEntry {
  std::string name;
  std::size_t release = 0;
  ProvidedSymbol symbol;
};
[[nodiscard]] SymbolTable build_symbol_table(std::vector<SymbolEntry> entries,
                                             std::size_t releases);

}  // namespace wheelaudit::profile
