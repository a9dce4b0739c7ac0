// `--ignore` and `--select`: what they match, and what they can never hide.

#include "audit/filter.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "base/glob.hpp"

namespace wheelaudit::audit {

using rules::operator""_rule;

namespace {

rules::Finding finding(std::string_view rule, std::string member, std::string symbol,
                       rules::Severity severity = rules::Severity::error) {
  rules::Finding result;
  result.rule = rules::parse_rule_id(rule).value();
  result.severity = severity;
  result.place.member = std::move(member);
  result.symbol = std::move(symbol);
  return result;
}

FindingFilter ignoring(const std::string& text) {
  const std::vector<std::string> patterns{text};
  const auto filter = make_filter(patterns, {});
  REQUIRE(filter.has_value());
  return *filter;
}

Audit audit_of(std::vector<rules::Finding> findings) {
  Audit audit;
  audit.verdict = Verdict::incompatible;
  audit.judged = {"pyodide_2024_0"};
  audit.findings = std::move(findings);
  return audit;
}

}  // namespace

TEST_CASE("globs") {
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("*.so", "a/b.so"));
  CHECK(glob_matches("a/?.so", "a/b.so"));
  CHECK(glob_matches("*a*b*", "xxaxxbxx"));
  CHECK(glob_matches("", ""));
  CHECK_FALSE(glob_matches("", "a"));
  CHECK_FALSE(glob_matches("*.so", "a.so.1"));
  CHECK_FALSE(glob_matches("?", ""));
  CHECK_FALSE(glob_matches("a*b", "ab c"));
  CHECK_FALSE(glob_matches("[a]", "a"));  // brackets are themselves: they stand in file names
}

TEST_CASE("a glob of many stars stays cheap") {
  std::string glob;
  for (int i = 0; i < 50; ++i) glob += "*a";
  const std::string text(20'000, 'a');
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(glob_matches(glob + "b", text));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("patterns name a rule by id, name or family") {
  CHECK(parse_finding_pattern("WA301")->first == "WA301"_rule);
  CHECK(parse_finding_pattern("WA301")->last == "WA301"_rule);
  CHECK(parse_finding_pattern("unresolved-function")->first == "WA301"_rule);
  CHECK(parse_finding_pattern("WA3")->first == "WA300"_rule);
  CHECK(parse_finding_pattern("WA3")->last == "WA399"_rule);
  const auto pattern = parse_finding_pattern("WA302:*/_test.so:_ZN*");
  CHECK(pattern->member == "*/_test.so");
  CHECK(pattern->symbol == "_ZN*");
  CHECK(parse_finding_pattern("WA302::std::x")->symbol == "std::x");
}

TEST_CASE("an unknown rule is a usage error that says what is expected") {
  for (const std::string name : {"WA999", "WA9", "WA", "", "unresolved", "*"}) {
    const auto pattern = parse_finding_pattern(name);
    REQUIRE_FALSE(pattern.has_value());
    CHECK(pattern.error().kind == ErrorKind::usage);
    CHECK(
        pattern.error().message ==
        "unknown rule " + name +
            ": expected an id such as WA301, a name such as unresolved-function, or a family such "
            "as WA3");
  }
}

TEST_CASE("ignored findings are gone, and the verdict follows") {
  const Audit audit = audit_of({finding("WA301", "a.so", "f"), finding("WA301", "b.so", "g")});
  wheel::Wheel wheel;
  SUBCASE("one of two") {
    const Filtered filtered = filter_audit(audit, wheel, ignoring("WA301:a.so"));
    REQUIRE(filtered.audit.findings.size() == 1);
    CHECK(filtered.audit.findings[0].symbol == "g");
    CHECK(filtered.audit.verdict == Verdict::incompatible);
    CHECK(filtered.used == std::vector<bool>{true});
  }
  SUBCASE("all") {
    const Filtered filtered = filter_audit(audit, wheel, ignoring("WA3"));
    CHECK(filtered.audit.findings.empty());
    CHECK(filtered.audit.verdict == Verdict::compatible);
  }
  SUBCASE("none: the pattern is unused") {
    const Filtered filtered = filter_audit(audit, wheel, ignoring("WA301:a.so:g"));
    CHECK(filtered.audit.findings.size() == 2);
    CHECK(filtered.used == std::vector<bool>{false});
  }
}

TEST_CASE("what makes a wheel malformed cannot be ignored or left out") {
  const Audit audit = audit_of({finding("WA510", "", ""), finding("WA204", "a.so", "")});
  wheel::Wheel wheel;
  CHECK(filter_audit(audit, wheel, ignoring("WA510")).audit.verdict == Verdict::malformed);
  const std::vector<std::string> select{"WA4"};
  const auto filter = make_filter({}, select);
  REQUIRE(filter.has_value());
  CHECK(filter_audit(audit, wheel, *filter).audit.findings.size() == 2);
}

TEST_CASE("that nothing was judged cannot be ignored") {
  Audit audit = audit_of({finding("WA101", "", "")});
  audit.judged.clear();
  wheel::Wheel wheel;
  CHECK(filter_audit(audit, wheel, ignoring("WA101")).audit.verdict == Verdict::incompatible);
}

}  // namespace wheelaudit::audit
