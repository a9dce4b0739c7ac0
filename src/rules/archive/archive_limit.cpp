// WA512 limit: a limit that was reached, and the option that raises it
// (docs/design/limits.md#default-limits). What was not read cannot be called compatible
// (docs/design/safety.md#promise-9), so a limit in the archive or in a module is an error.

#include <fmt/format.h>

#include "rules/archive/archive_rules.hpp"

namespace wheelaudit::rules {

FindingList archive_limit(const RuleInput& input) {
  FindingList findings =
      archive_findings(input.wheel, zip::ArchiveFaultKind::limit, "WA512", "limit");
  for (const wheel::WheelModule& module : input.wheel.modules) {
    for (const wasm::ModuleFault& fault : module.facts.faults) {
      if (fault.kind != wasm::ModuleFaultKind::limit) continue;
      Finding finding{.rule = "WA512",
                      .name = "limit",
                      .severity = Severity::error,
                      .consequence = Consequence::load,
                      .member = module.path,
                      .offset = fault.offset,
                      .message = fault.message};
      if (fault.function) finding.details.push_back(fmt::format("in function {}", *fault.function));
      finding.help =
          fault.option.empty()
              ? "this limit is the engine's or protects the checker, and is fixed"
              : fmt::format("if the wheel is to be trusted, raise the limit with {}", fault.option);
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace wheelaudit::rules
