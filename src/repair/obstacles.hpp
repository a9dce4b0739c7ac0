#pragma once

// What keeps a wheel from being repaired, all of it.

#include <string>
#include <vector>

#include "profile/profile.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

/// What makes every other fact doubtful: no wheel file name, an archive that cannot be read safely,
/// no dist-info. With any of these nothing else is asked.
[[nodiscard]] std::vector<std::string> basic_obstacles(const wheel::Wheel& wheel);

/// What no edit can mend, and what would be hidden by one.
[[nodiscard]] std::vector<std::string> content_obstacles(const wheel::Wheel& wheel,
                                                         const profile::AbiProfile& abi,
                                                         const RepairOptions& options);

}  // namespace wheelaudit::repair
