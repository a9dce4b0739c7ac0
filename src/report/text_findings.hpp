#pragma once

// Findings as text, in full (`check`, `repair`) and in short (`show`).

#include <string>

#include "report/report.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {

/// Errors and warnings as rustc prints them, notes as one line each (in full when verbose).
[[nodiscard]] std::string text_findings(const WheelReport& report, const TextStyle& style);

/// One line per group of findings.
[[nodiscard]] std::string text_findings_in_short(const WheelReport& report, const TextStyle& style);

/// The symbol in backquotes, its readable name in parentheses behind it.
[[nodiscard]] std::string quoted_symbol(std::string_view symbol, const TextStyle& style);
/// The message with the readable name beside the raw one.
[[nodiscard]] std::string message_text(const rules::Finding& finding, const TextStyle& style);

/// `2 errors, 1 warning`; `no findings`.
[[nodiscard]] std::string findings_count(const audit::Audit& audit, const TextStyle& style);

/// The last component of the wheel's path.
[[nodiscard]] std::string_view input_name_of(const wheel::WheelSummary& wheel);

}  // namespace wheelaudit::report
