#pragma once

// Questions about a wheel's tags that both the audit and the repair ask.

#include <string_view>

#include "wheel/wheel.hpp"

namespace wheelaudit::wheel {

/// Whether CPython `python` ("3.12") accepts the Python and ABI parts of one of the wheel's tags.
[[nodiscard]] bool python_fits(const Wheel& wheel, std::string_view python);
/// Whether the wheel has tags and the platform of each is `any`.
[[nodiscard]] bool only_any_platform(const Wheel& wheel);

}  // namespace wheelaudit::wheel
