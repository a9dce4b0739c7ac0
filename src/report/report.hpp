#pragma once

// A report: what a command found about each input, as data, and the formats that print it. Text and
// JSON come from the same Report; formats never decide anything.

#include <optional>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "repair/candidates.hpp"
#include "repair/edit.hpp"
#include "wheel/wheel_summary.hpp"

namespace wheelaudit::report {

struct RepairReport {
  std::vector<repair::Edit> edits;
  std::vector<std::string> refusals;  ///< why nothing was written; empty when it was (or would be)
  std::vector<repair::Candidate> candidates;  ///< of `--plat auto`
  std::optional<std::string> output;          ///< path written
  std::optional<std::string> sha256;
  std::vector<std::string> remarks;  ///< "PyPI does not take this tag: host it yourself"
  std::string proof;                 ///< one line: what the re-audit proved
  bool dry_run = false;
};

struct WheelReport {
  wheel::WheelSummary wheel;
  audit::Audit audit;
  std::optional<RepairReport> repair;
};

}  // namespace wheelaudit::report
