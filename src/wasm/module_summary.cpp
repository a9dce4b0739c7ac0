// What reports say about a module (docs/design/modules.md#module-summary), and modules of which
// only that is kept.

#include <algorithm>

#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {
namespace {

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
        break;
    }
  }
  return counts;
}

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

ModuleSummary summary_of(const SideModule& module) {
  if (module.summary) return *module.summary;
  return {.imports = count_imports(module),
          .exports = module.exports.size(),
          .exceptions = module.exceptions(),
          .setjmp = module.setjmp(),
          .features = feature_names(module),
          .init_functions = module.init_functions()};
}

SideModule only_summary(SideModule module) {
  SideModule result{.kind = module.kind,
                    .format = std::move(module.format),
                    .size = module.size,
                    .depth = module.depth,
                    .faults = std::move(module.faults)};
  result.summary = summary_of(module);
  if (!module.dylink) return result;
  result.dylink = DylinkInfo{.legacy = module.dylink->legacy,
                             .memory_size = module.dylink->memory_size,
                             .memory_alignment = module.dylink->memory_alignment,
                             .table_size = module.dylink->table_size,
                             .table_alignment = module.dylink->table_alignment,
                             .needed = std::move(module.dylink->needed),
                             .runtime_path = std::move(module.dylink->runtime_path),
                             .exports = {},
                             .imports = {},
                             .subsections = {}};
  return result;
}

}  // namespace wheelaudit::wasm
