#pragma once

#include <cstddef>
#include <string_view>

namespace wheelaudit::inline base {

/// Levenshtein's distance in bytes: how many insertions, removals and replacements of one byte make
/// `one` into `other`. Time is the product of both sizes, so both must be short.
[[nodiscard]] std::size_t edit_distance(std::string_view one, std::string_view other);

}  // namespace wheelaudit::inline base
