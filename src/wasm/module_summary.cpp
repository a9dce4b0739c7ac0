// What reports say about a module, counted once (docs/design/modules.md#module-summary). A summary
// does not refer to the module, so that the module can be freed before the report is written.

#include "wasm/module_summary.hpp"

#include <algorithm>

namespace wheelaudit::wasm {
namespace {

std::vector<std::string> feature_names(const SideModule& module) {
  std::vector<std::string> names;
  if (module.code) {
    for (const FeatureUse& use : module.code->features) names.push_back(use.feature);
  } else {
    for (const std::string& feature : module.target_features) {
      if (feature.starts_with('+')) names.push_back(feature.substr(1));
    }
  }
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

}  // namespace

ImportCounts count_imports(const SideModule& module) {
  ImportCounts counts;
  for (const ImportedSymbol& import : module.imports) {
    switch (import.kind) {
      case ExternalKind::function:
        ++counts.functions;
        break;
      case ExternalKind::global:
        ++(import.module.str().starts_with("GOT.") ? counts.addresses : counts.globals);
        break;
      case ExternalKind::tag:
        ++counts.tags;
        break;
      case ExternalKind::table:
      case ExternalKind::memory:
        ++counts.memories_and_tables;
        break;
    }
  }
  return counts;
}

ModuleSummary summarise(const SideModule& module) {
  ModuleSummary summary{.kind = module.kind,
                        .exceptions = module.exceptions(),
                        .setjmp = module.setjmp(),
                        .format = module.format,
                        .size = module.size,
                        .dylink = {},
                        .imports = count_imports(module),
                        .exports = module.exports.size(),
                        .features = feature_names(module),
                        .init_functions = module.init_functions()};
  if (module.dylink) {
    summary.dylink = DylinkSummary{.memory_size = module.dylink->memory_size,
                                   .table_size = module.dylink->table_size,
                                   .needed = module.dylink->needed,
                                   .runtime_path = module.dylink->runtime_path};
  }
  return summary;
}

}  // namespace wheelaudit::wasm
