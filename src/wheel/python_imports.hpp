#pragma once

// What a Python source imports by name, as far as that can be told without running the source: the
// statements `from M import X` at the top level, outside every block. A statement in `try`, in `if
// TYPE_CHECKING`, in a function or in a class may never run or may be expected to fail, so it is
// left out.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::wheel {

/// One `from … import …`.
struct NamedImports {
  std::uint32_t level = 0;         ///< leading dots
  std::string module;              ///< "_ext", "pkg._ext"; empty for `from . import X`
  std::vector<std::string> names;  ///< the names in the module, not those behind `as`
  std::uint32_t line = 0;          ///< of the statement, from 1

  auto operator<=>(const NamedImports&) const = default;
};

/// The imports in the order of the text. Never fails: statements that the reader does not
/// understand are left out, and so is `import *`. Linear in the text; at most `most` names are
/// kept.
[[nodiscard]] std::vector<NamedImports> top_level_imports(std::string_view source,
                                                          std::size_t most = 10'000);

/// The imports of a source that does nothing else when it runs: texts, names that are set to
/// literals, and functions that are defined are allowed besides. `import X` is in the list without
/// names. nullopt for a source that runs anything else, or that the reader does not understand.
[[nodiscard]] std::optional<std::vector<NamedImports>> imports_of_declarations(
    std::string_view source);

}  // namespace wheelaudit::wheel
