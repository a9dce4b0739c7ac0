#pragma once

// Runs one rule of the registry by its id: tests name no function of a rule.

#include <string_view>
#include <vector>

#include "rules/rule.hpp"

namespace wheelaudit::test {

using Findings = std::vector<rules::Finding>;

/// All that the rule ("WA301") finds, without a budget.
Findings run_rule(std::string_view id, const rules::RuleInput& input);

}  // namespace wheelaudit::test
