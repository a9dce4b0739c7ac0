// WA510 archive: RULES.md, "ZIP structure that is ambiguous, damaged or refused by PyPI".

#include "rules/archive/archive_rules.hpp"

namespace wheelaudit {

FindingList archive_structure(const RuleInput& input) {
  return archive_findings(input.wheel, ArchiveFaultKind::structure, "WA510", "archive");
}

}  // namespace wheelaudit
