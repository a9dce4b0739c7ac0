#pragma once

// The plan of a repair. Internal to this room: everybody else calls `repair()` (repair.hpp).

#include <string>
#include <vector>

#include "profile/profile.hpp"
#include "repair/edit.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

struct RepairPlan {
  std::vector<Edit> edits;             ///< in the order they are applied; empty: nothing to do
  std::vector<std::string> obstacles;  ///< why not to repair; not empty: do not apply
  std::string output_name;             ///< file name of the result
};

/// What would have to change for `abi`. Never fails: the reasons against a repair are in
/// `obstacles`.
[[nodiscard]] RepairPlan plan_repair(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                                     const RepairOptions& options);

}  // namespace wheelaudit::repair
