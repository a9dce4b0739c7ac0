#pragma once

// Findings as a person wants to read them: those that say the same of many symbols or members
// together, and what follows from a root cause under it.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/finding.hpp"

namespace wheelaudit::report {

struct FindingGroup {
  std::vector<const rules::Finding*> findings;   ///< never empty; the first speaks for all
  std::vector<const rules::Finding*> followers;  ///< findings whose cause is one of them
  std::vector<std::string_view> profiles;        ///< ABIs for which the first holds word for word
};

/// In the order of the first finding of each group. The findings must outlive the groups.
[[nodiscard]] std::vector<FindingGroup> group_findings(std::span<const rules::Finding> findings);

/// `message` with the symbol taken out: equal for findings that say the same of two symbols.
[[nodiscard]] std::string message_shape(const rules::Finding& finding);

}  // namespace wheelaudit::report
