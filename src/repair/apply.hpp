#pragma once

// Applies a plan. Internal to this room: the result is not proven yet.

#include <vector>

#include "repair/plan.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::repair {

/// The repaired wheel as pieces of output. An empty plan yields the input as one piece, byte for
/// byte. Errors: io; internal (the plan has obstacles).
[[nodiscard]] Result<std::vector<zip::OutputPiece>> apply_plan(const wheel::Wheel& wheel,
                                                               const RepairPlan& plan,
                                                               const RepairOptions& options);

}  // namespace wheelaudit::repair
