#pragma once

// An ABI profile: the releases of one ABI, what they offer to a side module (symbols.hpp) and how
// their loader behaves (loader_behaviour.hpp). `profile generate` makes a profile from the runtime
// itself; it is kept as JSON in abi-profiles/ and compiled into the program as compact sorted
// tables (pack.hpp), or read from a file that the user gives (`--profile FILE`).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "profile/loader_behaviour.hpp"
#include "profile/symbols.hpp"
#include "wasm/types.hpp"

namespace wheelaudit::profile {

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
  bool documented = false;  ///< the platform page promises the library (WA319 asks)
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
  bool prerelease = false;  ///< left out of defaults, unless every release is one
  std::string python;       ///< "3.12.7"
  std::string emscripten;   ///< "3.1.58"
  /// Platform tags that the release's own micropip takes: `emscripten_3_1_58_wasm32` …
  std::vector<std::string> installer_tags;
  wasm::MemoryType memory;          ///< the main module's: initial and maximum pages
  std::uint64_t table_minimum = 0;  ///< elements of the main module's function table
  LoaderBehaviour loader;
  std::vector<BundledPackage> packages;  ///< sorted by name
  std::vector<LinkedLibrary> libraries;  ///< sorted by name
  Provenance provenance;
};

struct AbiProfile {
  std::string id;                 ///< first tag without `_wasm32`: "pyodide_2024_0"
  std::vector<std::string> tags;  ///< platform tags that mean this ABI, with `_wasm32`
  std::string emscripten;         ///< "3.1.58"
  std::string python;             ///< "3.12"
  std::vector<std::string> extension_suffixes;  ///< that its CPython imports, most specific first
  bool prerelease = false;                      ///< every release is a pre-release
  std::vector<Runtime> runtimes;                ///< oldest first
  SymbolTable symbols;                          ///< releases in the order of `runtimes`

  /// Index of the newest release that is not a pre-release (of the newest release when all are).
  [[nodiscard]] std::size_t newest() const;
  [[nodiscard]] std::optional<std::size_t> find_release(std::string_view version) const;
  [[nodiscard]] bool has_tag(std::string_view platform_tag) const;
};

/// Every profile compiled into the program, oldest ABI first. Decoding one costs microseconds:
/// symbols stay packed.
[[nodiscard]] std::vector<AbiProfile> built_in_profiles();

/// A well-formed tag of an ABI that is known but has no profile (`emscripten_wasm32`,
/// `emscripten_3_1_39_wasm32`, `pyemscripten_2024_0_wasm32`), and one sentence about that ABI.
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
/// Error usage: nothing in the catalog has this name; the message names the nearest selector.
[[nodiscard]] Result<ProfileSelection> select_profile(std::span<const AbiProfile> catalog,
                                                      std::string_view selector);

/// The same, where a tag may lack its `_wasm32`.
[[nodiscard]] Result<ProfileSelection> select_named(std::span<const AbiProfile> catalog,
                                                    const std::string& name);

/// Reads a profile from its JSON (abi-profiles/schema.json). Error usage: the message names the key
/// that is wrong and, for symbols, the symbol. Linear in the text; bounded depth.
[[nodiscard]] Result<AbiProfile> parse_profile(std::string_view json);
/// The JSON text of a profile: one symbol per line, sorted, so that it reads and diffs well.
/// `write_profile(*parse_profile(t)) == t` for every text `t` that `write_profile` made.
[[nodiscard]] std::string write_profile(const AbiProfile& profile);

}  // namespace wheelaudit::profile
