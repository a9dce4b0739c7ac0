#pragma once

// What `show` prints above the findings: the wheel's facts, its modules, the matrix of runtimes.

#include <string>

#include "report/report.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {

[[nodiscard]] std::string text_facts(const wheel::WheelSummary& wheel, const TextStyle& style);
[[nodiscard]] std::string text_modules(const wheel::WheelSummary& wheel, const TextStyle& style);
/// One row per profile and, where they differ, release.
[[nodiscard]] std::string text_matrix(const audit::Audit& audit, const TextStyle& style);

}  // namespace wheelaudit::report
