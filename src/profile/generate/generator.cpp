// Makes a profile from the runtimes themselves (docs/design/abis.md#runtime-files). A release's
// main module yields its exports with exact types; the loader script yields the JavaScript names;
// the lock file yields versions and packages. The facts add what only running a release shows. Of
// main modules other than Pyodide's, the script itself tells how they load (loader_evidence.cpp).
//
// A name in the loader's table wins over an export of the main module under the same name, unless
// the table's entry is a stub (Emscripten, `mergeLibSymbols`).

#include "profile/generate/generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.hpp"
#include "profile/generate/javascript.hpp"
#include "profile/generate/loader_evidence.hpp"
#include "profile/generate/loader_script.hpp"
#include "profile/generate/observed.hpp"
#include "profile/generate/release_facts.hpp"
#include "profile/release_order.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::profile {
namespace {

using Symbols = std::map<std::string, ProvidedSymbol>;

/// What the files of one release say.
struct Release {
  Runtime runtime;
  Symbols symbols;
  bool is_pyodide = false;  ///< has a lock file
};

tl::unexpected<Error> about(const RuntimeFiles& files, std::string_view message) {
  return fail(ErrorKind::usage, fmt::format("{}: {}", files.origin, message));
}

Result<wasm::SideModule> read_main_module(const RuntimeFiles& files) {
  wasm::SideModule module = wasm::read_side_module(files.wasm, wasm::Depth::head);
  if (module.sound()) return module;
  const std::string reason = module.faults.empty() ? module.format : module.faults.front().message;
  return about(files, fmt::format("the main module cannot be read: {}", reason));
}

/// Types of the functions that the main module itself imports from JavaScript, by name.
std::map<std::string, wasm::FunctionType> imported_types(const wasm::SideModule& module) {
  std::map<std::string, wasm::FunctionType> types;
  for (const wasm::ImportedSymbol& import : module.imports) {
    if (import.kind == wasm::ExternalKind::function)
      types.emplace(import.name, module.type_of(import));
  }
  return types;
}

void add_exports(Symbols& symbols, const wasm::SideModule& module) {
  for (const wasm::ExportedSymbol& symbol : module.exports) {
    ProvidedSymbol provided;
    if (symbol.kind == wasm::ExternalKind::function) {
      provided.type = module.type_of(symbol);
    } else if (symbol.kind == wasm::ExternalKind::tag) {
      provided.kind = ProvidedKind::tag;
      provided.type = module.type_of(symbol);
    } else if (symbol.kind == wasm::ExternalKind::global && !symbol.global.is_mutable &&
               symbol.global.value == 'i') {
      provided.kind = ProvidedKind::data;
    } else {
      continue;
    }
    symbols.emplace(symbol.name, std::move(provided));
  }
}

/// The tags that the main module imports from the loader, by name.
std::map<std::string, ProvidedSymbol> imported_tags(const wasm::SideModule& module) {
  std::map<std::string, ProvidedSymbol> tags;
  for (const wasm::ImportedSymbol& import : module.imports) {
    if (import.kind != wasm::ExternalKind::tag) continue;
    tags.emplace(import.name, ProvidedSymbol{.kind = ProvidedKind::tag,
                                             .provider = ProviderKind::js,
                                             .type = module.type_of(import),
                                             .library = {}});
  }
  return tags;
}

void add_script_names(Symbols& symbols, const LoaderScript& script,
                      const wasm::SideModule& module) {
  const auto types = imported_types(module);
  const auto tags = imported_tags(module);
  const auto add = [&](const ScriptImport& import) {
    ProvidedSymbol provided;
    provided.provider = ProviderKind::js;
    if (const auto tag = tags.find(import.name); tag != tags.end()) {
      provided = tag->second;
    } else if (import.kind == ScriptImport::Kind::loader_object || import.stub) {
      return;
    } else if (import.kind == ScriptImport::Kind::address) {
      provided.kind = ProvidedKind::data;
    } else {
      const auto known = types.find(import.name);
      provided.type = known != types.end() ? known->second : import.type;
      provided.has_address = import.has_signature;
    }
    symbols.insert_or_assign(import.name, std::move(provided));
  };
  for (const ScriptImport& import : script.imports) add(import);
  for (const ScriptImport& import : script.module_functions) {
    if (!symbols.contains(import.name)) add(import);
  }
}

void add_aliases(Symbols& symbols, const LoaderScript& script) {
  auto aliases = script.aliases;
  if (script.main_alias) aliases.emplace_back("main", "__main_argc_argv");
  for (const auto& [name, target] : aliases) {
    const auto found = symbols.find(target);
    if (found == symbols.end()) continue;
    ProvidedSymbol provided = found->second;
    // 0.21 and 0.22 find `main` only as Module["_main"], too late to bind it: a module gets a stub
    // of JavaScript, which takes any type (run: census-retyped of tests/truth).
    if (name == "main" && !script.module_functions.empty()) provided.provider = ProviderKind::js;
    symbols.insert_or_assign(name, provided);
  }
}

/// Lists the known libraries of which the release has at least one symbol, and marks their symbols.
void mark_libraries(Release& release, std::span<const KnownLibrary> known, std::string_view wasm) {
  std::vector<std::optional<std::size_t>> index(known.size());
  std::map<std::string, std::size_t> present;
  for (const auto& [name, symbol] : release.symbols) {
    if (const auto owner = library_of(known, name)) present.emplace(known[*owner].name, *owner);
  }
  for (const auto& [name, owner] : present) {
    const KnownLibrary& library = known[owner];
    index[owner] = release.runtime.libraries.size();
    release.runtime.libraries.push_back(
        {.name = name,
         .version = library_version(library, wasm),
         .documented = release.is_pyodide && !library.documented_from.empty() &&
                       release_within(release.runtime.version, library.documented_from, "")});
  }
  for (auto& [name, symbol] : release.symbols) {
    if (const auto owner = library_of(known, name)) symbol.library = index[*owner];
  }
}

/// Reads the memory and the function table. The main module imports both or, from Emscripten 5.0.3
/// on, defines them; its other tables hold externref.
void set_limits(Runtime& runtime, const wasm::SideModule& module) {
  std::vector<wasm::TableType> tables;
  for (const wasm::ImportedSymbol& import : module.imports) {
    if (import.kind == wasm::ExternalKind::memory) runtime.memory = *import.memory;
    if (import.kind == wasm::ExternalKind::table) tables.push_back(*import.table);
  }
  if (!module.memories.empty()) runtime.memory = module.memories.front();
  tables.insert(tables.end(), module.tables.begin(), module.tables.end());
  const auto functions = std::ranges::find(tables, 'F', &wasm::TableType::element);
  if (functions != tables.end()) runtime.table_minimum = functions->minimum;
}

std::string sha256_hex(Bytes bytes) { return hex(sha256(bytes)); }

/// The `package` of a main module that is not a Pyodide's.
constexpr std::string_view not_pyodide = "emscripten";

/// The Emscripten of the known ABI that has this platform tag; empty when none has.
std::string emscripten_of(const ProfileFacts& facts, std::string_view platform) {
  const auto abi = std::ranges::find_if(facts.abis, [&](const KnownAbi& known) {
    return std::ranges::find(known.tags, platform) != known.tags.end();
  });
  return abi == facts.abis.end() ? std::string() : abi->emscripten;
}

/// The release's name and versions: as the caller gives them, else from package.json and the lock.
Result<Runtime> describe_release(const RuntimeFiles& files, const ProfileFacts& facts,
                                 const GivenFacts& given) {
  Runtime runtime;
  runtime.provenance = {.integrity = files.integrity,
                        .wasm_sha256 = sha256_hex(files.wasm),
                        .loader_sha256 = sha256_hex(as_bytes(files.loader))};
  if (!files.lock.empty()) {
    const auto lock = read_lock(files.lock, files.origin);
    if (!lock) return tl::unexpected<Error>(lock.error());
    runtime.python = lock->python;
    runtime.emscripten = lock->emscripten;
    if (runtime.emscripten.empty()) runtime.emscripten = emscripten_of(facts, lock->platform);
    runtime.packages = lock->packages;
    runtime.provenance.lock_sha256 = sha256_hex(as_bytes(files.lock));
  }
  if (!files.package_json.empty()) {
    const auto package = read_package_json(files.package_json, files.origin);
    if (!package) return tl::unexpected<Error>(package.error());
    runtime.version = package->version;
    runtime.provenance.package = package->name;
    runtime.provenance.version = package->version;
    runtime.prerelease = package->version.find_first_not_of("0123456789.") != std::string::npos;
  }
  if (!given.emscripten.empty()) runtime.emscripten = given.emscripten;
  if (!given.python.empty()) runtime.python = given.python;
  if (runtime.emscripten.find_first_not_of("0123456789.") != std::string::npos) {
    return about(files, fmt::format("expected a version of Emscripten such as 3.1.73, found {}",
                                    runtime.emscripten));
  }
  if (runtime.emscripten.empty()) {
    return about(files,
                 "no lock file says which Emscripten made it; say so with --emscripten VERSION "
                 "(what `emcc --version` printed)");
  }
  if (files.lock.empty()) {
    runtime.provenance.package = not_pyodide;
    runtime.provenance.version = runtime.emscripten;
  }
  if (runtime.version.empty()) {
    if (!files.lock.empty() && given.release.empty()) {
      return about(files, "no package.json says which release it is; name it with --release NAME");
    }
    runtime.version = runtime.emscripten;
  }
  return runtime;
}

/// Fills in the loader's behaviour and the installer tags. For a Pyodide they are the observed
/// facts of its release; for another main module the facts of the nearest release, corrected by its
/// script.
Result<void> add_behaviour(Release& release, std::string_view script, const ProfileFacts& facts,
                           const GivenFacts& given) {
  Runtime& runtime = release.runtime;
  const std::string observed = release.is_pyodide && !runtime.provenance.version.empty()
                                   ? runtime.provenance.version
                                   : nearest_observed_release(facts, runtime.emscripten);
  auto loader = observed_loader(facts, observed);
  if (!loader) return tl::unexpected<Error>(std::move(loader.error()));
  runtime.loader = std::move(*loader);
  if (!release.is_pyodide) {
    runtime.loader = loader_by_evidence(std::move(runtime.loader), script, release.symbols);
  }
  runtime.installer_tags = given.tags;
  if (release.is_pyodide && !given.names_abi()) {
    auto tags = observed_fact(facts, "installer_tags", observed);
    if (!tags) return tl::unexpected<Error>(std::move(tags.error()));
    runtime.installer_tags = std::move(*tags);
  }
  return {};
}

/// Every CPython exports this function; a main module without it has no Python inside.
constexpr std::string_view python_mark = "PyModule_Create2";

Result<Release> read_release(const RuntimeFiles& files, const ProfileFacts& facts,
                             const GivenFacts& given) {
  const auto module = read_main_module(files);
  if (!module) return tl::unexpected<Error>(module.error());
  const std::string compact = compact_script(files.loader);
  if (compact.find("GOT.mem") == std::string::npos) {
    return about(files,
                 "its script loads no side modules (it knows no GOT.mem); link the main module "
                 "with -sMAIN_MODULE=1");
  }
  const auto script = read_loader_script(compact);
  if (!script) {
    return about(files, script.error().message + " (closure renames it: link without --closure 1)");
  }
  auto runtime = describe_release(files, facts, given);
  if (!runtime) return tl::unexpected<Error>(std::move(runtime.error()));
  Release release{.runtime = std::move(*runtime), .symbols = {}, .is_pyodide = !files.lock.empty()};
  set_limits(release.runtime, *module);
  add_exports(release.symbols, *module);
  add_script_names(release.symbols, *script, *module);
  add_aliases(release.symbols, *script);
  if (release.runtime.python.empty() && release.symbols.contains(std::string(python_mark))) {
    return about(files, "there is a CPython inside; say which with --python VERSION");
  }
  const auto behaviour = add_behaviour(release, compact, facts, given);
  if (!behaviour) return tl::unexpected<Error>(behaviour.error());
  release.runtime.loader.underscore_names = !script->module_functions.empty();
  mark_libraries(release, facts.libraries, as_text(files.wasm));
  if (!given.release.empty()) release.runtime.version = given.release;
  return release;
}

/// "3.12" of "3.12.7".
std::string minor_python(std::string_view python) {
  const std::size_t first = python.find('.');
  return std::string(python.substr(0, python.find('.', first + 1)));
}

/// The suffixes of a CPython of which nothing else is known: its own, the stable ABI's, the bare
/// one.
std::vector<std::string> usual_suffixes(std::string_view python) {
  if (python.empty()) return {};
  std::string digits(python);
  std::erase(digits, '.');
  return {fmt::format(".cpython-{}-wasm32-emscripten.so", digits), ".abi3.so", ".so"};
}

/// Sets the profile's id, tags and suffixes: those of the known ABI of this Emscripten, or as
/// given.
Result<void> name_profile(AbiProfile& profile, const Release& release, const ProfileFacts& facts,
                          const GivenFacts& given) {
  const auto abi = std::ranges::find(facts.abis, profile.emscripten, &KnownAbi::emscripten);
  const bool is_known = release.is_pyodide && abi != facts.abis.end();
  if (!given.names_abi() && !is_known) {
    return fail(
        ErrorKind::usage,
        fmt::format("{}, so the profile needs a name: --id NAME, or --tag TAG for the "
                    "wheels that are made for it",
                    release.is_pyodide
                        ? fmt::format("no ABI of Emscripten {} is known", profile.emscripten)
                        : std::string("this is not a Pyodide of a known ABI")));
  }
  profile.tags = given.names_abi() ? given.tags : abi->tags;
  profile.extension_suffixes = is_known ? abi->extension_suffixes : usual_suffixes(profile.python);
  profile.id = given.id;
  if (profile.id.empty()) profile.id = profile.tags.front();
  if (given.id.empty() && profile.id.ends_with("_wasm32")) {
    profile.id.resize(profile.id.size() - 7);
  }
  return {};
}

Result<AbiProfile> assemble(std::vector<Release> releases, const ProfileFacts& facts,
                            const GivenFacts& given) {
  std::ranges::sort(releases, [](const Release& one, const Release& other) {
    return release_before(one.runtime.version, other.runtime.version);
  });
  AbiProfile profile;
  profile.emscripten = releases.front().runtime.emscripten;
  profile.python = minor_python(releases.front().runtime.python);
  const auto named = name_profile(profile, releases.front(), facts, given);
  if (!named) return tl::unexpected<Error>(named.error());
  profile.prerelease = true;
  std::vector<SymbolEntry> entries;
  for (std::size_t i = 0; i < releases.size(); ++i) {
    const Runtime& runtime = releases[i].runtime;
    if (runtime.emscripten != profile.emscripten ||
        minor_python(runtime.python) != profile.python) {
      return fail(ErrorKind::usage,
                  fmt::format("{} and {} are of different ABIs: Emscripten {}, Python {} and "
                              "Emscripten {}, Python {}",
                              releases.front().runtime.version, runtime.version, profile.emscripten,
                              profile.python, runtime.emscripten, minor_python(runtime.python)));
    }
    if (i > 0 && runtime.version == releases[i - 1].runtime.version) {
      return fail(ErrorKind::usage, fmt::format("{} is given twice", runtime.version));
    }
    for (auto& [name, symbol] : releases[i].symbols) {
      entries.push_back({.name = name, .release = i, .symbol = std::move(symbol)});
    }
    profile.prerelease = profile.prerelease && runtime.prerelease;
  }
  for (Release& release : releases) profile.runtimes.push_back(std::move(release.runtime));
  profile.symbols = build_symbol_table(std::move(entries), profile.runtimes.size());
  return profile;
}

}  // namespace

Result<AbiProfile> generate_profile(std::span<const RuntimeFiles> releases,
                                    const ProfileFacts& facts, const GivenFacts& given) {
  if (releases.empty()) return fail(ErrorKind::usage, "no runtime to make a profile from");
  if (releases.size() > 1 && !given.release.empty()) {
    return fail(ErrorKind::usage, "--release names one release, and several runtimes are given");
  }
  std::vector<Release> read;
  for (const RuntimeFiles& files : releases) {
    auto release = read_release(files, facts, given);
    if (!release) return tl::unexpected<Error>(std::move(release.error()));
    read.push_back(std::move(*release));
  }
  return assemble(std::move(read), facts, given);
}

}  // namespace wheelaudit::profile
