#pragma once

// Version specifiers of PEP 440 against a version: `>=3.8, !=3.9.*`.

#include <optional>
#include <string_view>

namespace wheelaudit::wheel {

/// Whether the set `specifiers` allows `version`, pre-releases included, as pip asks for
/// Requires-Python. An empty set allows every version. Nullopt: one of the two is malformed.
[[nodiscard]] std::optional<bool> specifiers_allow(std::string_view specifiers,
                                                   std::string_view version);

}  // namespace wheelaudit::wheel
