#pragma once

// The result of a repair, as a report.

#include <optional>

#include "repair/repair.hpp"
#include "report/report.hpp"

namespace wheelaudit::report {

struct ReportedRepair {
  WheelReport report;                             ///< without the path of the result
  std::optional<repair::RepairedWheel> repaired;  ///< nullopt: refused
};
[[nodiscard]] ReportedRepair report_repair(repair::RepairOutcome outcome);

}  // namespace wheelaudit::report
