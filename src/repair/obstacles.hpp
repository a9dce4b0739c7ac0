#pragma once

// Every reason why a wheel cannot be repaired.

#include <string>
#include <vector>

#include "profile/profile.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

/// What makes every other fact doubtful: no wheel file name, an archive that cannot be read safely,
/// no dist-info. With any of these obstacles nothing else is checked.
[[nodiscard]] std::vector<std::string> basic_obstacles(const wheel::Wheel& wheel);

/// Faults that no edit can fix, and faults that an edit would hide, for a wheel without basic
/// obstacles.
[[nodiscard]] std::vector<std::string> content_obstacles(const wheel::Wheel& wheel,
                                                         const profile::AbiProfile& abi,
                                                         const RepairOptions& options);

}  // namespace wheelaudit::repair
