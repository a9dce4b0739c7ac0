#pragma once

// The matrix of runtimes: one row per release, what its installers would do with the wheel and what
// its loader would.

#include <vector>

#include "wheelaudit/audit.hpp"

namespace wheelaudit {

/// Rows for the target's judged releases, oldest first.
[[nodiscard]] std::vector<RuntimeRow> runtime_rows(const Wheel& wheel, const Target& target);

}  // namespace wheelaudit
