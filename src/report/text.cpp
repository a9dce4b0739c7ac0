// The text format: each wheel under its path, then the totals (docs/design/output.md#text).

#include <fmt/format.h>

#include <algorithm>

#include "report/formats.hpp"
#include "report/text_findings.hpp"
#include "report/text_repair.hpp"
#include "report/text_show.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {
namespace {

std::string verdict_text(const WheelReport& report, const TextStyle& style) {
  const audit::Audit& audit = report.audit;
  std::string text = paint(style, ink_of(audit.verdict), audit::verdict_name(audit.verdict));
  if (!audit.judged.empty()) {
    std::string judged;
    for (const std::string& id : audit.judged) {
      judged += (judged.empty() ? "" : ", ") + shown(id, style);
      const auto since = std::ranges::find_if(audit.findings, [&](const rules::Finding& finding) {
        return finding.profile == id && !finding.since.empty();
      });
      if (since != audit.findings.end())
        judged += fmt::format(" from Pyodide {} on", shown(since->since, style));
    }
    text += (audit.verdict == audit::Verdict::compatible ? " with " : " (judged for ") + judged;
    if (audit.verdict != audit::Verdict::compatible) text += ")";
  }
  return fmt::format("{}: {}", text, findings_count(audit, style));
}

std::string path_text(const WheelReport& report, const TextStyle& style) {
  const std::string& path = report.wheel.path;
  return paint(style, Ink::bold, path == "-" ? "standard input" : escape_terminal(path));
}

std::string text_show(const WheelReport& report, const TextStyle& style) {
  std::string text = path_text(report, style) + "\n" + text_facts(report.wheel, style) +
                     text_modules(report.wheel, style) + text_matrix(report.audit, style);
  if (!report.audit.findings.empty()) text += "\n" + text_findings_in_short(report, style);
  return text + "\n  " + verdict_text(report, style) + "\n\n";
}

/// A wheel for other platforms takes one line: the message of its only finding.
std::string text_not_applicable(const WheelReport& report, const TextStyle& style) {
  const std::string reason = report.audit.findings.empty()
                                 ? ""
                                 : ": " + shown(report.audit.findings[0].message.text(), style);
  return path_text(report, style) + ": " +
         paint(style, ink_of(report.audit.verdict), audit::verdict_name(report.audit.verdict)) +
         reason + "\n";
}

/// Whether findings are printed in full: each ends with an empty line, and the text after them must
/// too.
bool is_long(std::string_view findings) { return findings.find("\n\n") != std::string_view::npos; }

std::string text_check(const WheelReport& report, const TextStyle& style) {
  if (report.audit.verdict == audit::Verdict::not_applicable)
    return text_not_applicable(report, style);
  const std::string findings = text_findings(report, style);
  std::string text =
      findings + path_text(report, style) + ": " + verdict_text(report, style) + "\n";
  if (report.audit.verdict == audit::Verdict::repairable && report.wheel.path != "-") {
    text += fmt::format("{} wheelaudit repair {}\n", paint(style, Ink::green, "help:"),
                        escape_terminal(report.wheel.path));
  }
  return is_long(findings) ? text + "\n" : text;
}

std::string text_repaired(const WheelReport& report, const TextStyle& style) {
  std::string text = path_text(report, style) + "\n" + text_repair(report, style) + "\n";
  const bool told =
      report.repair->refusals.empty() || report.audit.verdict == audit::Verdict::not_applicable;
  if (told) return text;
  const std::string findings = text_findings(report, style);
  return findings + (findings.empty() || findings.ends_with("\n\n") ? "" : "\n") + text;
}

std::string_view outcome_of(const RepairReport& repair) {
  if (!repair.refusals.empty()) return "refused";
  if (repair.dry_run) return "planned";
  return repair.edits.empty() ? "unchanged" : "repaired";
}

std::string text_quiet(const WheelReport& report, const TextStyle& style) {
  if (report.repair) {
    const bool refused = !report.repair->refusals.empty();
    return fmt::format(
        "{}: {}{}\n", path_text(report, style),
        paint(style, refused ? Ink::red : Ink::green, outcome_of(*report.repair)),
        report.repair->output ? ", " + escape_terminal(*report.repair->output) : std::string());
  }
  return path_text(report, style) + ": " + verdict_text(report, style) + "\n";
}

}  // namespace

std::string text_wheel(std::string_view command, const WheelReport& report,
                       const TextStyle& style) {
  if (style.quiet) return text_quiet(report, style);
  if (report.repair) return text_repaired(report, style);
  return command == "show" ? text_show(report, style) : text_check(report, style);
}

std::string text_remark(const InputRemark& remark, const TextStyle& style) {
  if (remark.exit_code == ExitCode::done) {
    if (style.quiet) return {};
    return fmt::format("{} {}: {}\n", paint(style, Ink::blue, "note:"),
                       escape_terminal(remark.path), escape_terminal(remark.message));
  }
  return fmt::format("{} {}: {}\n", paint(style, Ink::red, "error:"), escape_terminal(remark.path),
                     escape_terminal(remark.message));
}

void Totals::add(const WheelReport& report) {
  ++verdicts[report.audit.verdict];
  if (!report.repair) return;
  if (!report.repair->refusals.empty()) {
    ++refused;
  } else {
    ++(report.repair->edits.empty() ? unchanged : written);
  }
}

void Totals::add(const InputRemark& remark) {
  if (remark.exit_code == ExitCode::usage) {
    ++declined;
  } else {
    ++(remark.exit_code == ExitCode::done ? skipped : unreadable);
  }
}

void Totals::add(const Totals& other) {
  for (const auto& [verdict, count] : other.verdicts) verdicts[verdict] += count;
  written += other.written;
  unchanged += other.unchanged;
  refused += other.refused;
  skipped += other.skipped;
  unreadable += other.unreadable;
  declined += other.declined;
}

std::string text_totals(std::string_view command, const Totals& totals, const TextStyle& style) {
  std::vector<std::string> parts;
  std::size_t wheels = 0;
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  for (const auto& [verdict, count] : totals.verdicts) {
    wheels += count;
    if (command == "repair" || count == 0) continue;
    parts.push_back(
        paint(style, ink_of(verdict), fmt::format("{} {}", count, audit::verdict_name(verdict))));
  }
  if (command == "repair") {
    add(totals.written, "repaired");
    add(totals.unchanged, "unchanged");
    add(totals.refused + totals.declined, "refused");
  }
  add(totals.unreadable, "unreadable");
  add(totals.skipped, "skipped");
  wheels += totals.unreadable + totals.declined;
  if (wheels < 2) return {};
  return fmt::format("{}: {}\n", count_text(wheels, "wheel"), fmt::join(parts, ", "));
}

ReportFormat text_format() {
  return {
      .name = "text",
      .at_once = true,
      .wheel =
          [](const WheelReport& report, ExitCode /*exit_code*/, const ReportSettings& settings) {
            return single_piece(text_wheel(settings.command, report, settings.style));
          },
      .whole =
          [](ReportWhole& whole, const ReportSettings& settings, const ReportSink& write) {
            write(text_totals(settings.command, whole.totals, settings.style));
          }};
}

}  // namespace wheelaudit::report
