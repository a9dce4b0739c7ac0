#pragma once

// What a command found about one wheel, as data. Every format prints these values and decides
// nothing.

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
  std::vector<repair::Candidate> candidates;  ///< the ABIs that `--plat auto` considered
  std::optional<std::string> output;          ///< the path written; nullopt: nothing was written
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
