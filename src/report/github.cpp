// Annotations of GitHub Actions: one workflow command per line, `::error file=…,title=…::message`.
// The runner reads commands from standard output, so no text of a wheel may begin or end one: `%`,
// carriage return and line feed become %25, %0D and %0A; in properties `:` and `,` become %3A and
// %2C (actions/runner, src/Runner.Common/ActionCommand.cs).

#include <fmt/format.h>

#include "report/annotations.hpp"
#include "report/formats.hpp"
#include "report/text_findings.hpp"
#include "report/text_style.hpp"
#include "rules/rule.hpp"

namespace wheelaudit::report {
namespace {

constexpr std::size_t most_commands = 5'000;  // docs/design/output.md#github-annotations

std::string percent_encoded(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) == std::string_view::npos) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string data(std::string_view text) { return percent_encoded(text, "%\r\n"); }
std::string property(std::string_view text) { return percent_encoded(text, "%\r\n:,"); }

std::string command(rules::Severity severity, std::string_view title, std::string_view message,
                    const ReportSettings& settings) {
  return fmt::format("::{} file={},line=1,title={}::{}\n",
                     severity == rules::Severity::note ? "notice" : rules::severity_name(severity),
                     property(escape_terminal(settings.location)), property(title), data(message));
}

std::vector<ReportPiece> github_wheel(const WheelReport& report, ExitCode /*exit_code*/,
                                      const ReportSettings& settings) {
  std::vector<ReportPiece> pieces;
  for (const Annotation& annotation : annotate(report)) {
    const std::string title = fmt::format("{} {}", rules::rule_id_text(annotation.first->rule),
                                          rules::rule_name(annotation.first->rule));
    const std::string message =
        annotation_place(report, annotation) + ": " + annotation_text(annotation);
    pieces.push_back({annotation.severity, command(annotation.severity, title, message, settings)});
  }
  if (const std::string refusal = refusal_text(report); !refusal.empty()) {
    const std::string message = shown(input_name_of(report.wheel), {}) + ":\n" + refusal;
    pieces.push_back({rules::Severity::error,
                      command(rules::Severity::error, "cannot be repaired", message, settings)});
  }
  return pieces;
}

void github_whole(ReportWhole& whole, const ReportSettings& settings, const ReportSink& write) {
  for (const InputRemark& remark : whole.remarks) {
    if (remark.exit_code == ExitCode::done) continue;
    write(command(rules::Severity::error, "not read",
                  shown(remark.path, {}) + ": " + shown(remark.message, {}), settings));
  }
  for (const ReportPiece* piece : heaviest(whole.pieces, most_commands)) write(piece->text);
  if (whole.pieces.size() > most_commands) {
    write(
        command(rules::Severity::warning, "left out",
                fmt::format("{} annotations are left out, the least severe; --format json has all",
                            whole.pieces.size() - most_commands),
                settings));
  }
}

}  // namespace

ReportFormat github_format() {
  return {.name = "github", .at_once = false, .wheel = github_wheel, .whole = github_whole};
}

}  // namespace wheelaudit::report
