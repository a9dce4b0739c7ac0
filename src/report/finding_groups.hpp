#pragma once

// Groups findings for people: those that say the same of many symbols or members together, and
// under a root cause what follows from it.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/finding.hpp"

namespace wheelaudit::report {

struct FindingGroup {
  std::vector<const rules::Finding*> findings;   ///< never empty; the first stands for all
  std::vector<const rules::Finding*> followers;  ///< findings whose cause is one of `findings`
  std::vector<std::string_view> profiles;  ///< ABIs for which the first finding holds word for word
};

/// The groups, in the order of the first finding of each. The findings must outlive the groups.
[[nodiscard]] std::vector<FindingGroup> group_findings(std::span<const rules::Finding> findings);

/// `message` with the symbol taken out: equal for findings that say the same of two symbols.
[[nodiscard]] std::string message_shape(const rules::Finding& finding);

}  // namespace wheelaudit::report
