// WA511 unsafe-path: RULES.md, "`..`, absolute, drive, backslash, control characters, symlinks,
// collisions".

#include "rules/archive/archive_rules.hpp"

namespace wheelaudit {

FindingList unsafe_path(const RuleInput& input) {
  return archive_findings(input.wheel, ArchiveFaultKind::path, "WA511", "unsafe-path");
}

}  // namespace wheelaudit
