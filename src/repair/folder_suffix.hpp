#pragma once

// The ending of the folder of vendored libraries (`--lib-sdir`).

#include <string>

namespace wheelaudit::repair {

/// `.libs`, `_vendored`: a part of one path component, and no folder that means something else.
/// What is wrong with another text; empty: nothing.
[[nodiscard]] std::string folder_suffix_fault(const std::string& suffix);

}  // namespace wheelaudit::repair
