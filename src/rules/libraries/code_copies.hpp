#pragma once

// The part of WA407 that is about one library linked into several modules.

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// One warning per wheel, at the two modules with the most equal code.
void warn_of_code_copies(const RuleInput& input, FindingSink& findings);

}  // namespace wheelaudit::rules
