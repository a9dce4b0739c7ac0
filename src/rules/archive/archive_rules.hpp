#pragma once

// The rules about the archive itself (WA510 to WA512, docs/design/verdicts.md#rule-ids) and what
// they share.

#include <string_view>
#include <vector>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// WA510: structure that is ambiguous, damaged or refused by PyPI.
[[nodiscard]] FindingList archive_structure(const RuleInput& input);
/// WA511: names and types of entries that are unsafe to unpack.
[[nodiscard]] FindingList unsafe_path(const RuleInput& input);
/// WA512: a limit was reached, in the archive or in a module.
[[nodiscard]] FindingList archive_limit(const RuleInput& input);

/// The findings of one rule from the archive's faults of one kind, structural ones first.
[[nodiscard]] FindingList archive_findings(const wheel::Wheel& wheel, zip::ArchiveFaultKind kind,
                                           std::string_view rule, std::string_view name);

}  // namespace wheelaudit::rules
