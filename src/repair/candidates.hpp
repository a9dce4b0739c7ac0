#pragma once

// The ABIs that a wheel could be repaired for.

#include <span>
#include <string>
#include <vector>

#include "profile/profile.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

/// One such ABI, and why not it: obstacles of the plan, or messages of errors in the audit of the
/// *repaired* wheel. No reasons: the wheel is proven to fit.
struct Candidate {
  std::string profile;
  std::string platform;  ///< the tag that a repair would give, with `_wasm32`
  std::vector<std::string> against;
};
/// Tries every profile whose Python fits the wheel's Python tag: plan, apply in memory, audit.
/// Pre-releases are left out. In the order of the catalog. Errors: io, internal. Internal to this
/// room.
[[nodiscard]] Result<std::vector<Candidate>> repair_candidates(
    const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
    const RepairOptions& options, const wheel::ReadOptions& read);

}  // namespace wheelaudit::repair
