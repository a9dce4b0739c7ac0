#pragma once

// Requirements as METADATA writes them: `name [extras] (>=1.0, <2) ; marker` (PEP 508). Because of
// a malformed one pip, uv and PyPI refuse the whole wheel (docs/design/wheels.md#requirements).

#include <string_view>

namespace wheelaudit::wheel {

/// Whether `text` is a set of version specifiers by PEP 440, `>=3.8, !=3.9.*`. An empty text is
/// one: it allows every version.
[[nodiscard]] bool is_specifier_set(std::string_view text);
/// Whether `text` is a requirement, the value of a `Requires-Dist` line.
[[nodiscard]] bool is_requirement(std::string_view text);

}  // namespace wheelaudit::wheel
