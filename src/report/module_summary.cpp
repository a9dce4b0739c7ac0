// Counts of a module for the reports (CLI.md, "JSON": modules).

#include "report/module_summary.hpp"

#include <algorithm>

namespace wheelaudit {

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

}  // namespace wheelaudit
