#pragma once

// A plan carried out. Internal to this room: what comes out is not proven yet.

#include <vector>

#include "repair/plan.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::repair {

/// The result as pieces of output. An empty plan yields the input as one piece, byte for byte.
[[nodiscard]] Result<std::vector<zip::OutputPiece>> apply_plan(const wheel::Wheel& wheel,
                                                               const RepairPlan& plan,
                                                               const RepairOptions& options);

}  // namespace wheelaudit::repair
