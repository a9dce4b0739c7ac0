// Asks the tables of exports that linking made. They are made once per wheel, so a look-up is
// cheap, and no table of all names of the wheel is needed.

#include "rules/linking/wheel_exporter.hpp"

namespace wheelaudit::rules {

std::optional<std::uint32_t> ExporterSearch::find(std::size_t module, std::uint32_t import,
                                                  bool address) {
  const auto& modules = input_.wheel.modules;
  if (modules.size() > left_) return std::nullopt;
  left_ -= modules.size();
  const wasm::SideModule& facts = modules[module].facts;
  const wasm::ImportedSymbol& wanted = facts.imports[import];
  std::optional<std::uint32_t> other_type;
  for (std::uint32_t m = 0; m < modules.size(); ++m) {
    const wasm::SideModule& library = modules[m].facts;
    if (m == module || !library.can_be_linked()) continue;
    const wasm::ExportedSymbol* symbol =
        input_.index.exports[m].find(input_.index.import_names[module][import]);
    if (symbol == nullptr) continue;
    const bool is_function = symbol->kind == wasm::ExternalKind::function;
    if (address && (is_function || symbol->kind == wasm::ExternalKind::global)) return m;
    if (address || !is_function || wanted.kind != wasm::ExternalKind::function) continue;
    if (library.type_of(*symbol) == facts.type_of(wanted)) return m;
    if (!other_type) other_type = m;
  }
  return other_type;
}

}  // namespace wheelaudit::rules
