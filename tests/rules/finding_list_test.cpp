// What rules find stays within a budget, and nothing of it is forgotten.

#include "rules/finding_list.hpp"

#include <doctest/doctest.h>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

namespace {

Finding finding(Severity severity, bool repairable = true) {
  Finding made = finding_of("WA301");
  made.severity = severity;
  made.consequence = severity == Severity::error ? Consequence::load : Consequence::latent;
  made.profile = "pyodide_2024_0";
  made.releases = {"0.27.7"};
  made.member = "a.so";
  made.symbol = "f";
  made.details = {"somewhere"};
  made.repairable = repairable;
  return made;
}

}  // namespace

TEST_CASE("a list without a budget keeps everything") {
  FindingList list;
  for (int i = 0; i < 1'000; ++i) list.push_back(finding(Severity::note));
  CHECK(list.size() == 1'000);
  CHECK(std::move(list).finish().size() == 1'000);
}

TEST_CASE("beyond the budget findings are counted, and the rest is as bad as its worst") {
  FindingBudget budget{.bytes = 150 * memory_of(finding(Severity::note))};
  FindingList list(&budget);
  for (int i = 0; i < 200; ++i) list.push_back(finding(Severity::note));
  list.push_back(finding(Severity::error, false));
  list.push_back(finding(Severity::note));
  CHECK(list.size() == 150);
  const auto all = std::move(list).finish();
  REQUIRE(all.size() == 151);
  const Finding& rest = all.back();
  CHECK(rest.rule == "WA301");
  CHECK(rest.stands_for_rest);
  CHECK_FALSE(all.front().stands_for_rest);
  CHECK(rest.severity == Severity::error);
  CHECK(rest.consequence == Consequence::load);
  CHECK(rest.profile == "pyodide_2024_0");
  CHECK(rest.member == "a.so");
  CHECK(rest.symbol.empty());
  CHECK(rest.details.empty());
  CHECK_FALSE(rest.repairable);
  CHECK(rest.message == "52 more findings of this rule, which are not listed one by one");
}

TEST_CASE("of each rule a hundred are kept, however little is left") {
  FindingBudget budget{.bytes = 0};
  FindingList first(&budget);
  FindingList second(&budget);
  for (int i = 0; i < 101; ++i) {
    first.push_back(finding(Severity::note));
    second.push_back(finding(Severity::note));
  }
  CHECK(first.size() == 100);
  const auto all = std::move(second).finish();
  REQUIRE(all.size() == 101);
  CHECK(all.back().message == "1 more finding of this rule, which is not listed one by one");
}

TEST_CASE("what is said of the last finding after it was pushed counts, kept or not") {
  FindingBudget budget{.bytes = 0};
  FindingList list(&budget);
  for (int i = 0; i < 102; ++i) {
    list.push_back(finding(Severity::note));
    list.back().severity = i < 100 ? Severity::note : Severity::warning;
    list.back().member = i == 101 ? "b.so" : "a.so";
  }
  const auto all = std::move(list).finish();
  CHECK(all[99].severity == Severity::note);
  CHECK(all[100].severity == Severity::warning);
  CHECK(all[100].member.empty());
}

TEST_CASE("the rest is repairable only when all of it is") {
  FindingBudget budget{.bytes = 0};
  FindingList list(&budget);
  for (int i = 0; i < 110; ++i) list.push_back(finding(Severity::error, true));
  CHECK(std::move(list).finish().back().repairable);
}

}  // namespace wheelaudit::rules
