#pragma once

// For which ABI a wheel is to be repaired: `--plat`, else what its tags claim, else the one it is
// proven fit for.

#include <cstddef>
#include <string>
#include <vector>

#include "cli/repair_run.hpp"

namespace wheelaudit::cli {

/// The ABI to repair for, and the tag to give; or why there is none. Several: the wheel claims them
/// all, and keeps its tags.
struct TargetChoice {
  std::vector<std::size_t> profiles;
  std::string tag;  ///< empty: the wheel keeps its own
  std::vector<Candidate> candidates;
  std::vector<std::string> refusals;
};

/// Errors: io.
[[nodiscard]] Result<TargetChoice> choose_target(const Wheel& wheel, const RepairRun& run,
                                                 const RepairOptions& options,
                                                 const ReadOptions& read);

}  // namespace wheelaudit::cli
