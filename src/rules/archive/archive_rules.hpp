#pragma once

// The rules about the archive itself (RULES.md, WA5) and what they share.

#include <string_view>
#include <vector>

#include "rules/rule.hpp"

namespace wheelaudit {

/// WA510: structure that is ambiguous, damaged or refused by PyPI.
[[nodiscard]] FindingList archive_structure(const RuleInput& input);
/// WA511: names and types of entries that are unsafe to unpack.
[[nodiscard]] FindingList unsafe_path(const RuleInput& input);
/// WA512: a limit was reached, in the archive or in a module.
[[nodiscard]] FindingList archive_limit(const RuleInput& input);

/// The findings of one rule from the archive's faults of one kind, structural ones first.
[[nodiscard]] FindingList archive_findings(const Wheel& wheel, ArchiveFaultKind kind,
                                           std::string_view rule, std::string_view name);

}  // namespace wheelaudit
