#pragma once

// Repairs a wheel in memory and reads the result. Internal to this room: the result is not proven
// yet.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "profile/profile.hpp"
#include "repair/edit.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::repair {

/// A wheel repaired in memory and read again like any input; it is not audited yet. `result` reads
/// `pieces` and the input, so the struct is moved, never copied.
struct UnprovenWheel {
  std::vector<Edit> edits;
  std::vector<std::string> obstacles;  ///< not empty: not repaired, `result` is not set
  std::string output_name;
  std::vector<zip::OutputPiece> pieces;  ///< over the bytes of the input
  std::optional<wheel::Wheel> result;
};

/// Plans and applies for every ABI. A wheel for several ABIs gets the edits that each ABI needs: a
/// library lies in the folder that one ABI searches, and a run path leads another ABI to that
/// folder. `applied` is called once the bytes of the first result are known and before they are
/// read: `wheel` is not used from then on. Errors: io, internal.
[[nodiscard]] Result<UnprovenWheel> repair_in_memory(
    const wheel::Wheel& wheel, const std::vector<const profile::AbiProfile*>& abis,
    const RepairOptions& options, const wheel::ReadOptions& read,
    const std::function<void()>& applied = {});

}  // namespace wheelaudit::repair
