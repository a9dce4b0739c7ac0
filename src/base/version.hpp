#pragma once

// The version of wheelaudit, as CMakeLists.txt says it.

#include <string_view>

namespace wheelaudit::inline base {

/// "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace wheelaudit::inline base
