// WA512 limit: a limit that was reached, and the option that raises it
// (docs/design/limits.md#default-limits). What was not read cannot be called compatible
// (docs/design/safety.md#promise-9), so a limit in the archive or in a module is an error.

#include <fmt/format.h>

#include "rules/archive/archive_findings.hpp"
#include "rules/new_finding.hpp"

namespace wheelaudit::rules {

void archive_limit(const RuleInput& input, FindingSink& findings) {
  add_archive_findings(input.wheel, zip::ArchiveFaultKind::limit, "WA512"_rule, findings);
  for (const wheel::WheelModule& module : input.wheel.modules) {
    for (const wasm::ModuleFault& fault : module.facts.faults) {
      if (fault.kind != wasm::ModuleFaultKind::limit) continue;
      Finding finding =
          wheel_finding("WA512"_rule, Severity::error, Consequence::load, module.path);
      finding.place.offset = fault.offset;
      finding.message = fault.message;
      if (fault.function) finding.details.push_back(fmt::format("in function {}", *fault.function));
      finding.help =
          fault.option.empty()
              ? "this limit is the engine's or protects the checker, and is fixed"
              : fmt::format("if the wheel is to be trusted, raise the limit with {}", fault.option);
      findings.add(std::move(finding));
    }
  }
}

}  // namespace wheelaudit::rules
