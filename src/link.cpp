// What each import resolves to on one release, in the order the real loader asks (Emscripten's
// libdylink.js, its behaviour proven in ABI.md section 3): first what the main module and its
// JavaScript offer, then needed libraries (local to the load), then the module's own exports, then
// names made on demand. Types are compared exactly where the provider is wasm, because the engine
// does; everything bound later goes through a JavaScript stub, which takes any type.

#include "wheelaudit/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>

#include "link_libraries.hpp"

namespace wheelaudit {
namespace {

/// One module on one release: the inputs that every question below needs.
struct Linker {
  const Wheel& wheel;
  const LinkIndex& index;
  const SideModule& facts;
  std::size_t module;
  const AbiProfile& profile;
  std::size_t release;
  const Runtime& runtime;
  std::vector<std::size_t> libraries;  ///< needed libraries present in the wheel, transitively
  bool library_missing = false;        ///< at least one needed library is not there
};

struct Linked {
  ImportLinkage linkage;
  std::string expected;
  std::string found;
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool made_on_demand(const LoaderBehaviour& loader, std::string_view name) {
  return std::ranges::any_of(loader.on_demand_prefixes,
                             [&](const std::string& prefix) { return name.starts_with(prefix); });
}

Resolution of_provider(ProviderKind provider) {
  return provider == ProviderKind::wasm ? Resolution::runtime_wasm : Resolution::runtime_js;
}

/// What the loader's table holds under this name that is no symbol of the program; empty for
/// others.
std::string loader_item(const LoaderBehaviour& loader, std::string_view name) {
  if (name == "memory") return "the memory";
  if (name == "__indirect_function_table") return "the table";
  const auto given = std::ranges::find(loader.globals, name, &LoaderBehaviour::LoaderGlobal::name);
  return given == loader.globals.end() ? std::string() : "a global " + given->type.str();
}

/// What JavaScript finds under this name on every object, and the loader with it: its tables of
/// symbols and addresses are plain objects (run on 0.21 to 314).
bool is_on_every_object(std::string_view name) {
  constexpr std::array<std::string_view, 12> names = {
      "__defineGetter__", "__defineSetter__",     "__lookupGetter__", "__lookupSetter__",
      "__proto__",        "constructor",          "hasOwnProperty",   "isPrototypeOf",
      "toLocaleString",   "propertyIsEnumerable", "toString",         "valueOf"};
  return std::ranges::find(names, name) != names.end();
}

/// Exports that the loader keeps to itself: nobody gets their address (`isInternalSym`); the last
/// five from 5.0.3 on.
bool is_internal(std::string_view name) {
  constexpr std::array<std::string_view, 15> names = {
      "__cpp_exception",      "__c_longjmp",     "__wasm_apply_data_relocs",
      "__dso_handle",         "__tls_size",      "__tls_align",
      "__set_stack_limits",   "__wasm_init_tls", "__wasm_call_ctors",
      "_emscripten_tls_init", "memory",          "__memory_base",
      "__table_base",         "__stack_pointer", "__indirect_function_table"};
  return std::ranges::find(names, name) != names.end();
}

/// An address that the runtime itself does not have. The loader takes those of exported functions
/// and data; what it makes of EM_JS, or by prefix, has none.
ImportLinkage address_beyond_runtime(const Linker& linker, const ImportedSymbol& import) {
  const auto gives = [&](std::size_t module) {
    const auto found = linker.index.exports[module].find(import.name);
    return found != linker.index.exports[module].end() && !is_internal(import.name) &&
           (found->second->kind == ExternalKind::function ||
            found->second->kind == ExternalKind::global);
  };
  for (const std::size_t library : linker.libraries) {
    if (gives(library)) {
      return {.resolution = Resolution::library, .library = static_cast<std::uint32_t>(library)};
    }
  }
  if (gives(linker.module)) return {.resolution = Resolution::own_export};
  // "bad export type": what the loader has under such a name is no address, weak or not.
  const bool present = linker.profile.symbols.find(import.name, linker.release).has_value() ||
                       made_on_demand(linker.runtime.loader, import.name) ||
                       !loader_item(linker.runtime.loader, import.name).empty();
  if (import.weak && !present) return {.resolution = Resolution::weak};
  if (linker.library_missing) return {.resolution = Resolution::behind_missing};
  return {.resolution = Resolution::unresolved};
}

/// Whether the runtime itself offers an address under this name.
bool runtime_has_address(const Linker& linker, std::string_view name) {
  const auto symbol = linker.profile.symbols.find(name, linker.release);
  return symbol && symbol->kind != ProvidedKind::tag && symbol->has_address;
}

/// A name that the runtime itself does not have: libraries, the module, on demand, weak, nobody.
ImportLinkage beyond_runtime(const Linker& linker, const ImportedSymbol& import) {
  for (const std::size_t library : linker.libraries) {
    if (linker.index.exports[library].contains(import.name)) {
      return {.resolution = Resolution::library, .library = static_cast<std::uint32_t>(library)};
    }
  }
  const auto& own = linker.index.exports[linker.module];
  if (own.contains(import.name)) return {.resolution = Resolution::own_export};
  if (linker.runtime.loader.em_js == Outcome::ok && own.contains("__em_js__" + import.name)) {
    return {.resolution = Resolution::own_em_js};
  }
  if (made_on_demand(linker.runtime.loader, import.name))
    return {.resolution = Resolution::on_demand};
  if (import.weak) return {.resolution = Resolution::weak};
  if (linker.library_missing) return {.resolution = Resolution::behind_missing};
  return {.resolution = Resolution::unresolved};
}

std::string kind_text(const ProvidedSymbol& symbol) {
  switch (symbol.kind) {
    case ProvidedKind::data:
      return "data (an address)";
    case ProvidedKind::tag:
      return "a tag";
    case ProvidedKind::function:
      break;
  }
  return symbol.type ? "a function " + symbol.type->str() : std::string("a function");
}

/// Does a call through a JavaScript stub die of its types? The engine converts between Number and
/// i32, f32, f64 whatever comes, and a missing one is 0; but never between Number and i64's BigInt.
bool dies_in_stub(const FunctionType& asked, const FunctionType& offered) {
  for (std::size_t i = 0; i < offered.params.size(); ++i) {
    const bool given = i < asked.params.size() && asked.params[i] == 'j';
    if ((offered.params[i] == 'j') != given) return true;
  }
  if (asked.results.empty()) return false;
  return (asked.results == "j") != (offered.results == "j");
}

/// A library's function of another type. Up to 0.26 libraries are loaded globally before the
/// module: the engine compares. Later they are bound by stubs (ABI.md section 3).
Linked check_library_type(const Linker& linker, const FunctionType& asked, std::string_view name,
                          ImportLinkage linkage) {
  const SideModule& library = linker.wheel.modules[linkage.library].facts;
  const ExportedSymbol& symbol = *linker.index.exports[linkage.library].at(name);
  if (symbol.kind != ExternalKind::function || library.type_of(symbol) == asked) {
    return {.linkage = linkage, .expected = {}, .found = {}};
  }
  const FunctionType& offered = library.type_of(symbol);
  if (!loads_libraries_globally(linker.runtime.loader) && !dies_in_stub(asked, offered)) {
    return {.linkage = linkage, .expected = {}, .found = {}};
  }
  linkage.mismatch = Mismatch::type;
  return {.linkage = linkage, .expected = offered.str(), .found = asked.str()};
}

Linked link_function(const Linker& linker, const ImportedSymbol& import) {
  if (std::string item = loader_item(linker.runtime.loader, import.name); !item.empty()) {
    return {.linkage = {.resolution = Resolution::loader, .mismatch = Mismatch::kind},
            .expected = std::move(item),
            .found = "a function " + linker.facts.type_of(import).str()};
  }
  if (import.name == "__proto__") {  // the only one of them that is no function
    return {.linkage = {.resolution = Resolution::unresolved, .mismatch = Mismatch::kind},
            .expected = "an object of JavaScript's own",
            .found = "a function " + linker.facts.type_of(import).str()};
  }
  const auto symbol = linker.profile.symbols.find(import.name, linker.release);
  const FunctionType& asked = linker.facts.type_of(import);
  if (!symbol) {
    const ImportLinkage linkage = beyond_runtime(linker, import);
    if (linkage.resolution == Resolution::library) {
      return check_library_type(linker, asked, import.name, linkage);
    }
    return {.linkage = linkage, .expected = {}, .found = {}};
  }
  ImportLinkage linkage{.resolution = of_provider(symbol->provider)};
  if (symbol->kind != ProvidedKind::function) {
    linkage.mismatch = Mismatch::kind;
    return {
        .linkage = linkage, .expected = kind_text(*symbol), .found = "a function " + asked.str()};
  }
  if (symbol->provider == ProviderKind::wasm && symbol->type && *symbol->type != asked) {
    linkage.mismatch = Mismatch::type;
    return {.linkage = linkage, .expected = symbol->type->str(), .found = asked.str()};
  }
  return {.linkage = linkage, .expected = {}, .found = {}};
}

Linked link_tag(const Linker& linker, const ImportedSymbol& import) {
  const auto symbol = linker.profile.symbols.find(import.name, linker.release);
  const FunctionType& asked = linker.facts.type_of(import);
  // A tag is asked for by identity: no stub can stand in, so "nobody" fails at once, like a
  // mismatch.
  if (!symbol || symbol->kind != ProvidedKind::tag) {
    return {.linkage = {.resolution = Resolution::unresolved, .mismatch = Mismatch::kind},
            .expected = symbol ? kind_text(*symbol) : "no tag of this name",
            .found = "a tag " + asked.str()};
  }
  if (symbol->type && *symbol->type != asked) {
    return {.linkage = {.resolution = Resolution::runtime_wasm, .mismatch = Mismatch::type},
            .expected = symbol->type->str(),
            .found = asked.str()};
  }
  return {.linkage = {.resolution = Resolution::runtime_wasm}, .expected = {}, .found = {}};
}

/// Whether the engine takes what the loader gives under a name that is none of its globals. It has
/// a function to give for every name, and an immutable externref takes anything but a Global of
/// another type, which data may be; a funcref takes functions of WebAssembly, an i32 data's
/// address.
bool fits_as_constant(const Linker& linker, const ImportedSymbol& import) {
  if (import.global.is_mutable) return false;
  const auto symbol = linker.profile.symbols.find(import.name, linker.release);
  const bool data = symbol && symbol->kind == ProvidedKind::data;
  if (import.global.value == 'e') return !data;
  if (import.global.value == 'i') return data;
  return import.global.value == 'F' && symbol && symbol->kind == ProvidedKind::function &&
         symbol->provider == ProviderKind::wasm;
}

Linked link_global(const Linker& linker, const ImportedSymbol& import) {
  const auto& globals = linker.runtime.loader.globals;
  const auto given = std::ranges::find(globals, import.name, &LoaderBehaviour::LoaderGlobal::name);
  if (given == globals.end() && fits_as_constant(linker, import)) {
    return {.linkage = {.resolution = Resolution::loader}, .expected = {}, .found = {}};
  }
  if (given == globals.end()) {
    return {.linkage = {.resolution = Resolution::unresolved, .mismatch = Mismatch::kind},
            .expected = "no global of this name",
            .found = "a global " + import.global.str()};
  }
  // An immutable one is given as a number, which i32, f32, f64 and externref take (run on 0.29.5).
  const bool number = !given->type.is_mutable && !import.global.is_mutable &&
                      std::string_view("ifde").find(import.global.value) != std::string_view::npos;
  if (given->type != import.global && !number) {
    return {.linkage = {.resolution = Resolution::loader, .mismatch = Mismatch::kind},
            .expected = "a global " + given->type.str(),
            .found = "a global " + import.global.str()};
  }
  return {.linkage = {.resolution = Resolution::loader}, .expected = {}, .found = {}};
}

std::string pages(const MemoryType& memory) {
  std::string text = memory.maximum ? fmt::format("{} to {} pages", memory.minimum, *memory.maximum)
                                    : fmt::format("at least {} pages", memory.minimum);
  if (memory.shared) text += ", shared";
  if (memory.is_64) text += ", 64-bit";
  return text;
}

Linked link_memory(const Linker& linker, const ImportedSymbol& import) {
  const MemoryType& main = linker.runtime.memory;
  const MemoryType& asked = import.memory;
  // Core specification, "import subtyping": the given minimum must reach the asked one, and a
  // declared maximum must not be below the given one; sharing and width must be equal.
  const bool fits = import.name == "memory" && asked.shared == main.shared &&
                    asked.is_64 == main.is_64 && asked.minimum <= main.minimum &&
                    (!asked.maximum || (main.maximum && *main.maximum <= *asked.maximum));
  if (fits) return {.linkage = {.resolution = Resolution::loader}, .expected = {}, .found = {}};
  return {.linkage = {.resolution = Resolution::loader, .mismatch = Mismatch::memory},
          .expected = "`memory` with " + pages(main),
          .found = fmt::format("`{}` with {}", import.name, pages(asked))};
}

std::string entries(const TableType& table) {
  std::string text = table.maximum ? fmt::format("{} to {} entries", table.minimum, *table.maximum)
                                   : fmt::format("at least {} entries", table.minimum);
  if (table.is_64) text += ", 64-bit";
  return fmt::format("{} of {}", text, value_type_name(table.element));
}

Linked link_table(const Linker& linker, const ImportedSymbol& import) {
  const TableType& asked = import.table;
  // The loader grows the table by the module's own share before it instantiates the module.
  const std::uint64_t reach =
      linker.runtime.table_minimum + (linker.facts.dylink ? linker.facts.dylink->table_size : 0);
  const bool fits = import.name == "__indirect_function_table" && asked.element == 'F' &&
                    !asked.maximum && !asked.is_64 && asked.minimum <= reach;
  if (fits) return {.linkage = {.resolution = Resolution::loader}, .expected = {}, .found = {}};
  return {.linkage = {.resolution = Resolution::loader, .mismatch = Mismatch::table},
          .expected = fmt::format(
              "`__indirect_function_table` of funcref without a maximum, {} entries", reach),
          .found = fmt::format("`{}`, {}", import.name, entries(asked))};
}

/// `GOT.mem` and `GOT.func` share one table of addresses, made for whoever asks; a name is an
/// address whether it stands for data or for a function.
Linked link_address(const Linker& linker, const ImportedSymbol& import) {
  if (import.kind != ExternalKind::global ||
      import.global != GlobalType{.value = 'i', .is_mutable = true}) {
    const std::string found = import.kind == ExternalKind::global
                                  ? "a global " + import.global.str()
                                  : "a " + std::string(external_kind_name(import.kind));
    return {.linkage = {.resolution = Resolution::loader, .mismatch = Mismatch::kind},
            .expected = "a global mut i32",
            .found = found};
  }
  if (is_on_every_object(import.name)) {
    return {.linkage = {.resolution = Resolution::unresolved, .mismatch = Mismatch::kind},
            .expected = "what every JavaScript object has under this name",
            .found = "a global mut i32"};
  }
  if (runtime_has_address(linker, import.name)) {
    const auto symbol = linker.profile.symbols.find(import.name, linker.release);
    return {.linkage = {.resolution = of_provider(symbol->provider)}, .expected = {}, .found = {}};
  }
  return {.linkage = address_beyond_runtime(linker, import), .expected = {}, .found = {}};
}

Linked link_import(const Linker& linker, const ImportedSymbol& import) {
  const LoaderBehaviour& loader = linker.runtime.loader;
  if (contains(loader.address_modules, import.module)) return link_address(linker, import);
  if (!contains(loader.function_modules, import.module)) {
    std::string expected;
    for (const auto* modules : {&loader.function_modules, &loader.address_modules}) {
      for (const auto& name : *modules) expected += (expected.empty() ? "" : ", ") + name;
    }
    return {.linkage = {.resolution = Resolution::unresolved, .mismatch = Mismatch::import_module},
            .expected = "one of " + expected,
            .found = import.module};
  }
  switch (import.kind) {
    case ExternalKind::function:
      return link_function(linker, import);
    case ExternalKind::tag:
      return link_tag(linker, import);
    case ExternalKind::global:
      return link_global(linker, import);
    case ExternalKind::memory:
      return link_memory(linker, import);
    case ExternalKind::table:
      break;
  }
  return link_table(linker, import);
}

/// Needed libraries in the wheel, breadth first, each once: what a load brings in with the module.
/// A library that lies where the loader does not look still counts as the provider of its symbols:
/// the place is the root cause and the only finding.
void collect_libraries(Linker& linker) {
  std::vector<bool> seen(linker.wheel.modules.size(), false);
  seen[linker.module] = true;
  std::vector<std::size_t> queue{linker.module};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const SideModule& facts = linker.wheel.modules[queue[head]].facts;
    if (!facts.dylink) continue;
    for (const auto& name : facts.dylink->needed) {
      const auto needed =
          find_needed(linker.wheel, linker.index, queue[head], linker.runtime.loader, name);
      const std::size_t library = needed.member.empty() ? linker.wheel.modules.size()
                                                        : module_at(linker.wheel, needed.member);
      if (library == linker.wheel.modules.size() || !linker.wheel.modules[library].facts.sound()) {
        linker.library_missing = true;
        continue;
      }
      if (seen[library]) continue;
      seen[library] = true;
      linker.libraries.push_back(library);
      queue.push_back(library);
    }
  }
}

/// Whether the loader, having read the imports, holds an address that only the finished load would
/// set. Engines read imports in their order and stop at a module the loader does not give; weak
/// addresses do not count, the loader sets them to null itself.
bool any_address_unset(const Linker& linker, const Linkage& linkage) {
  // A load that fails earlier has not made any address yet.
  const bool libraries_found = std::ranges::all_of(linkage.needed, [](const NeededLinkage& needed) {
    return needed.state == NeededLinkage::State::found;
  });
  const bool legacy = linker.facts.dylink && linker.facts.dylink->legacy;
  if (!libraries_found || (legacy && linker.runtime.loader.legacy_dylink != Outcome::ok)) {
    return false;
  }
  const std::vector<ImportLinkage>& imports = linkage.imports;
  for (std::size_t i = 0; i < imports.size(); ++i) {
    const ImportedSymbol& import = linker.facts.imports[i];
    if (imports[i].mismatch == Mismatch::import_module) return false;
    if (!contains(linker.runtime.loader.address_modules, import.module)) continue;
    if (is_on_every_object(import.name) || runtime_has_address(linker, import.name)) continue;
    const Resolution late = address_beyond_runtime(linker, import).resolution;
    const bool set_later = import.weak && late != Resolution::unresolved;
    if (late != Resolution::library && !set_later) return true;
  }
  return false;
}

}  // namespace

std::string_view resolution_name(Resolution resolution) {
  switch (resolution) {
    case Resolution::runtime_wasm:
      return "runtime-wasm";
    case Resolution::runtime_js:
      return "runtime-js";
    case Resolution::loader:
      return "loader";
    case Resolution::own_export:
      return "own-export";
    case Resolution::own_em_js:
      return "own-em-js";
    case Resolution::library:
      return "library";
    case Resolution::on_demand:
      return "on-demand";
    case Resolution::weak:
      return "weak";
    case Resolution::behind_missing:
      return "behind-missing-library";
    case Resolution::unresolved:
      break;
  }
  return "unresolved";
}

LinkIndex index_for_linking(const Wheel& wheel) {
  LinkIndex index;
  index.exports.resize(wheel.modules.size());
  for (std::size_t i = 0; i < wheel.modules.size(); ++i) {
    const WheelModule& module = wheel.modules[i];
    auto& exports = index.exports[i];
    exports.reserve(module.facts.exports.size());
    for (const auto& symbol : module.facts.exports) exports.emplace(symbol.name, &symbol);
    const std::string_view path = module.path;
    index.by_file_name[path.substr(path.rfind('/') + 1)].push_back(i);
    if (!module.facts.dylink) continue;
    for (const std::string& name : module.facts.dylink->needed) index.needed_names[name] = true;
  }
  return index;
}

Linkage link_module(const Wheel& wheel, const LinkIndex& index, std::size_t module,
                    const AbiProfile& profile, std::size_t release) {
  Linkage result;
  const SideModule& facts = wheel.modules[module].facts;
  if (facts.kind != ModuleKind::side_module || !facts.sound()) return result;
  Linker linker{.wheel = wheel,
                .index = index,
                .facts = facts,
                .module = module,
                .profile = profile,
                .release = release,
                .runtime = profile.runtimes[release],
                .libraries = {}};
  if (facts.dylink) {
    for (const auto& name : facts.dylink->needed) {
      result.needed.push_back(find_needed(wheel, index, module, linker.runtime.loader, name));
    }
  }
  collect_libraries(linker);
  result.imports.reserve(facts.imports.size());
  for (std::size_t i = 0; i < facts.imports.size(); ++i) {
    Linked linked = link_import(linker, facts.imports[i]);
    result.imports.push_back(linked.linkage);
    if (linked.linkage.mismatch != Mismatch::none) {
      result.mismatches.push_back(
          {.import = i, .expected = std::move(linked.expected), .found = std::move(linked.found)});
    }
  }
  result.leaves_unset = any_address_unset(linker, result);
  for (const MismatchSides& sides : result.mismatches) {
    result.imports[sides.import].poisons = result.leaves_unset;
  }
  return result;
}

}  // namespace wheelaudit
