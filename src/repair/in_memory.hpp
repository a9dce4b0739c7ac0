#pragma once

// A repair carried out in memory and read back. Internal to this room: what comes out is not
// proven yet.

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

/// A wheel repaired in memory and read again as if a stranger had sent it; nobody has audited it.
/// The result reads the pieces and the input, so this is moved, never copied.
struct UnprovenWheel {
  std::vector<Edit> edits;
  std::vector<std::string> obstacles;  ///< not empty: it cannot be repaired, `result` is not set
  std::string output_name;
  std::vector<zip::OutputPiece> pieces;  ///< over the bytes of the input
  std::optional<wheel::Wheel> result;
};

/// Plans and applies for every ABI. A wheel for several ABIs gets what each of them needs: a
/// library lies where one looks for it, and a run path leads another one there.
/// `applied` is called once the bytes of the result are known and before they are read: of `wheel`
/// nothing but `archive.source` is looked at from then on.
[[nodiscard]] Result<UnprovenWheel> repair_in_memory(
    const wheel::Wheel& wheel, const std::vector<const profile::AbiProfile*>& abis,
    const RepairOptions& options, const wheel::ReadOptions& read,
    const std::function<void()>& applied = {});

}  // namespace wheelaudit::repair
