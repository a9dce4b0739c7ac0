// WA511 unsafe-path: `..`, absolute, drive, backslash, control characters, symlinks, collisions
// (docs/design/archive.md#names, docs/design/archive.md#entry-values).

#include "rules/archive/archive_findings.hpp"

namespace wheelaudit::rules {

void unsafe_path(const RuleInput& input, FindingSink& findings) {
  add_archive_findings(input.wheel, zip::ArchiveFaultKind::path, "WA511"_rule, findings);
}

}  // namespace wheelaudit::rules
