// The registry of rules, and the words and severities of findings.

#include "rules/finding.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

TEST_CASE("rules stand in the order of their ids, each id and name once, each with a function") {
  CHECK(std::ranges::is_sorted(rules(), {}, &Rule::id));
  std::set<std::string> seen;
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    CHECK(seen.insert(rule_id_text(rule.id)).second);
    CHECK(seen.insert(std::string(rule.name)).second);
    CHECK((rule.run != nullptr));
    CHECK(parse_rule_id(rule_id_text(rule.id)) == rule.id);
    CHECK(rule_name(rule.id) == rule.name);
  }
}

TEST_CASE("a rule is found by id or by name") {
  REQUIRE(find_rule("WA205") != nullptr);
  CHECK(find_rule("WA205")->name == "extension-suffix");
  CHECK(find_rule("extension-suffix") == find_rule("WA205"));
  CHECK(find_rule("WA999") == nullptr);
  CHECK(find_rule("") == nullptr);
  CHECK(rule_name("WA502"_rule) == "record");
  CHECK(rule_name("WA999"_rule).empty());
}

TEST_CASE("an id is two letters, a digit from 1 on and two digits") {
  CHECK(parse_rule_id("WA301") == "WA301"_rule);
  CHECK(rule_id_text("WA301"_rule) == "WA301");
  for (const std::string_view wrong :
       {"", "WA", "WA3", "WA30", "WA3011", "wa301", "WB301", "WA001", "WA3x1", " WA301", "WA-01"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_rule_id(wrong).has_value());
  }
}

TEST_CASE("places and causes in words") {
  CHECK(import_text({.index = 57, .module = "env", .type = "(i32) -> i32"}) ==
        "import 57, env, (i32) -> i32");
  CHECK(cause_text({.rule = "WA401"_rule, .symbol = "libssl.so"}) == "WA401 libssl.so");
  CHECK(cause_text({.rule = "WA401"_rule, .symbol = ""}) == "WA401");
}

TEST_CASE("severities and consequences have the words of the JSON schema") {
  CHECK(severity_name(Severity::note) == "note");
  CHECK(severity_name(Severity::warning) == "warning");
  CHECK(severity_name(Severity::error) == "error");
  CHECK(consequence_name(Consequence::style) == "style");
  CHECK(consequence_name(Consequence::latent) == "latent");
  CHECK(consequence_name(Consequence::index) == "index");
  CHECK(consequence_name(Consequence::install) == "install");
  CHECK(consequence_name(Consequence::call) == "call");
  CHECK(consequence_name(Consequence::load) == "load");
  CHECK(consequence_name(Consequence::poison) == "poison");
  CHECK(consequence_of(profile::Outcome::ok) == Consequence::style);
  CHECK(consequence_of(profile::Outcome::call) == Consequence::call);
  CHECK(consequence_of(profile::Outcome::load) == Consequence::load);
  CHECK(consequence_of(profile::Outcome::poison) == Consequence::poison);
}

TEST_CASE("a linking consequence is an error when the newest judged release is affected") {
  const profile::AbiProfile profile = test::abi_2025();
  const wheel::Wheel wheel = test::good_wheel(profile);
  loader::Target target = test::unlinked_target(wheel, profile);
  CHECK(target_severity(target, {0, 1, 2}) == Severity::error);
  CHECK(target_severity(target, {2}) == Severity::error);
  CHECK(target_severity(target, {0, 1}) == Severity::warning);
  CHECK(target_severity(target, {}) == Severity::note);
  target.judged = {0, 1};
  CHECK(target_severity(target, {1}) == Severity::error);
  CHECK(release_names(profile, {0, 2}) == std::vector<std::string>{"0.28.0", "0.29.5"});
}

}  // namespace wheelaudit::rules
