#pragma once

// The formats of a report. Each is one row of a table: what it makes of one wheel, and what of the
// whole report. All formats get the same facts and decide nothing.

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/report_parts.hpp"

namespace wheelaudit::report {

/// What a report's words depend on besides the facts.
struct ReportSettings {
  std::string_view command;  ///< "show", "check", "repair"
  TextStyle style;
  rules::Severity fail_on = rules::Severity::error;  ///< what the command counts as a failure
  std::string location = "pyproject.toml";           ///< `--sarif-path`: a file in the repository
};

/// A part of a report in its final words. When a format must leave pieces out, it keeps those of
/// the greatest weight.
struct ReportPiece {
  rules::Severity weight = rules::Severity::note;
  std::string text;
  bool begins_wheel = true;  ///< false: continues the piece before it
};

/// What the whole report is made of, once every input was processed.
struct ReportWhole {
  std::string_view version;  ///< the program's
  ExitCode exit_code = ExitCode::done;
  std::vector<ReportPiece> pieces;  ///< of all wheels in their order; empty for a format `at_once`
  std::vector<InputRemark> remarks;
  Totals totals;
};

/// Takes the report in parts, so that memory need not hold the whole report twice.
using ReportSink = std::function<void(std::string_view part)>;

struct ReportFormat {
  std::string_view name;  ///< the value of `--format`
  /// The pieces of each wheel are printed as soon as those of all wheels before it are printed. The
  /// other formats need the exit code or all findings first.
  bool at_once = false;
  /// `exit_code` is this wheel's own.
  std::vector<ReportPiece> (*wheel)(const WheelReport& report, ExitCode exit_code,
                                    const ReportSettings& settings) = nullptr;
  /// May free pieces that it has written.
  void (*whole)(ReportWhole& whole, const ReportSettings& settings,
                const ReportSink& write) = nullptr;
};

/// What a command found about each input, with all inputs in memory at once.
struct Report {
  std::string version;  ///< the program's, "0.1.0"
  std::string command;  ///< "show", "check", "repair"
  std::vector<WheelReport> wheels;
  std::vector<InputRemark> remarks;
  ExitCode exit_code = ExitCode::done;
};
/// The whole text of a report in a format. `settings.command` is replaced by the report's.
[[nodiscard]] std::string render_report(const Report& report, const ReportFormat& format,
                                        ReportSettings settings = {});

/// Every format, text first.
[[nodiscard]] std::span<const ReportFormat> report_formats();
/// Null when no format has this name.
[[nodiscard]] const ReportFormat* find_report_format(std::string_view name);

/// A list of one piece. It moves the text: an initializer list would copy it, and a JSON text can
/// be most of the memory.
[[nodiscard]] inline std::vector<ReportPiece> single_piece(std::string text) {
  std::vector<ReportPiece> pieces(1);
  pieces.front().text = std::move(text);
  return pieces;
}

/// At most `most` pieces, those of the greatest weight first, equal ones in their order.
[[nodiscard]] std::vector<const ReportPiece*> heaviest(std::span<const ReportPiece> pieces,
                                                       std::size_t most);

}  // namespace wheelaudit::report
