#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wheelaudit::inline base {

/// The name as Python's `punycode` codec writes it (RFC 3492); nullopt when the name is not UTF-8
/// or has more than 255 bytes.
[[nodiscard]] std::optional<std::string> punycode(std::string_view name);

}  // namespace wheelaudit::inline base
