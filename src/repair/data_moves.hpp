#pragma once

// Members of `.data/platlib` and `.data/purelib`, which move into the root of the wheel.

#include <span>
#include <string>
#include <vector>

#include "repair/edit.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

struct DataMoves {
  std::vector<Edit> edits;             ///< in the order of the archive
  std::vector<std::string> obstacles;  ///< why a member cannot move
};
/// Every member that pip and uv would move when they install the wheel; a directory's own entry is
/// taken out. `planned` are edits of the same plan: what they rename or drop does not move again.
[[nodiscard]] DataMoves plan_data_moves(const wheel::Wheel& wheel, std::span<const Edit> planned);

}  // namespace wheelaudit::repair
