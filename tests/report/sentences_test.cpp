// What a text of a finding holds by chance is not taken for the finding's own values.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "report/formats.hpp"
#include "rules/say.hpp"

namespace wheelaudit::report {
namespace {

using rules::operator""_rule;

rules::Finding finding_of(std::string symbol, rules::Sentence message) {
  rules::Finding finding{.rule = "WA301"_rule, .severity = rules::Severity::error};
  finding.place.member = "ext/_core.so";
  finding.symbol = std::move(symbol);
  finding.message = std::move(message);
  return finding;
}

bool prints(std::string_view command, std::vector<rules::Finding> findings, std::string_view line) {
  WheelReport report;
  report.wheel.path = "ext.whl";
  report.audit.findings = std::move(findings);
  const std::string text = find_report_format("text")
                               ->wheel(report, ExitCode::findings, {.command = command})
                               .front()
                               .text;
  CAPTURE(text);
  return text.find(line) != std::string::npos;
}

TEST_CASE("in front of the symbol a message can hold the symbol's text") {
  // Searched for, the two symbols would stand in different places, and the group fall apart.
  const auto of = [](const std::string& symbol) {
    return finding_of(symbol,
                      rules::say("beside `open` there is no {}", rules::the_symbol(symbol)));
  };
  CHECK(prints("check", {of("open"), of("close")}, "   = also `close`\n"));
}

TEST_CASE("a message can hold the symbol's text and not name the symbol") {
  const std::vector<rules::Finding> findings{finding_of("open", "the path `open` is odd"),
                                             finding_of("close", "the path `close` is odd")};
  CHECK(prints("check", findings, "]: the path `close` is odd\n"));
}

TEST_CASE("a fact can hold the symbol's text and not be the symbol's own") {
  const auto of = [](const std::string& symbol) {
    auto finding = finding_of(symbol, rules::say("no {}", rules::the_symbol(symbol)));
    finding.details = {"called from `" + symbol + "`"};
    return finding;
  };
  CHECK(prints("check", {of("open"), of("close")}, "]: no `close`\n"));
}

TEST_CASE("a message can hold the text of a value and not say the value") {
  rules::Finding finding = finding_of("", "the file names a hash");
  finding.place.member = "a";
  finding.expected = "sha256";
  finding.found = "file";
  CHECK(prints("check", {finding}, "   = expected sha256, found file\n"));
  CHECK(prints("show", {finding}, "the file names a hash (a)\n"));
}

}  // namespace
}  // namespace wheelaudit::report
