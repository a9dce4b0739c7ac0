#pragma once

// What a repaired wheel still lacks when its modules are loaded one after the other
// (docs/design/sessions.md). Internal to this room.

#include "profile/profile.hpp"
#include "repair/options.hpp"
#include "repair/plan.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

/// The edits after which the loader's sessions on `abi` have fewer faults: libraries move to where
/// they are loaded once, needed entries are added, libraries stand in front of their users. One
/// step: an edit can make another one necessary, so the caller asks again with the result.
[[nodiscard]] RepairPlan plan_mending(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                                      const RepairOptions& options);

}  // namespace wheelaudit::repair
