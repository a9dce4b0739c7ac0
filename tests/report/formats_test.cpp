// SARIF, GitHub's annotations and JUnit XML of hand-made reports: what stands where, and that no
// text of a wheel leaves its place. tests/cli/format_readers.py reads these formats as their
// consumers do.

#include "report/formats.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/annotations.hpp"
#include "rules/say.hpp"

namespace wheelaudit::report {

using rules::operator""_rule;

namespace {

rules::Finding unresolved(const std::string& symbol) {
  return {
      .rule = "WA301"_rule,
      .severity = rules::Severity::warning,
      .consequence = rules::Consequence::call,
      .profile = "pyodide_2024_0",
      .releases = {"0.27.7"},
      .place = {.member = "ext/_core.so",
                .import = rules::ImportPlace{.index = 57, .module = "env", .type = "(i32) -> i32"}},
      .symbol = symbol,
      .message = rules::say("unresolved function {}", rules::the_symbol(symbol)),
      .help = "link it"};
}

WheelReport report_of(std::vector<rules::Finding> findings) {
  WheelReport report;
  report.wheel.path = "dist/ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl";
  report.wheel.filename = wheel::WheelFilename{
      .name = "ext",
      .version = "1.0",
      .build = std::nullopt,
      .tags = {.pythons = {"cp312"}, .abis = {"cp312"}, .platforms = {"pyodide_2024_0_wasm32"}}};
  report.audit.verdict = audit::Verdict::incompatible;
  report.audit.findings = std::move(findings);
  return report;
}

std::string whole(const ReportFormat& format, const std::vector<WheelReport>& reports,
                  const std::vector<InputRemark>& remarks = {},
                  const ReportSettings& settings = {}) {
  ReportWhole parts{.version = "0.1.0",
                    .exit_code = ExitCode::findings,
                    .pieces = {},
                    .remarks = remarks,
                    .totals = {}};
  for (const WheelReport& report : reports) {
    std::ranges::move(format.wheel(report, ExitCode::findings, settings),
                      std::back_inserter(parts.pieces));
  }
  std::string text;
  format.whole(parts, settings, [&](std::string_view part) { text += part; });
  return text;
}

nlohmann::json sarif_run(const std::vector<WheelReport>& reports,
                         const std::vector<InputRemark>& remarks = {},
                         const ReportSettings& settings = {}) {
  return nlohmann::json::parse(
      whole(*find_report_format("sarif"), reports, remarks, settings))["runs"][0];
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("annotations: one for a rule, member and ABI, the worst finding speaks") {
  rules::Finding error = unresolved("c");
  error.severity = rules::Severity::error;
  rules::Finding elsewhere = unresolved("d");
  elsewhere.place.member = "ext/_other.so";
  const WheelReport report = report_of({unresolved("a"), unresolved("b"), error, elsewhere});
  const auto annotations = annotate(report);
  REQUIRE(annotations.size() == 2);
  CHECK(annotations[0].severity == rules::Severity::error);
  CHECK(annotation_text(annotations[0]) ==
        "unresolved function `c`\nand 2 more: `a`, `b`\n= import 57, env, (i32) -> i32\nhelp: link "
        "it");
  CHECK(annotation_place(report, annotations[1]) ==
        "ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl: ext/_other.so");
}

TEST_CASE("annotations: of many symbols a few are named") {
  std::vector<rules::Finding> findings;
  for (int i = 0; i < 30; ++i) findings.push_back(unresolved(fmt::format("f{}", i)));
  const WheelReport report = report_of(std::move(findings));
  const std::string text = annotation_text(annotate(report).front());
  CHECK(text.find("and 29 more: `f1`, `f2`") != std::string::npos);
  CHECK(text.find("`f8`, …\n") != std::string::npos);
  CHECK(text.find("`f9`") == std::string::npos);
}

TEST_CASE("annotations: a repaired wheel has none, a refused one keeps them and says why") {
  WheelReport report = report_of({unresolved("a")});
  report.repair = RepairReport{};
  CHECK(annotate(report).empty());
  CHECK(refusal_text(report).empty());
  report.repair->refusals = {"the code is x86-64", "and so on"};
  CHECK(annotate(report).size() == 1);
  CHECK(refusal_text(report) == "the code is x86-64\nand so on");
}

TEST_CASE("annotations: the fingerprint outlives a version, not a rule, a member or a symbol") {
  const auto print = [](const std::string& version, const rules::Finding& finding) {
    WheelReport report = report_of({finding});
    report.wheel.filename->version = version;
    return annotation_fingerprint(report, annotate(report).front());
  };
  rules::Finding record = unresolved("a");
  record.place.member = "ext-1.0.dist-info/RECORD";
  const std::string now = print("1.0", record);
  CHECK(now.size() == 32);
  rules::Finding later = record;
  later.place.member = "ext-1.1.dist-info/RECORD";
  CHECK(print("1.1", later) == now);
  later.symbol = "b";
  CHECK(print("1.1", later) != now);
  later = record;
  later.rule = "WA302"_rule;
  CHECK(print("1.0", later) != now);
  // A vendored library's hash is a version too.
  rules::Finding library = unresolved("a");
  library.place.member = "ext.libs/libz-0123abcd.so";
  rules::Finding rebuilt = library;
  rebuilt.place.member = "ext.libs/libz-9999ffff.so";
  CHECK(print("1.0", library) == print("1.0", rebuilt));
  rebuilt.place.member = "ext.libs/libq-9999ffff.so";
  CHECK(print("1.0", library) != print("1.0", rebuilt));
}

TEST_CASE("SARIF: errors first, places in the repository, members as logical locations") {
  rules::Finding error = unresolved("f");
  error.severity = rules::Severity::error;
  error.rule = "WA303"_rule;
  const auto run =
      sarif_run({report_of({unresolved("a"), error})}, {}, {.location = "wheels/a b.cfg"});
  const auto& results = run["results"];
  REQUIRE(results.size() == 2);
  CHECK(results[0]["ruleId"] == "WA303");
  CHECK(results[0]["level"] == "error");
  CHECK(results[1]["level"] == "warning");
  const auto& location = results[1]["locations"][0];
  CHECK(location["physicalLocation"]["artifactLocation"]["uri"] == "wheels/a%20b.cfg");
  CHECK(location["logicalLocations"][0]["fullyQualifiedName"] ==
        "ext-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl: ext/_core.so");
  CHECK(results[1]["properties"]["symbols"] == nlohmann::json{"a"});
  CHECK(run["invocations"][0]["executionSuccessful"] == true);
  CHECK(run["tool"]["driver"]["rules"].size() == rules::rules().size());
}

TEST_CASE("SARIF: no text is a link or a placeholder") {
  rules::Finding finding = unresolved("{0}[click](https://example.org)");
  const auto run = sarif_run({report_of({finding})});
  const std::string text = run["results"][0]["message"]["text"];
  CHECK(text.find("`{{0}}\\[click\\](https://example.org)`") != std::string::npos);
}

TEST_CASE("SARIF: at most 5,000 results, the least severe left out and told") {
  std::vector<rules::Finding> findings;
  for (int i = 0; i < 5'001; ++i) {
    findings.push_back(unresolved("f"));
    findings.back().place.member = fmt::format("m{}.so", i);
    findings.back().severity = i == 5'000 ? rules::Severity::error : rules::Severity::note;
  }
  const std::vector<WheelReport> reports{report_of(std::move(findings))};
  const auto run = sarif_run(reports);
  CHECK(run["results"].size() == 5'000);
  CHECK(run["results"][0]["level"] == "error");
  CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] ==
        "1 results are left out, the least severe; --format json has all");
  const std::string commands = whole(*find_report_format("github"), reports);
  CHECK(count_of(commands, "\n") == 5'001);
  CHECK(commands.find("title=left out::1 annotations are left out") != std::string::npos);
}

TEST_CASE("SARIF, GitHub and JUnit: an input that was not read is an error, a skipped one none") {
  const std::vector<InputRemark> remarks{
      {.path = "a.whl", .message = "cannot be opened", .exit_code = ExitCode::io},
      {.path = "b.tar.gz", .message = "is no wheel", .exit_code = ExitCode::done}};
  const auto run = sarif_run({}, remarks);
  CHECK(run["invocations"][0]["executionSuccessful"] == false);
  CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["level"] == "error");
  CHECK(run["invocations"][0]["toolExecutionNotifications"][1]["level"] == "note");
  CHECK(whole(*find_report_format("github"), {}, remarks) ==
        "::error file=pyproject.toml,line=1,title=not read::a.whl: cannot be opened\n");
  const std::string xml = whole(*find_report_format("junit"), {}, remarks);
  CHECK(xml.find("<error type=\"error\" message=\"cannot be opened\">") != std::string::npos);
  CHECK(xml.find("b.tar.gz") == std::string::npos);
}

TEST_CASE("GitHub: a line a finding, no part of which ends a property or begins a command") {
  rules::Finding finding = unresolved("f%0A::error::x,y:z");
  const std::string text =
      whole(*find_report_format("github"), {report_of({finding})}, {}, {.location = "a,b:c"});
  CHECK(text.starts_with(
      "::warning file=a%2Cb%3Ac,line=1,title=WA301 unresolved-function::ext-1.0-cp312-cp312-"
      "pyodide_2024_0_wasm32.whl: ext/_core.so: unresolved function `f%250A::error::x,y:z`%0A= "));
  CHECK(count_of(text, "\n") == 1);
}

TEST_CASE("JUnit: a failed test for what reaches --fail-on, the rest in the output") {
  rules::Finding error = unresolved("<f & \"g\">");
  error.severity = rules::Severity::error;
  error.place.member = "a<b.so";
  const std::string xml =
      whole(*find_report_format("junit"), {report_of({unresolved("a"), error})});
  CHECK(xml.find("tests=\"1\" failures=\"1\" errors=\"0\"") != std::string::npos);
  CHECK(xml.find("name=\"WA301 unresolved-function a&lt;b.so (pyodide_2024_0)\"") !=
        std::string::npos);
  CHECK(xml.find("message=\"unresolved function `&lt;f &amp; &quot;g&quot;&gt;`\"") !=
        std::string::npos);
  CHECK(xml.find("<system-out>warning[WA301]: unresolved function `a`\n") != std::string::npos);
  const std::string strict = whole(*find_report_format("junit"), {report_of({unresolved("a")})}, {},
                                   {.fail_on = rules::Severity::warning});
  CHECK(strict.find("tests=\"1\" failures=\"1\"") != std::string::npos);
}

TEST_CASE("JUnit: a wheel that fails without a finding still fails") {
  WheelReport report = report_of({});
  report.repair = RepairReport{};
  report.repair->refusals = {"it has signatures"};
  const std::string xml = whole(*find_report_format("junit"), {report});
  CHECK(
      xml.find(
          "name=\"incompatible\"><failure type=\"incompatible\" message=\"it has signatures\">") !=
      std::string::npos);
}

TEST_CASE("every format: nothing of a wheel reaches a terminal unescaped") {
  const std::string evil = "x\x1b]0;owned\x07\r\n\u202e\xff";
  rules::Finding finding = unresolved(evil);
  finding.place = {.member = evil, .import = rules::ImportPlace{.module = evil, .type = evil}};
  finding.expected = finding.found = finding.help = evil;
  finding.cause = rules::Cause{.rule = "WA401"_rule, .symbol = evil};
  finding.details = {evil};
  finding.profile = evil;
  WheelReport report = report_of({finding});
  report.wheel.path = "dist/" + evil;
  report.repair = RepairReport{};
  report.repair->refusals = {evil};
  for (const ReportFormat& format : report_formats()) {
    const std::string text =
        whole(format, {report}, {{.path = evil, .message = evil, .exit_code = ExitCode::io}},
              {.command = "check", .location = evil});
    CAPTURE(format.name);
    CHECK(text.find_first_of("\x1b\x07\r\xff") == std::string::npos);
    CHECK(text.find("\u202e") == std::string::npos);
    CHECK(text.find("x\n") == std::string::npos);
    CHECK(find_report_format(format.name) == &format);
  }
  CHECK(find_report_format("yaml") == nullptr);
}

}  // namespace wheelaudit::report
