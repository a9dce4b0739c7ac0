// WA510 archive: ZIP structure that is ambiguous, damaged or refused by PyPI
// (docs/design/archive.md#severity).

#include "rules/archive/archive_rules.hpp"

namespace wheelaudit::rules {

FindingList archive_structure(const RuleInput& input) {
  return archive_findings(input.wheel, zip::ArchiveFaultKind::structure, "WA510", "archive");
}

}  // namespace wheelaudit::rules
