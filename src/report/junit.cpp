// JUnit XML as Jenkins and GitLab read it: a test suite per wheel. In it stands a failed test per
// rule, member and ABI at or above `--fail-on`, or one test named after the verdict when there are
// none; findings below `--fail-on` stand in the suite's output. XML 1.0 has no character below
// U+0020 except tab and line ends, not even escaped; such characters become `\x1b` here, as on a
// terminal.

#include <fmt/format.h>

#include "report/annotations.hpp"
#include "report/formats.hpp"
#include "report/text_findings.hpp"
#include "report/text_style.hpp"
#include "rules/rule.hpp"

namespace wheelaudit::report {
namespace {

/// Escapes text for XML content and for attributes in double quotes. Attributes have no line feed,
/// because `shown` escapes it.
std::string xml_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string test(std::string_view suite, std::string_view name, std::string_view content) {
  return fmt::format("    <testcase classname=\"{}\" name=\"{}\">{}</testcase>\n", xml_text(suite),
                     xml_text(name), content);
}

std::string failure(std::string_view kind, std::string_view type, std::string_view message,
                    std::string_view text) {
  return fmt::format("<{} type=\"{}\" message=\"{}\">{}</{}>", kind, xml_text(type),
                     xml_text(message), xml_text(text), kind);
}

std::string suite(std::string_view name, std::size_t tests, std::size_t failures,
                  std::size_t errors, std::string_view content) {
  return fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\">\n{}  "
      "</testsuite>\n",
      xml_text(name), tests, failures, errors, content);
}

std::string name_of(const Annotation& annotation) {
  const rules::Finding& first = *annotation.first;
  std::string name = rules::rule_id_text(first.rule);
  name += fmt::format(" {}", rules::rule_name(first.rule));
  if (!first.place.member.empty()) name += " " + shown(first.place.member, {});
  return first.profile.empty() ? name : name + " (" + shown(first.profile, {}) + ")";
}

/// The test of a wheel without a failed finding: it passes when the wheel does. It fails for a
/// failure that no finding reports, such as a refused repair.
std::string verdict_test(const WheelReport& report, bool fails, std::string_view suite_name) {
  const std::string verdict(audit::verdict_name(report.audit.verdict));
  if (!fails) return test(suite_name, verdict, "");
  const std::string refusal = refusal_text(report);
  if (refusal.empty())
    return test(suite_name, verdict, failure("failure", verdict, verdict, verdict));
  return test(suite_name, verdict,
              failure("failure", verdict, shown(report.repair->refusals.front(), {}), refusal));
}

std::vector<ReportPiece> junit_wheel(const WheelReport& report, ExitCode exit_code,
                                     const ReportSettings& settings) {
  const std::string name = shown(report.wheel.path, {});
  std::string tests;
  std::string output;
  std::size_t failures = 0;
  for (const Annotation& annotation : annotate(report)) {
    const std::string text = annotation_text(annotation);
    if (annotation.severity < settings.fail_on) {
      output += fmt::format("{}[{}]: {}\n", rules::severity_name(annotation.severity),
                            rules::rule_id_text(annotation.first->rule), text);
      continue;
    }
    ++failures;
    tests += test(name, name_of(annotation),
                  failure("failure", rules::rule_id_text(annotation.first->rule),
                          message_text(*annotation.first, {}), text));
  }
  std::size_t count = failures;
  if (failures == 0) {
    failures = exit_code == ExitCode::done ? 0 : 1;
    count = 1;
    tests = verdict_test(report, failures > 0, name);
  }
  if (!output.empty()) {
    tests += fmt::format("    <system-out>{}</system-out>\n", xml_text(output));
  }
  return single_piece(suite(name, count, failures, 0, tests));
}

void junit_whole(ReportWhole& whole, const ReportSettings& /*settings*/, const ReportSink& write) {
  write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wheelaudit\">\n");
  for (const ReportPiece& piece : whole.pieces) write(piece.text);
  for (const InputRemark& remark : whole.remarks) {
    if (remark.exit_code == ExitCode::done) continue;
    const std::string name = shown(remark.path, {});
    const std::string message = shown(remark.message, {});
    write(
        suite(name, 1, 0, 1, test(name, "not read", failure("error", "error", message, message))));
  }
  write("</testsuites>\n");
}

}  // namespace

ReportFormat junit_format() {
  return {.name = "junit", .at_once = false, .wheel = junit_wheel, .whole = junit_whole};
}

}  // namespace wheelaudit::report
