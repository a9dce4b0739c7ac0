#pragma once

// Questions about a wheel's tags that the audit and the repair ask alike.

#include <string_view>

#include "wheel/wheel.hpp"

namespace wheelaudit::wheel {

/// CPython `python` ("3.12") accepts the Python and ABI part of a tag, however it is spelled.
[[nodiscard]] bool python_fits(const Wheel& wheel, std::string_view python);
/// It has tags, and each is for any platform.
[[nodiscard]] bool only_any_platform(const Wheel& wheel);

}  // namespace wheelaudit::wheel
