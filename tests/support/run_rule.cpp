// A rule is run through the registry, because only the registry refers to the functions of rules.

#include "support/run_rule.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace wheelaudit::test {

Findings run_rule(std::string_view id, const rules::RuleInput& input) {
  const rules::Rule* rule = rules::find_rule(id);
  REQUIRE_MESSAGE(rule != nullptr, "no rule of this id: " << id);
  rules::FindingSink sink;
  rule->run(input, sink);
  return std::move(sink).finish();
}

}  // namespace wheelaudit::test
