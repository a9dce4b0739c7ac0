#pragma once

// The inputs of linking one module on one release, shared by the files that link functions, tags
// and globals (link.cpp), addresses (address.cpp), memory and table (room_left.cpp). Internal to
// linking.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loader/link.hpp"

namespace wheelaudit::loader {

/// One module on one release: what every question of linking needs.
struct Linker {
  const wheel::Wheel& wheel;
  const LinkIndex& index;
  const wasm::SideModule& facts;
  std::size_t module;
  const profile::AbiProfile& profile;
  std::size_t release;
  const profile::Runtime& runtime;
  std::span<const profile::SymbolRow>
      rows;  ///< rows of the profile's symbols, for imports from `first_row` on
  std::size_t first_row = 0;
  bool says_sides = false;             ///< mismatches must also be put into words
  std::vector<std::size_t> libraries;  ///< needed libraries present in the wheel, transitively
  bool library_missing = false;        ///< at least one needed library is missing

  [[nodiscard]] const wasm::ImportedSymbol& import(std::size_t i) const { return facts.imports[i]; }
  /// What the runtime offers under the name of import `i`.
  [[nodiscard]] std::optional<profile::ProvidedSymbol> offered(std::size_t i) const {
    return profile.symbols.at(rows[i - first_row], release);
  }
  /// What the module itself exports under that name; null for nothing.
  [[nodiscard]] const wasm::ExportedSymbol* own(std::size_t i) const {
    return index.own_exports[module][i];
  }
};

struct Linked {
  Binding binding;
  MismatchSides sides;  ///< set for a mismatch when `says_sides` of the linker is set
};

[[nodiscard]] inline Linked linked_as(Binding binding) { return {.binding = binding, .sides = {}}; }
/// A mismatch; `expected` and `found` are called for its words only when they are wanted.
template <class Expected, class Found>
[[nodiscard]] Linked differs(const Linker& linker, Binding binding, Expected expected,
                             Found found) {
  if (!linker.says_sides) return linked_as(binding);
  return {.binding = binding, .sides = {.expected = expected(), .found = found()}};
}

[[nodiscard]] inline bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Whether the import asks for an address, not for a function or an item of the loader.
[[nodiscard]] inline bool is_address(const profile::LoaderBehaviour& loader,
                                     const wasm::ImportedSymbol& import) {
  return contains(loader.address_modules, import.module);
}

/// Whether the loader makes an address of an export of this kind; null stands for no export.
[[nodiscard]] inline bool gives_address(const wasm::ExportedSymbol* symbol) {
  return symbol != nullptr && (symbol->kind == wasm::ExternalKind::function ||
                               symbol->kind == wasm::ExternalKind::global);
}

[[nodiscard]] inline bool made_on_demand(const profile::LoaderBehaviour& loader,
                                         std::string_view name) {
  return std::ranges::any_of(loader.on_demand_prefixes,
                             [&](const std::string& prefix) { return name.starts_with(prefix); });
}

[[nodiscard]] inline Resolution of_provider(profile::ProviderKind provider) {
  return provider == profile::ProviderKind::wasm ? Resolution::runtime_wasm
                                                 : Resolution::runtime_js;
}

/// In words, what the loader's table holds under this name that is not a symbol of the program;
/// empty for other names.
[[nodiscard]] std::string loader_item(const profile::LoaderBehaviour& loader,
                                      std::string_view name);

/// Links import `i`, which imports from one of the loader's address modules.
[[nodiscard]] Linked link_address(const Linker& linker, std::size_t i);
/// Whether the loader, once it has read the imports, holds an address that only a finished load
/// sets. The needed libraries and imports of `bindings` must be linked.
[[nodiscard]] bool any_address_unset(const Linker& linker, const ModuleBindings& bindings);

[[nodiscard]] Linked link_memory(const Linker& linker, const wasm::ImportedSymbol& import);
[[nodiscard]] Linked link_table(const Linker& linker, const wasm::ImportedSymbol& import);

}  // namespace wheelaudit::loader
