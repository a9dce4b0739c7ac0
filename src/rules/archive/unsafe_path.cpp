// WA511 unsafe-path: `..`, absolute, drive, backslash, control characters, symlinks, collisions
// (docs/design/archive.md#names, docs/design/archive.md#entry-values).

#include "rules/archive/archive_rules.hpp"

namespace wheelaudit::rules {

FindingList unsafe_path(const RuleInput& input) {
  return archive_findings(input.wheel, zip::ArchiveFaultKind::path, "WA511", "unsafe-path");
}

}  // namespace wheelaudit::rules
