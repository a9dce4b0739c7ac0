// WA210 miscounted-dylink: an import-info whose count is the number of module names instead of
// entries, as auditwheel-emscripten up to 0.3.0 writes it (docs/design/modules.md#the-miscount).
// Loaders read the entries behind the count as further sub-sections, so the finding is an error on
// every release, also where what they read there happens to do no harm.

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

bool is_damaged(const wasm::SideModule& facts) {
  return std::ranges::find(facts.faults, wasm::ModuleFaultKind::malformed,
                           &wasm::ModuleFault::kind) != facts.faults.end();
}

}  // namespace

void miscounted_dylink(const RuleInput& input, FindingSink& findings) {
  for (const wheel::WheelModule& module : input.wheel.modules) {
    const wasm::SideModule& facts = module.facts;
    if (!facts.dylink || !facts.dylink->miscount || is_damaged(facts)) continue;
    Finding finding = wheel_finding("WA210"_rule, Severity::error, Consequence::load, module.path);
    // A module that was not understood is not rewritten.
    finding.repairable = facts.sound();
    finding.place.offset = facts.dylink->miscount->offset;
    finding.expected = fmt::format("a count of {}", facts.dylink->imports.size());
    finding.found = fmt::format("a count of {}", facts.dylink->miscount->declared);
    finding.message =
        fmt::format("the import-info of its dylink section says {} and holds {} entries",
                    facts.dylink->miscount->declared, facts.dylink->imports.size());
    finding.details.emplace_back(
        "loaders read the entries behind the count as other sub-sections: weak imports and the run "
        "path are lost, and the module loads by luck or not at all");
    finding.details.emplace_back(
        "auditwheel-emscripten up to 0.3.0 writes the number of module names here");
    finding.help =
        finding.repairable
            ? fmt::format("wheelaudit repair {}", file_name_of(input.wheel))
            : std::string("repair the wheel again with auditwheel-emscripten after 0.3.0");
    findings.add(std::move(finding));
  }
}

}  // namespace wheelaudit::rules
