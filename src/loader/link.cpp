// Links each import on one release, in the order in which the real loader asks (Emscripten's
// libdylink.js; docs/design/linking.md#order-of-lookup): first the main module and its JavaScript,
// then needed libraries (local to the load), then the module's own exports, then functions made on
// demand. Types are compared exactly where the provider is WebAssembly, because the engine compares
// them; everything that is bound later goes through a JavaScript stub, which takes any type.

#include "loader/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <ranges>
#include <tuple>

#include "base/path.hpp"
#include "loader/libraries.hpp"
#include "loader/linker.hpp"

namespace wheelaudit::loader {
namespace {

/// Binds a name that the runtime itself does not have: to a library, to the module's own export, to
/// a function made on demand, to null (weak), or to nothing.
Binding beyond_runtime(const Linker& linker, std::size_t i) {
  const wasm::ImportedSymbol& import = linker.import(i);
  const bool own = linker.own(i) != nullptr;
  // Where calls do not reach libraries, a name that both have is bound to the module's own export.
  if (own && !binds_calls_into_libraries(linker.runtime.loader)) {
    return {.resolution = Resolution::own_export};
  }
  for (const std::size_t library : linker.libraries) {
    if (export_of(linker.index, library, import.name) != nullptr) {
      return {.resolution = Resolution::library, .library = static_cast<std::uint32_t>(library)};
    }
  }
  if (own) return {.resolution = Resolution::own_export};
  if (linker.runtime.loader.em_js == profile::Outcome::ok &&
      linker.index.has_em_js[linker.module] &&
      export_of(linker.index, linker.module, "__em_js__" + import.name) != nullptr) {
    return {.resolution = Resolution::own_em_js};
  }
  if (made_on_demand(linker.runtime.loader, import.name))
    return {.resolution = Resolution::on_demand};
  if (import.weak) return {.resolution = Resolution::weak};
  if (linker.library_missing) return {.resolution = Resolution::behind_missing};
  return {.resolution = Resolution::unresolved};
}

std::string kind_text(const profile::ProvidedSymbol& symbol) {
  switch (symbol.kind) {
    case profile::ProvidedKind::data:
      return "data (an address)";
    case profile::ProvidedKind::tag:
      return "a tag";
    case profile::ProvidedKind::function:
      break;
  }
  return symbol.type ? "a function " + symbol.type->str() : std::string("a function");
}

/// Whether a call through a JavaScript stub dies because of its types. The engine converts between
/// a Number and i32, f32 or f64, and takes a missing argument as 0; it never converts between a
/// Number and the BigInt of an i64.
bool dies_in_stub(const wasm::FunctionType& asked, const wasm::FunctionType& offered) {
  for (std::size_t i = 0; i < offered.params.size(); ++i) {
    const bool given = i < asked.params.size() && asked.params[i] == 'j';
    if ((offered.params[i] == 'j') != given) return true;
  }
  if (asked.results.empty()) return false;
  return (asked.results == "j") != (offered.results == "j");
}

/// Checks the type of a library's function. Up to 0.26 libraries are loaded globally before the
/// module, so the engine compares types; later releases bind them through stubs
/// (docs/design/linking.md#calls-into-libraries).
Linked check_library_type(const Linker& linker, const wasm::FunctionType& asked,
                          std::string_view name, Binding binding) {
  const wasm::SideModule& library = linker.wheel.modules[binding.library].facts;
  const wasm::ExportedSymbol& symbol = *export_of(linker.index, binding.library, name);
  if (symbol.kind != wasm::ExternalKind::function) {
    // Data of a library under the name of a function: the stub calls what is not a function.
    binding.mismatch = Mismatch::kind;
    return differs(
        linker, binding, [&] { return "data (an address)"; },
        [&] { return "a function " + asked.str(); });
  }
  if (library.type_of(symbol) == asked) return linked_as(binding);
  const wasm::FunctionType& offered = library.type_of(symbol);
  if (!loads_libraries_globally(linker.runtime.loader) && !dies_in_stub(asked, offered)) {
    return linked_as(binding);
  }
  binding.mismatch = Mismatch::type;
  return differs(linker, binding, [&] { return offered.str(); }, [&] { return asked.str(); });
}

Linked link_function(const Linker& linker, std::size_t i) {
  const wasm::ImportedSymbol& import = linker.import(i);
  if (std::string item = loader_item(linker.runtime.loader, import.name); !item.empty()) {
    return differs(
        linker, Binding{.resolution = Resolution::loader, .mismatch = Mismatch::kind},
        [&] { return item; }, [&] { return "a function " + linker.facts.type_of(import).str(); });
  }
  if (import.name == "__proto__") {  // the only name on every object that is not a function
    return differs(
        linker, Binding{.resolution = Resolution::unresolved, .mismatch = Mismatch::kind},
        [&] { return "an object of JavaScript's own"; },
        [&] { return "a function " + linker.facts.type_of(import).str(); });
  }
  const auto symbol = linker.offered(i);
  const wasm::FunctionType& asked = linker.facts.type_of(import);
  if (!symbol) {
    const Binding binding = beyond_runtime(linker, i);
    if (binding.resolution == Resolution::library) {
      return check_library_type(linker, asked, import.name, binding);
    }
    return linked_as(binding);
  }
  Binding binding{.resolution = of_provider(symbol->provider)};
  if (symbol->kind != profile::ProvidedKind::function) {
    binding.mismatch = Mismatch::kind;
    return differs(
        linker, binding, [&] { return kind_text(*symbol); },
        [&] { return "a function " + asked.str(); });
  }
  if (symbol->provider == profile::ProviderKind::wasm && symbol->type && *symbol->type != asked) {
    binding.mismatch = Mismatch::type;
    return differs(
        linker, binding, [&] { return symbol->type->str(); }, [&] { return asked.str(); });
  }
  return linked_as(binding);
}

Linked link_tag(const Linker& linker, std::size_t i) {
  const wasm::ImportedSymbol& import = linker.import(i);
  const auto symbol = linker.offered(i);
  const wasm::FunctionType& asked = linker.facts.type_of(import);
  // A tag is imported by identity and no stub can replace it, so a tag that nobody offers fails the
  // load at once, as a mismatch does.
  if (!symbol || symbol->kind != profile::ProvidedKind::tag) {
    return differs(
        linker, Binding{.resolution = Resolution::unresolved, .mismatch = Mismatch::kind},
        [&] { return symbol ? kind_text(*symbol) : "no tag of this name"; },
        [&] { return "a tag " + asked.str(); });
  }
  if (symbol->type && *symbol->type != asked) {
    return differs(
        linker, Binding{.resolution = Resolution::runtime_wasm, .mismatch = Mismatch::type},
        [&] { return symbol->type->str(); }, [&] { return asked.str(); });
  }
  return linked_as({.resolution = Resolution::runtime_wasm});
}

/// Whether the engine accepts what the loader gives for a global that is not one of its own. The
/// loader has a function for every name. An immutable externref accepts any value but a Global of
/// another type, and data may be one; a funcref accepts functions of WebAssembly; an i32 accepts
/// the address of data.
bool fits_as_constant(const Linker& linker, std::size_t i) {
  const wasm::ImportedSymbol& import = linker.import(i);
  if (import.global.is_mutable) return false;
  const auto symbol = linker.offered(i);
  const bool data = symbol && symbol->kind == profile::ProvidedKind::data;
  if (import.global.value == 'e') return !data;
  if (import.global.value == 'i') return data;
  return import.global.value == 'F' && symbol && symbol->kind == profile::ProvidedKind::function &&
         symbol->provider == profile::ProviderKind::wasm;
}

Linked link_global(const Linker& linker, std::size_t i) {
  const wasm::ImportedSymbol& import = linker.import(i);
  const auto& globals = linker.runtime.loader.globals;
  const auto given =
      std::ranges::find(globals, import.name, &profile::LoaderBehaviour::LoaderGlobal::name);
  if (given == globals.end() && fits_as_constant(linker, i)) {
    return linked_as({.resolution = Resolution::loader});
  }
  if (given == globals.end()) {
    return differs(
        linker, Binding{.resolution = Resolution::unresolved, .mismatch = Mismatch::kind},
        [&] { return "no global of this name"; },
        [&] { return "a global " + import.global.str(); });
  }
  // The loader gives an immutable global as a number, which i32, f32, f64 and externref accept (run
  // on 0.29.5).
  const bool number = !given->type.is_mutable && !import.global.is_mutable &&
                      std::string_view("ifde").find(import.global.value) != std::string_view::npos;
  if (given->type != import.global && !number) {
    return differs(
        linker, Binding{.resolution = Resolution::loader, .mismatch = Mismatch::kind},
        [&] { return "a global " + given->type.str(); },
        [&] { return "a global " + import.global.str(); });
  }
  return linked_as({.resolution = Resolution::loader});
}

std::string given_modules(const profile::LoaderBehaviour& loader) {
  std::string text;
  for (const auto* modules : {&loader.function_modules, &loader.address_modules}) {
    for (const auto& name : *modules) text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

Linked link_import(const Linker& linker, std::size_t i) {
  const wasm::ImportedSymbol& import = linker.import(i);
  const profile::LoaderBehaviour& loader = linker.runtime.loader;
  if (contains(loader.address_modules, import.module)) return link_address(linker, i);
  if (!contains(loader.function_modules, import.module)) {
    return differs(
        linker, Binding{.resolution = Resolution::unresolved, .mismatch = Mismatch::import_module},
        [&] { return "one of " + given_modules(loader); }, [&] { return import.module.str(); });
  }
  switch (import.kind) {
    case wasm::ExternalKind::function:
      return link_function(linker, i);
    case wasm::ExternalKind::tag:
      return link_tag(linker, i);
    case wasm::ExternalKind::global:
      return link_global(linker, i);
    case wasm::ExternalKind::memory:
      return link_memory(linker, import);
    case wasm::ExternalKind::table:
      break;
  }
  return link_table(linker, import);
}

/// Collects the libraries in the wheel that a load brings in with the module: breadth first, each
/// once. A library where the loader does not look still counts as the provider of its symbols: its
/// place is the root cause and the only finding.
void collect_libraries(Linker& linker) {
  std::vector<bool> seen(linker.wheel.modules.size(), false);
  seen[linker.module] = true;
  std::vector<std::size_t> queue{linker.module};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const wasm::SideModule& facts = linker.wheel.modules[queue[head]].facts;
    if (!facts.dylink) continue;
    for (const auto& name : facts.dylink->needed) {
      const auto needed =
          find_needed(linker.wheel, linker.index, queue[head], linker.runtime.loader, name);
      if (!needed.library || !linker.wheel.modules[*needed.library].facts.sound()) {
        linker.library_missing = true;
        continue;
      }
      const std::size_t library = *needed.library;
      if (seen[library]) continue;
      seen[library] = true;
      linker.libraries.push_back(library);
      queue.push_back(library);
    }
  }
}

/// The module's bindings on one release. The linker's libraries must be collected.
ModuleBindings link(Linker& linker) {
  ModuleBindings result;
  if (linker.facts.dylink) {
    result.needed.reserve(linker.facts.dylink->needed.size());
    for (const auto& name : linker.facts.dylink->needed) {
      result.needed.push_back(
          find_needed(linker.wheel, linker.index, linker.module, linker.runtime.loader, name));
    }
  }
  collect_libraries(linker);
  const std::size_t count = linker.facts.imports.size();
  result.imports.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    result.imports.push_back(link_import(linker, i).binding);
  }
  result.leaves_unset = any_address_unset(linker, result);
  for (Binding& import : result.imports) {
    if (import.mismatch != Mismatch::none) import.poisons = result.leaves_unset;
  }
  return result;
}

/// Whether two releases offer the same for these imports and their loaders treat them the same.
/// Then both share one binding: most releases of an ABI do not differ in what a given module
/// imports.
bool links_alike(const profile::AbiProfile& profile, const std::vector<profile::SymbolRow>& rows,
                 std::size_t left, std::size_t right) {
  return load_alike(profile.runtimes[left], profile.runtimes[right]) &&
         profile.symbols.same_on(rows, left, right);
}

}  // namespace

std::string loader_item(const profile::LoaderBehaviour& loader, std::string_view name) {
  if (name == "memory") return "the memory";
  if (name == "__indirect_function_table") return "the table";
  const auto given =
      std::ranges::find(loader.globals, name, &profile::LoaderBehaviour::LoaderGlobal::name);
  return given == loader.globals.end() ? std::string() : "a global " + given->type.str();
}

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

namespace {

std::vector<std::uint32_t> sorted_by_name(const std::vector<wasm::ImportedSymbol>& imports) {
  std::vector<std::uint32_t> order(imports.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::ranges::sort(order, {}, [&](std::uint32_t i) {
    return std::tuple(std::string_view(imports[i].name), std::string_view(imports[i].module), i);
  });
  return order;
}

}  // namespace

LinkIndex index_for_linking(const wheel::Wheel& wheel) {
  LinkIndex index;
  const std::size_t count = wheel.modules.size();
  index.exports.reserve(count);
  index.import_names.resize(count);
  index.own_exports.resize(count);
  index.imports_by_name.reserve(count);
  for (std::size_t m = 0; m < count; ++m) {
    const wheel::WheelModule& module = wheel.modules[m];
    index.exports.emplace_back(module.facts.exports);
    index.has_em_js.push_back(std::ranges::any_of(
        module.facts.exports,
        [](const wasm::ExportedSymbol& symbol) { return symbol.name.starts_with("__em_js__"); }));
    index.import_names[m].reserve(module.facts.imports.size());
    index.own_exports[m].reserve(module.facts.imports.size());
    for (const auto& import : module.facts.imports) {
      const profile::SymbolName& name = index.import_names[m].emplace_back(import.name);
      index.own_exports[m].push_back(index.exports[m].find(name));
    }
    index.imports_by_name.push_back(sorted_by_name(module.facts.imports));
  }
  const bool any_climbs = std::ranges::any_of(wheel.modules, [](const wheel::WheelModule& module) {
    return module.facts.dylink &&
           std::ranges::any_of(module.facts.dylink->runtime_path, [](const std::string& path) {
             return path.find("..") != std::string::npos;
           });
  });
  if (any_climbs) {
    for (const zip::ArchiveMember& member : wheel.archive.members) {
      index.member_paths.push_back(installed_name(member.name));
    }
    // A wheel made by hand in a test has modules alone.
    for (const wheel::WheelModule& module : wheel.modules) {
      index.member_paths.push_back(installed_name(module.path));
    }
    std::ranges::sort(index.member_paths);
  }
  index.by_file_name.resize(count);
  std::iota(index.by_file_name.begin(), index.by_file_name.end(), std::uint32_t{0});
  std::ranges::sort(index.by_file_name, {}, [&](std::uint32_t m) {
    return std::pair(last_component(wheel.modules[m].path), m);
  });
  return index;
}

const wasm::ExportedSymbol* export_of(const LinkIndex& index, std::size_t module,
                                      std::string_view name) {
  return index.exports[module].find(profile::SymbolName(name));
}

std::span<const std::uint32_t> modules_named(const wheel::Wheel& wheel, const LinkIndex& index,
                                             std::string_view file_name) {
  return std::ranges::equal_range(index.by_file_name, file_name, {}, [&](std::uint32_t m) {
    return last_component(wheel.modules[m].path);
  });
}

namespace {

/// The linker of one module on one release. `rows` are those of its imports, or none where only
/// other modules are asked.
Linker linker_for(const wheel::Wheel& wheel, const LinkIndex& index, std::size_t module,
                  const profile::AbiProfile& profile, std::size_t release,
                  std::span<const profile::SymbolRow> rows) {
  return {.wheel = wheel,
          .index = index,
          .facts = wheel.modules[module].facts,
          .module = module,
          .profile = profile,
          .release = release,
          .runtime = profile.runtimes[release],
          .rows = rows,
          .libraries = {}};
}

}  // namespace

Binding bound_to(const wheel::Wheel& wheel, const LinkIndex& index, std::size_t module,
                 const profile::AbiProfile& profile, std::size_t release, std::size_t import,
                 std::uint32_t library) {
  const wasm::SideModule& facts = wheel.modules[module].facts;
  const wasm::ImportedSymbol& symbol = facts.imports[import];
  const Binding binding{.resolution = Resolution::library, .library = library};
  if (symbol.kind != wasm::ExternalKind::function) return binding;
  const Linker linker = linker_for(wheel, index, module, profile, release, {});
  return check_library_type(linker, facts.type_of(symbol), symbol.name, binding).binding;
}

MismatchSides mismatch_sides(const wheel::Wheel& wheel, const LinkIndex& index, std::size_t module,
                             const profile::AbiProfile& profile, std::size_t release,
                             std::size_t import, const Binding& binding) {
  const wasm::SideModule& facts = wheel.modules[module].facts;
  const std::vector<profile::SymbolRow> rows =
      profile.symbols.rows_of(std::span(&index.import_names[module][import], 1));
  Linker linker = linker_for(wheel, index, module, profile, release, rows);
  linker.first_row = import;
  linker.says_sides = true;
  // The binding says which library provides the function.
  if (binding.resolution == Resolution::library) {
    const wasm::ImportedSymbol& symbol = facts.imports[import];
    return check_library_type(linker, facts.type_of(symbol), symbol.name, binding).sides;
  }
  return link_import(linker, import).sides;
}

BindingsByRelease link_module(const wheel::Wheel& wheel, const LinkIndex& index, std::size_t module,
                              const profile::AbiProfile& profile,
                              std::span<const std::size_t> releases) {
  const wasm::SideModule& facts = wheel.modules[module].facts;
  if (!facts.can_be_linked()) {
    return BindingsByRelease(releases.size());
  }
  const std::vector<profile::SymbolRow> rows = profile.symbols.rows_of(index.import_names[module]);
  BindingsByRelease bindings;
  for (std::size_t i = 0; i < releases.size(); ++i) {
    const auto alike = std::find_if(
        releases.begin(), releases.begin() + static_cast<std::ptrdiff_t>(i),
        [&](std::size_t earlier) { return links_alike(profile, rows, earlier, releases[i]); });
    const auto first = static_cast<std::size_t>(alike - releases.begin());
    if (first < i) {
      bindings.push_back_same_as(first);
      continue;
    }
    Linker linker = linker_for(wheel, index, module, profile, releases[i], rows);
    bindings.push_back(link(linker));
  }
  return bindings;
}

}  // namespace wheelaudit::loader
