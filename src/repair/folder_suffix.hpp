#pragma once

// The ending of the folder of vendored libraries (`--lib-sdir`).

#include <string>
#include <string_view>

namespace wheelaudit::repair {

/// `.libs`, `_vendored`: a part of one path component, and no folder that means something else.
/// What is wrong with another text; empty: nothing.
[[nodiscard]] std::string folder_suffix_fault(std::string_view suffix);

}  // namespace wheelaudit::repair
