#pragma once

// What the rules about the archive itself (WA510 to WA512) share.

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// The findings of one rule from the archive's faults of one kind, structural ones first.
void add_archive_findings(const wheel::Wheel& wheel, zip::ArchiveFaultKind kind, RuleId rule,
                          FindingSink& findings);

}  // namespace wheelaudit::rules
