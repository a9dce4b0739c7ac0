// Moves what the outcome holds into a report. The wheel that may be written goes to the caller,
// because only the caller knows where it is written.

#include "report/repair_report.hpp"

#include <utility>

namespace wheelaudit::report {

ReportedRepair report_repair(repair::RepairOutcome outcome) {
  ReportedRepair reported{.report = {.wheel = std::move(outcome.wheel),
                                     .audit = std::move(outcome.audit),
                                     .repair = RepairReport{.edits = std::move(outcome.edits)}},
                          .repaired = std::nullopt};
  RepairReport& report = *reported.report.repair;
  if (auto* refusal = std::get_if<repair::Refusal>(&outcome.decision)) {
    report.refusals = std::move(refusal->reasons);
    report.candidates = std::move(refusal->candidates);
    return reported;
  }
  reported.repaired.emplace(std::get<repair::RepairedWheel>(std::move(outcome.decision)));
  report.proof = reported.repaired->proof();
  report.remarks = reported.repaired->remarks();
  return reported;
}

}  // namespace wheelaudit::report
