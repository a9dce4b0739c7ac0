// A profile from the runtimes themselves (ABI.md, section 2). Each release yields its main module's
// exports with exact types, its loader's JavaScript names, and its lock; the facts add what only
// running shows. A name that stands in the loader's table already wins over an export of the main
// module, unless it is a stub (Emscripten, `mergeLibSymbols`); in no release so far do they meet.

#include "wheelaudit/profile_generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "profile_loader_fields.hpp"
#include "profile_loader_script.hpp"
#include "profile_release_facts.hpp"
#include "wheelaudit/digest.hpp"

namespace wheelaudit {
namespace {

using Symbols = std::map<std::string, ProvidedSymbol>;

/// One release, read.
struct Release {
  Runtime runtime;
  Symbols symbols;
  std::string abi;  ///< "2024_0"; empty before 0.26
};

tl::unexpected<Error> about(const RuntimeFiles& files, std::string_view message) {
  return fail(ErrorKind::usage, fmt::format("{}: {}", files.origin, message));
}

Result<SideModule> read_main_module(const RuntimeFiles& files) {
  SideModule module = read_side_module(files.wasm, Depth::head);
  if (module.sound()) return module;
  const std::string reason = module.faults.empty() ? module.format : module.faults.front().message;
  return about(files, fmt::format("the main module cannot be read: {}", reason));
}

/// Types of the functions that the main module itself takes from JavaScript.
std::map<std::string, FunctionType> imported_types(const SideModule& module) {
  std::map<std::string, FunctionType> types;
  for (const ImportedSymbol& import : module.imports) {
    if (import.kind == ExternalKind::function) types.emplace(import.name, module.type_of(import));
  }
  return types;
}

void add_exports(Symbols& symbols, const SideModule& module) {
  for (const ExportedSymbol& symbol : module.exports) {
    ProvidedSymbol provided;
    if (symbol.kind == ExternalKind::function) {
      provided.type = module.type_of(symbol);
    } else if (symbol.kind == ExternalKind::tag) {
      provided.kind = ProvidedKind::tag;
      provided.type = module.type_of(symbol);
    } else if (symbol.kind == ExternalKind::global && !symbol.global.is_mutable &&
               symbol.global.value == 'i') {
      provided.kind = ProvidedKind::data;
    } else {
      continue;
    }
    symbols.emplace(symbol.name, std::move(provided));
  }
}

/// What the main module takes from the loader under a name that is neither function nor memory.
std::map<std::string, ProvidedSymbol> imported_tags(const SideModule& module) {
  std::map<std::string, ProvidedSymbol> tags;
  for (const ImportedSymbol& import : module.imports) {
    if (import.kind != ExternalKind::tag) continue;
    tags.emplace(import.name, ProvidedSymbol{.kind = ProvidedKind::tag,
                                             .provider = ProviderKind::js,
                                             .type = module.type_of(import),
                                             .library = {}});
  }
  return tags;
}

void add_script_names(Symbols& symbols, const LoaderScript& script, const SideModule& module) {
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
    } else if (const auto known = types.find(import.name); known != types.end()) {
      provided.type = known->second;
    } else {
      provided.type = import.type;
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
    const ProvidedSymbol provided = found->second;
    symbols.insert_or_assign(name, provided);
  }
}

/// Names the libraries that are there (at least one symbol) and marks their symbols.
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
         .documented = !library.documented_from.empty() &&
                       release_within(release.runtime.version, library.documented_from, "")});
  }
  for (auto& [name, symbol] : release.symbols) {
    if (const auto owner = library_of(known, name)) symbol.library = index[*owner];
  }
}

/// The one fact that holds for a key and a release.
Result<std::vector<std::string>> observed(const ProfileFacts& facts, std::string_view key,
                                          std::string_view version) {
  const ObservedFact* holds = nullptr;
  for (const ObservedFact& fact : facts.observed) {
    if (fact.key != key || !release_within(version, fact.from, fact.until)) continue;
    if (holds != nullptr) {
      return fail(ErrorKind::usage,
                  fmt::format("observed.json: two facts about {} hold for {}", key, version));
    }
    holds = &fact;
  }
  if (holds != nullptr) return holds->value;
  return fail(ErrorKind::usage,
              fmt::format("observed.json: no fact about {} holds for {}", key, version));
}

Result<std::vector<LoaderBehaviour::LoaderGlobal>> parse_globals(
    const std::vector<std::string>& texts) {
  std::vector<LoaderBehaviour::LoaderGlobal> globals;
  for (const std::string& text : texts) {
    const std::size_t blank = text.find(' ');
    const auto type = parse_global_type(
        blank == std::string::npos ? std::string_view() : std::string_view(text).substr(blank + 1));
    if (!type) {
      return fail(ErrorKind::usage,
                  fmt::format("observed.json: `{}` is no global (`name type`)", text));
    }
    globals.push_back({.name = text.substr(0, blank), .type = *type});
  }
  return globals;
}

