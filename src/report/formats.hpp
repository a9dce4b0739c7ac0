#pragma once

// The formats of a report, each one row of a table: what it makes of one wheel, and what of the
// whole. All of them are told the same facts and decide nothing.

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
struct ReportLooks {
  std::string_view command;  ///< "show", "check", "repair"
  TextStyle style;
  rules::Severity fail_on = rules::Severity::error;  ///< what the command counts as a failure
  std::string location = "pyproject.toml";           ///< `--sarif-path`: a file of the repository
};

/// A part of a report in its final words, and what it weighs where not every part finds room.
struct ReportPiece {
  rules::Severity weight = rules::Severity::note;
  std::string text;
  bool begins_wheel = true;  ///< false: goes on where the piece before it ends
};

/// What the whole report is made of, once every input is done.
struct ReportWhole {
  std::string_view version;  ///< the program's
  ExitCode exit_code = ExitCode::done;
  std::vector<ReportPiece> pieces;  ///< of all wheels in their order; none of a format `at_once`
  std::vector<InputRemark> remarks;
  Totals totals;
};

/// Takes the report in parts, so that the whole of it need not stand in memory twice.
using ReportSink = std::function<void(std::string_view part)>;

struct ReportFormat {
  std::string_view name;  ///< of `--format`
  /// Each wheel's pieces are printed as soon as all before it are done. The other formats need the
  /// exit code or all findings in front.
  bool at_once = false;
  /// `exit_code` is this wheel's own.
  std::vector<ReportPiece> (*wheel)(const WheelReport& report, ExitCode exit_code,
                                    const ReportLooks& looks) = nullptr;
  /// May let go of pieces that are written.
  void (*whole)(ReportWhole& whole, const ReportLooks& looks, const ReportSink& write) = nullptr;
};

/// What a command found about each input, all of it in memory at once.
struct Report {
  std::string version;  ///< the program's, "0.1.0"
  std::string command;  ///< "show", "check", "repair"
  std::vector<WheelReport> wheels;
  std::vector<InputRemark> remarks;
  ExitCode exit_code = ExitCode::done;
};
/// The whole text of a report in a format; `looks.command` is the report's.
[[nodiscard]] std::string render_report(const Report& report, const ReportFormat& format,
                                        ReportLooks looks = {});

/// Every format, text first.
[[nodiscard]] std::span<const ReportFormat> report_formats();
/// Null when there is none of this name.
[[nodiscard]] const ReportFormat* find_report_format(std::string_view name);

/// One piece; an initializer list would copy the text, which of JSON can be most of the memory.
[[nodiscard]] inline std::vector<ReportPiece> single_piece(std::string text) {
  std::vector<ReportPiece> pieces(1);
  pieces.front().text = std::move(text);
  return pieces;
}

/// The pieces as they stand, the weightiest first, at most so many of them.
[[nodiscard]] std::vector<const ReportPiece*> heaviest(std::span<const ReportPiece> pieces,
                                                       std::size_t most);

}  // namespace wheelaudit::report
