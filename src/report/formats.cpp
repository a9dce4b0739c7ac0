// The table of formats, and a whole report made from the pieces that a format yields per wheel.
// Commands with many inputs pass pieces on one by one; both ways use the same rows of the table, so
// they write the same bytes.

#include "report/formats.hpp"

#include <algorithm>
#include <array>

namespace wheelaudit::report {

// One row per format: the function `ROW_format` in the file of the format.
#define WHEELAUDIT_FORMATS(ROW) \
  ROW(text)                     \
  ROW(json)                     \
  ROW(sarif)                    \
  ROW(github)                   \
  ROW(junit)

#define WHEELAUDIT_DECLARE(name) ReportFormat name##_format();
WHEELAUDIT_FORMATS(WHEELAUDIT_DECLARE)
#undef WHEELAUDIT_DECLARE

std::span<const ReportFormat> report_formats() {
#define WHEELAUDIT_LIST(name) name##_format(),
  static const std::array formats{WHEELAUDIT_FORMATS(WHEELAUDIT_LIST)};
#undef WHEELAUDIT_LIST
  return formats;
}

const ReportFormat* find_report_format(std::string_view name) {
  const auto found = std::ranges::find(report_formats(), name, &ReportFormat::name);
  return found == report_formats().end() ? nullptr : &*found;
}

std::vector<const ReportPiece*> heaviest(std::span<const ReportPiece> pieces, std::size_t most) {
  std::vector<const ReportPiece*> kept;
  for (const rules::Severity weight :
       {rules::Severity::error, rules::Severity::warning, rules::Severity::note}) {
    for (const ReportPiece& piece : pieces) {
      if (piece.weight == weight && kept.size() < most) kept.push_back(&piece);
    }
  }
  return kept;
}

std::string render_report(const Report& report, const ReportFormat& format,
                          ReportSettings settings) {
  settings.command = report.command;
  ReportWhole whole{.version = report.version,
                    .exit_code = report.exit_code,
                    .pieces = {},
                    .remarks = report.remarks,
                    .totals = {}};
  for (const WheelReport& wheel : report.wheels) {
    std::ranges::move(format.wheel(wheel, report.exit_code, settings),
                      std::back_inserter(whole.pieces));
    whole.totals.add(wheel);
  }
  for (const InputRemark& remark : report.remarks) whole.totals.add(remark);
  std::string text;
  if (format.at_once) {
    for (const ReportPiece& piece : whole.pieces) text += piece.text;
  }
  format.whole(whole, settings, [&](std::string_view part) { text += part; });
  return text;
}

}  // namespace wheelaudit::report
