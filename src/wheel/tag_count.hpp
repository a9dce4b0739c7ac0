#pragma once

#include <cstdint>

#include "wheel/filename.hpp"

namespace wheelaudit::wheel {

/// How many tags a compressed set stands for, without making them; saturates.
[[nodiscard]] std::uint64_t expanded_count(const TagSet& set);

}  // namespace wheelaudit::wheel
