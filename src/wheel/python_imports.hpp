#pragma once

// What a Python source imports by name, as far as it can be told without running it: the statements
// `from M import X` that stand at the top level, outside every block. What stands in `try`, `if
// TYPE_CHECKING`, a function or a class may never run or is expected to fail, and is left out.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::wheel {

/// One `from … import …`.
struct NamedImports {
  std::uint32_t level = 0;         ///< leading dots
  std::string module;              ///< "_ext", "pkg._ext"; empty for `from . import X`
  std::vector<std::string> names;  ///< as in the module, whatever `as` calls them
  std::uint32_t line = 0;          ///< of the statement, from 1

  auto operator<=>(const NamedImports&) const = default;
};

/// In the order of the text. Tolerant: what it does not understand it passes over, and `*` names
/// nothing. Linear in the text; at most `most` names are kept.
[[nodiscard]] std::vector<NamedImports> top_level_imports(std::string_view source,
                                                          std::size_t most = 10'000);

}  // namespace wheelaudit::wheel
