#pragma once

// The ending of the folder of vendored libraries (`--lib-sdir`).

#include <string>

namespace wheelaudit::repair {

/// What is wrong with a suffix; empty: nothing. A right one (`.libs`, `_vendored`) has at most 32
/// letters, digits, `.`, `_` and `-`, and does not end the name of a folder that installers know.
[[nodiscard]] std::string folder_suffix_fault(const std::string& suffix);

}  // namespace wheelaudit::repair
