#pragma once

// Which files of the wheel a Python source opens as libraries when it is imported, as far as the
// paths can be told from the text: `ctypes.CDLL(os.path.join(os.path.dirname(__file__), "l.so"))`.
// Facts only: a call in a block, in a function, or of a path that is worked out otherwise is left
// out.

#include <string_view>
#include <vector>

#include "wheel/module_map.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::wheel {

/// The libraries that the source `text` opens at its top level, in the order of the text. `path` is
/// the source's path in the wheel. Never fails: what the reader does not understand is left out.
/// Linear in the text; at most `most` calls are kept.
[[nodiscard]] std::vector<OpenedLibrary> opened_libraries(const ModuleMap& map,
                                                          std::string_view path,
                                                          std::string_view text,
                                                          std::size_t most = 100);

}  // namespace wheelaudit::wheel
