// WA311 feature: what the reader met and does not understand. An encoding newer than this version's
// reader may be right; it cannot be judged, so it is never compatible (SAFETY.md, promise 9).

#include <fmt/format.h>

#include "rules/rule_functions.hpp"

namespace wheelaudit {

std::vector<Finding> feature(const RuleInput& input) {
  std::vector<Finding> findings;
  for (const WheelModule& module : input.wheel.modules) {
    for (const ModuleFault& fault : module.facts.faults) {
      if (fault.kind != ModuleFaultKind::not_understood) continue;
      Finding finding = finding_of("WA311");
      finding.severity = Severity::error;
      finding.consequence = Consequence::load;
      finding.member = module.path;
      finding.offset = fault.offset;
      finding.message = fmt::format("not understood: {}", fault.message);
      if (fault.function) finding.details.push_back(fmt::format("in function {}", *fault.function));
      finding.details.push_back("an engine that does not know it refuses the module");
      finding.help = "build without the feature, or use a newer wheelaudit";
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace wheelaudit
