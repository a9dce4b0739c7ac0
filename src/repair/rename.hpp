#pragma once

// Extension modules under file names that the ABI's CPython does not import.

#include <string>
#include <unordered_map>
#include <vector>

#include "repair/plan.hpp"

namespace wheelaudit::repair {

struct Renames {
  std::vector<Edit> edits;             ///< sorted by member
  std::vector<std::string> obstacles;  ///< why a module with a wrong name cannot be renamed
};

/// Which modules get the ABI's suffix: sound side modules with the init function their name asks
/// for, whose name is another platform's for the same Python. `from` and `to` are whole paths.
[[nodiscard]] Renames plan_renames(const wheel::Wheel& wheel, const profile::AbiProfile& abi);

/// From the old path of each renamed or moved member to its new path.
[[nodiscard]] std::unordered_map<std::string, std::string> new_paths(const RepairPlan& plan);

}  // namespace wheelaudit::repair
