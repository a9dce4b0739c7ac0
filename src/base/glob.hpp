#pragma once

// Globs over members, libraries and symbols, as `--ignore`, `--drop` and `--exclude` take them.

#include <string_view>

namespace wheelaudit::inline base {

/// `*` any run (slashes too), `?` any one character; linear in the product of the lengths at worst.
[[nodiscard]] bool glob_matches(std::string_view glob, std::string_view text);

}  // namespace wheelaudit::inline base
