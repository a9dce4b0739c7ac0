// WA510 archive: ZIP structure that is ambiguous, damaged or refused by PyPI
// (docs/design/archive.md#severity).

#include "rules/archive/archive_findings.hpp"

namespace wheelaudit::rules {

void archive_structure(const RuleInput& input, FindingSink& findings) {
  add_archive_findings(input.wheel, zip::ArchiveFaultKind::structure, "WA510"_rule, findings);
}

}  // namespace wheelaudit::rules
