#pragma once

// The size of a compressed tag set (PEP 425) before it is expanded, for limits.

#include <cstdint>

#include "wheel/filename.hpp"

namespace wheelaudit::wheel {

/// How many tags `set` expands to, computed without expanding it; the greatest uint64_t when the
/// number is larger.
[[nodiscard]] std::uint64_t expanded_count(const TagSet& set);

}  // namespace wheelaudit::wheel