Result<LoaderBehaviour> loader_of(const ProfileFacts& facts, const std::string& version) {
  LoaderBehaviour loader;
  std::optional<Error> error;
  const auto look_up = [&](std::string_view key) -> std::vector<std::string> {
    auto value = observed(facts, key, version);
    if (value) return std::move(*value);
    if (!error) error = std::move(value.error());
    return {};
  };
  for_each_loader_value(loader, [&](std::string_view key, auto& field) {
    using Value = std::remove_cvref_t<decltype(field)>;
    const std::vector<std::string> words = look_up(key);
    const auto value = value_of<Value>(words.empty() ? "" : words.front());
    if (value) {
      field = *value;
    } else if (!error) {
      error = Error{.kind = ErrorKind::usage,
                    .message = fmt::format("observed.json: `{}` is no value of {}",
                                           fmt::join(words, " "), key)};
    }
  });
  for_each_loader_list(
      loader, [&](std::string_view key, std::vector<std::string>& names) { names = look_up(key); });
  const std::vector<std::string> globals = look_up("globals");
  if (error) return tl::unexpected<Error>(std::move(*error));
  auto parsed = parse_globals(globals);
  if (!parsed) return tl::unexpected<Error>(std::move(parsed.error()));
  loader.globals = std::move(*parsed);
  return loader;
}

/// The memory and the function table the main module imports or, from 5.0.3 on, defines; its other
/// tables hold externref.
void set_limits(Runtime& runtime, const SideModule& module) {
  std::vector<TableType> tables;
  for (const ImportedSymbol& import : module.imports) {
    if (import.kind == ExternalKind::memory) runtime.memory = import.memory;
    if (import.kind == ExternalKind::table) tables.push_back(import.table);
  }
  if (!module.memories.empty()) runtime.memory = module.memories.front();
  tables.insert(tables.end(), module.tables.begin(), module.tables.end());
  const auto functions = std::ranges::find(tables, 'F', &TableType::element);
  if (functions != tables.end()) runtime.table_minimum = functions->minimum;
}

std::string sha256_hex(Bytes bytes) { return hex(sha256(bytes)); }

Result<Runtime> describe_release(const RuntimeFiles& files, const LockFacts& lock,
                                 const ProfileFacts& facts) {
  const auto package = read_package_json(files.package_json, files.origin);
  if (!package) return tl::unexpected<Error>(package.error());
  Runtime runtime;
  runtime.version = package->version;
  runtime.prerelease = package->version.find_first_not_of("0123456789.") != std::string::npos;
  runtime.python = lock.python;
  runtime.emscripten = lock.emscripten;
  runtime.packages = lock.packages;
  runtime.provenance = {.package = package->name,
                        .version = package->version,
                        .integrity = files.integrity,
                        .wasm_sha256 = sha256_hex(files.wasm),
                        .loader_sha256 = sha256_hex(as_bytes(files.loader)),
                        .lock_sha256 = sha256_hex(as_bytes(files.lock))};
  auto tags = observed(facts, "installer_tags", runtime.version);
  if (!tags) return tl::unexpected<Error>(std::move(tags.error()));
  runtime.installer_tags = std::move(*tags);
  auto loader = loader_of(facts, runtime.version);
  if (!loader) return tl::unexpected<Error>(std::move(loader.error()));
  runtime.loader = std::move(*loader);
  return runtime;
}

Result<Release> read_release(const RuntimeFiles& files, const ProfileFacts& facts) {
  const auto module = read_main_module(files);
  if (!module) return tl::unexpected<Error>(module.error());
  const auto script = read_loader_script(files.loader);
  if (!script) return about(files, script.error().message);
  const auto lock = read_lock(files.lock, files.origin);
  if (!lock) return tl::unexpected<Error>(lock.error());
  auto runtime = describe_release(files, *lock, facts);
  if (!runtime) return tl::unexpected<Error>(std::move(runtime.error()));
  Release release{.runtime = std::move(*runtime), .symbols = {}, .abi = lock->abi};
  set_limits(release.runtime, *module);
  release.runtime.loader.underscore_names = !script->module_functions.empty();
  add_exports(release.symbols, *module);
  add_script_names(release.symbols, *script, *module);
  add_aliases(release.symbols, *script);
  mark_libraries(release, facts.libraries, as_text(files.wasm));
  return release;
}

/// "3.12" of "3.12.7".
std::string minor_python(std::string_view python) {
  const std::size_t first = python.find('.');
  return std::string(python.substr(0, python.find('.', first + 1)));
}

Result<AbiProfile> assemble(std::vector<Release> releases, const ProfileFacts& facts) {
  std::ranges::sort(releases, [](const Release& one, const Release& other) {
    return release_before(one.runtime.version, other.runtime.version);
  });
  AbiProfile profile;
  profile.emscripten = releases.front().runtime.emscripten;
  profile.python = minor_python(releases.front().runtime.python);
  const auto abi = std::ranges::find(facts.abis, profile.emscripten, &KnownAbi::emscripten);
  if (abi == facts.abis.end()) {
    return fail(ErrorKind::usage, fmt::format("observed.json: no ABI of Emscripten {} is known; "
                                              "add its tags there",
                                              profile.emscripten));
  }
  profile.tags = abi->tags;
  profile.extension_suffixes = abi->extension_suffixes;
  profile.id = profile.tags.empty() ? "" : profile.tags.front();
  if (profile.id.ends_with("_wasm32")) profile.id.resize(profile.id.size() - 7);
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
                                    const ProfileFacts& facts) {
  if (releases.empty()) return fail(ErrorKind::usage, "no runtime to make a profile from");
  std::vector<Release> read;
  for (const RuntimeFiles& files : releases) {
    auto release = read_release(files, facts);
    if (!release) return tl::unexpected<Error>(std::move(release.error()));
    read.push_back(std::move(*release));
  }
  return assemble(std::move(read), facts);
}

}  // namespace wheelaudit
