#pragma once

// Requirements as METADATA writes them: `name [extras] (>=1.0, <2) ; marker` (PEP 508), as far as
// pip, uv and PyPI refuse the whole wheel over one. Markers are not looked at.

#include <string_view>

namespace wheelaudit::wheel {

/// `>=3.8, !=3.9.*` by PEP 440; an empty text is a set that allows all.
[[nodiscard]] bool is_specifier_set(std::string_view text);
/// The value of a `Requires-Dist` line.
[[nodiscard]] bool is_requirement(std::string_view text);

}  // namespace wheelaudit::wheel
