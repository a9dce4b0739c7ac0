#pragma once

// Globs over members, libraries and symbols, as `--ignore`, `--drop` and `--exclude` take them.

#include <string_view>

namespace wheelaudit::inline base {

/// Whether the whole text matches: `*` stands for any run of bytes (slashes too), `?` for any one
/// byte. Time: at most the product of both lengths.
[[nodiscard]] bool glob_matches(std::string_view glob, std::string_view text);

}  // namespace wheelaudit::inline base
