// Links addresses: imports of `GOT.mem` and `GOT.func` (docs/design/linking.md#addresses). The
// loader makes an unset address for whoever imports one and sets it once everything is loaded. So
// it finds out only then what nobody offers, and an address that a failed load left unset fails
// every later load.

#include <array>

#include "loader/linker.hpp"

namespace wheelaudit::loader {
namespace {

/// Whether every JavaScript object has a property of this name. The loader's tables of symbols and
/// addresses are plain objects, so the loader finds it there too (run on 0.21 to 314).
bool is_on_every_object(std::string_view name) {
  constexpr std::array<std::string_view, 12> names = {
      "__defineGetter__", "__defineSetter__",     "__lookupGetter__", "__lookupSetter__",
      "__proto__",        "constructor",          "hasOwnProperty",   "isPrototypeOf",
      "toLocaleString",   "propertyIsEnumerable", "toString",         "valueOf"};
  return std::ranges::find(names, name) != names.end();
}

/// Exports that the loader keeps to itself (`isInternalSym`): nobody gets their address. The last
/// five since Emscripten 5.0.3.
bool is_internal(std::string_view name) {
  constexpr std::array<std::string_view, 15> names = {
      "__cpp_exception",      "__c_longjmp",     "__wasm_apply_data_relocs",
      "__dso_handle",         "__tls_size",      "__tls_align",
      "__set_stack_limits",   "__wasm_init_tls", "__wasm_call_ctors",
      "_emscripten_tls_init", "memory",          "__memory_base",
      "__table_base",         "__stack_pointer", "__indirect_function_table"};
  return std::ranges::find(names, name) != names.end();
}

/// Links an address that the runtime itself does not have. The loader takes addresses of exported
/// functions and data; a function that comes from EM_JS or is made by prefix has none.
Binding address_beyond_runtime(const Linker& linker, std::size_t i) {
  const wasm::ImportedSymbol& import = linker.import(i);
  const auto gives = [&](const wasm::ExportedSymbol* symbol) {
    return gives_address(symbol) && !is_internal(import.name);
  };
  for (const std::size_t library : linker.libraries) {
    if (gives(export_of(linker.index, library, import.name))) {
      return {.resolution = Resolution::library, .library = static_cast<std::uint32_t>(library)};
    }
  }
  if (gives(linker.own(i))) return {.resolution = Resolution::own_export};
  // "bad export type": what the loader has under such a name is not an address, whether the import
  // is weak or not.
  const bool present = linker.offered(i).has_value() ||
                       made_on_demand(linker.runtime.loader, import.name) ||
                       !loader_item(linker.runtime.loader, import.name).empty();
  if (import.weak && !present) return {.resolution = Resolution::weak};
  if (linker.library_missing) return {.resolution = Resolution::behind_missing};
  return {.resolution = Resolution::unresolved};
}

/// Whether the runtime's symbol has an address.
bool has_address(const std::optional<profile::ProvidedSymbol>& symbol) {
  return symbol && symbol->kind != profile::ProvidedKind::tag && symbol->has_address;
}

}  // namespace

/// `GOT.mem` and `GOT.func` share one table of addresses; a name in it is an address, whether it
/// stands for data or for a function.
Linked link_address(const Linker& linker, std::size_t i) {
  const wasm::ImportedSymbol& import = linker.import(i);
  if (import.kind != wasm::ExternalKind::global ||
      import.global != wasm::GlobalType{.value = 'i', .is_mutable = true}) {
    const auto found = [&] {
      return import.kind == wasm::ExternalKind::global
                 ? "a global " + import.global.str()
                 : "a " + std::string(wasm::external_kind_name(import.kind));
    };
    return differs(
        linker, Binding{.resolution = Resolution::loader, .mismatch = Mismatch::kind},
        [&] { return "a global mut i32"; }, found);
  }
  if (is_on_every_object(import.name)) {
    return differs(
        linker, Binding{.resolution = Resolution::unresolved, .mismatch = Mismatch::kind},
        [&] { return "what every JavaScript object has under this name"; },
        [&] { return "a global mut i32"; });
  }
  if (const auto symbol = linker.offered(i); has_address(symbol)) {
    return linked_as({.resolution = of_provider(symbol->provider)});
  }
  return linked_as(address_beyond_runtime(linker, i));
}

/// Engines read imports in their order and stop at the first module that the loader does not give,
/// so addresses imported after it are never made. Weak addresses do not count: the loader itself
/// sets them to null.
bool any_address_unset(const Linker& linker, const ModuleBindings& bindings) {
  // A load that fails before the module's imports are read has not made any address.
  const bool libraries_found = std::ranges::all_of(
      bindings.needed,
      [](const NeededBinding& needed) { return needed.state == NeededBinding::State::found; });
  const bool legacy = linker.facts.dylink && linker.facts.dylink->legacy;
  if (!libraries_found || (legacy && linker.runtime.loader.legacy_dylink != profile::Outcome::ok)) {
    return false;
  }
  const std::vector<Binding>& imports = bindings.imports;
  for (std::size_t i = 0; i < imports.size(); ++i) {
    const wasm::ImportedSymbol& import = linker.facts.imports[i];
    if (imports[i].mismatch == Mismatch::import_module) return false;
    if (!contains(linker.runtime.loader.address_modules, import.module)) continue;
    if (is_on_every_object(import.name) || has_address(linker.offered(i))) continue;
    const Resolution late = address_beyond_runtime(linker, i).resolution;
    const bool set_later = import.weak && late != Resolution::unresolved;
    if (late != Resolution::library && !set_later) return true;
  }
  return false;
}

}  // namespace wheelaudit::loader
