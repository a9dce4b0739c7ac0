#pragma once

// The ABIs that a wheel could be repaired for.

#include <span>
#include <string>
#include <vector>

#include "profile/profile.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

/// One such ABI, with what speaks against it: messages of findings of the audit of the *repaired*
/// wheel; none: proven fit.
struct Candidate {
  std::string profile;
  std::string platform;  ///< the tag a repair would give
  std::vector<std::string> against;
};
/// Tries every profile whose Python fits the wheel's Python tag: plan, apply in memory, audit.
/// Internal to this room.
[[nodiscard]] Result<std::vector<Candidate>> repair_candidates(
    const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
    const RepairOptions& options, const wheel::ReadOptions& read);

}  // namespace wheelaudit::repair
