#pragma once

// What `repair` prints about one wheel.

#include <string>

#include "report/report.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {

/// The edits, the proof and the file written; or every reason why no file was written.
[[nodiscard]] std::string text_repair(const WheelReport& report, const TextStyle& style);

}  // namespace wheelaudit::report
