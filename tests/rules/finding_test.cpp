// The registry of rules, and the words and severities of findings.

#include "rules/finding.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "rules/rule.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

TEST_CASE("rules stand in the order of their ids, each id and name once, each with a function") {
  CHECK(std::ranges::is_sorted(rules(), {}, &Rule::id));
  std::set<std::string_view> seen;
  for (const Rule& rule : rules()) {
    CAPTURE(rule.id);
    CHECK(seen.insert(rule.id).second);
    CHECK(seen.insert(rule.name).second);
    CHECK((rule.run != nullptr));
    CHECK(rule.id.size() == 5);
    CHECK(rule.id.starts_with("WA"));
  }
}

TEST_CASE("a rule is found by id or by name") {
  REQUIRE(find_rule("WA205") != nullptr);
  CHECK(find_rule("WA205")->name == "extension-suffix");
  CHECK(find_rule("extension-suffix") == find_rule("WA205"));
  CHECK(find_rule("WA999") == nullptr);
  CHECK(find_rule("") == nullptr);
  CHECK(finding_of("WA502").name == "record");
  CHECK(finding_of("WA502").severity == Severity::note);
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

TEST_CASE("a linking consequence is an error when the newest release is affected") {
  profile::AbiProfile profile = test::abi_2025();
  CHECK(linking_severity(profile, {0, 1, 2}) == Severity::error);
  CHECK(linking_severity(profile, {2}) == Severity::error);
  CHECK(linking_severity(profile, {0, 1}) == Severity::warning);
  CHECK(linking_severity(profile, {}) == Severity::note);
  // A pre-release is not the newest.
  profile.runtimes.back().prerelease = true;
  CHECK(linking_severity(profile, {2}) == Severity::warning);
  CHECK(linking_severity(profile, {1}) == Severity::error);
  CHECK(release_names(profile, {0, 2}) == std::vector<std::string>{"0.28.0", "0.29.5"});
}

}  // namespace wheelaudit::rules
