#pragma once

// Questions about a wheel's tags that the audit and the repair ask alike.

#include "wheelaudit/abi_profile.hpp"
#include "wheelaudit/wheel.hpp"

namespace wheelaudit {

/// The profile's CPython accepts the Python and ABI part of a tag, however it is spelled.
[[nodiscard]] bool python_fits(const Wheel& wheel, const AbiProfile& profile);
/// It has tags, and each is for any platform.
[[nodiscard]] bool only_any_platform(const Wheel& wheel);

}  // namespace wheelaudit
