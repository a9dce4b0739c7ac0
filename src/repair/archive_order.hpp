#pragma once

// The order of modules in a repaired archive: libraries stand in front of what needs them.

#include <cstdint>
#include <vector>

namespace wheelaudit::repair {

/// A module that moves directly in front of another, behind those that moved there before it.
struct MoveInFront {
  std::uint32_t module = 0;
  std::uint32_t of = 0;  ///< stays where it is
  bool operator==(const MoveInFront&) const = default;
};

/// `needed[m]`: the modules that m needs. `order`: all modules as the archive has them. Modules
/// that need one another keep their order among themselves. No moves: the order is right.
[[nodiscard]] std::vector<MoveInFront> moves_in_front(
    const std::vector<std::vector<std::uint32_t>>& needed, const std::vector<std::uint32_t>& order);

}  // namespace wheelaudit::repair
