#pragma once

// The order of release versions.

#include <string_view>

namespace wheelaudit::profile {

/// Orders release versions: "0.9.1" before "0.27.7", "315.0.0-alpha.2" before "315.0.0".
[[nodiscard]] bool release_before(std::string_view one, std::string_view other);

}  // namespace wheelaudit::profile
