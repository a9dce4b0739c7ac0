// Findings stay within a budget, and those that are not listed still count.

#include "rules/sink.hpp"

#include <doctest/doctest.h>

namespace wheelaudit::rules {

namespace {

Finding finding(Severity severity, bool repairable = true) {
  Finding made{.rule = "WA301"_rule};
  made.severity = severity;
  made.consequence = severity == Severity::error ? Consequence::load : Consequence::latent;
  made.profile = "pyodide_2024_0";
  made.releases = {"0.27.7"};
  made.place.member = "a.so";
  made.symbol = "f";
  made.details = {"somewhere"};
  made.repairable = repairable;
  return made;
}

}  // namespace

TEST_CASE("a sink without a budget keeps everything") {
  FindingSink sink;
  for (int i = 0; i < 1'000; ++i) sink.add(finding(Severity::note));
  CHECK(std::move(sink).finish().size() == 1'000);
}

TEST_CASE("beyond the budget findings are counted, and the rest is as bad as its worst") {
  FindingBudget budget{.bytes = 150 * memory_of(finding(Severity::note))};
  FindingSink sink(budget);
  for (int i = 0; i < 200; ++i) sink.add(finding(Severity::note));
  sink.add(finding(Severity::error, false));
  sink.add(finding(Severity::note));
  CHECK(sink.is_full());
  const auto all = std::move(sink).finish();
  REQUIRE(all.size() == 151);
  const Finding& rest = all.back();
  CHECK(rest.rule == "WA301"_rule);
  CHECK(rest.stands_for_rest);
  CHECK_FALSE(all.front().stands_for_rest);
  CHECK(rest.severity == Severity::error);
  CHECK(rest.consequence == Consequence::load);
  CHECK(rest.profile == "pyodide_2024_0");
  CHECK(rest.place.member == "a.so");
  CHECK(rest.symbol.empty());
  CHECK(rest.details.empty());
  CHECK_FALSE(rest.repairable);
  CHECK(rest.message == "52 more findings of this rule, which are not listed one by one");
}

TEST_CASE("of each rule a hundred are kept, however little is left") {
  FindingBudget budget{.bytes = 0};
  FindingSink first(budget);
  FindingSink second(budget);
  for (int i = 0; i < 101; ++i) {
    first.add(finding(Severity::note));
    second.add(finding(Severity::note));
  }
  CHECK(std::move(first).finish().size() == 101);
  const auto all = std::move(second).finish();
  REQUIRE(all.size() == 101);
  CHECK(all.back().message == "1 more finding of this rule, which is not listed one by one");
}

TEST_CASE("the rest is of no member when those it stands for are of several") {
  FindingBudget budget{.bytes = 0};
  FindingSink sink(budget);
  for (int i = 0; i < 102; ++i) {
    Finding made = finding(i < 100 ? Severity::note : Severity::warning);
    made.place.member = i == 101 ? "b.so" : "a.so";
    sink.add(std::move(made));
  }
  const auto all = std::move(sink).finish();
  CHECK(all[99].severity == Severity::note);
  CHECK(all[100].severity == Severity::warning);
  CHECK(all[100].place.member.empty());
}

TEST_CASE("what is worked out beforehand is not a more than what can be kept") {
  FindingSink unbounded;
  CHECK(unbounded.most_kept() > 1'000'000);
  FindingBudget budget{.bytes = 10 * sizeof(Finding)};
  FindingSink sink(budget);
  CHECK(sink.most_kept() == 110);
  for (int i = 0; i < 200; ++i) sink.add(finding(Severity::note));
  CHECK(sink.most_kept() == 0);
}

TEST_CASE("memory counts every text, the place of an import and the cause") {
  Finding made{.rule = "WA301"_rule};
  const std::uint64_t bare = memory_of(made);
  CHECK(bare == sizeof(Finding));
  made.place.import = ImportPlace{.index = 1, .module = "env", .type = "(i32) -> ()"};
  CHECK(memory_of(made) == bare + sizeof(ImportPlace) + 11);
  made.cause = Cause{.rule = "WA401"_rule, .symbol = "libx.so"};
  CHECK(memory_of(made) == bare + sizeof(ImportPlace) + 11 + 7);
}

TEST_CASE("the rest is repairable only when all of it is") {
  FindingBudget budget{.bytes = 0};
  FindingSink sink(budget);
  for (int i = 0; i < 110; ++i) sink.add(finding(Severity::error, true));
  CHECK(std::move(sink).finish().back().repairable);
}

}  // namespace wheelaudit::rules
