#pragma once

// What a Python source imports, and on which objects it sets attributes, as far as that can be told
// without running the source.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::wheel {

/// One `from … import …`, or one module of `import …`.
struct NamedImports {
  std::uint32_t level = 0;         ///< leading dots
  std::string module;              ///< "_ext", "pkg._ext"; empty for `from . import X`
  std::vector<std::string> names;  ///< the names in the module, not those behind `as`
  std::uint32_t line = 0;          ///< of the statement, from 1
  /// The statement runs whenever the source does: it stands at the top level, outside every block.
  /// One in `try`, in `if TYPE_CHECKING`, in a function or in a class may never run, or may be
  /// expected to fail.
  bool top_level = true;

  auto operator<=>(const NamedImports&) const = default;
};

/// An attribute that a source sets on an object.
struct AttributeSetting {
  std::string object;  ///< the last name before the attribute, or what it is another name of;
                       ///< empty: an object that the text does not name
  std::string name;    ///< empty: names that the text does not show
  auto operator<=>(const AttributeSetting&) const = default;
};

struct PythonSource {
  std::vector<NamedImports> imports;       ///< in the order of the text
  std::vector<AttributeSetting> settings;  ///< sorted, each once
};

/// Never fails: statements that the reader does not understand are left out, and so is `import *`.
/// Linear in the text; at most `most` imported names and as many settings are kept.
[[nodiscard]] PythonSource read_python(std::string_view source, std::size_t most = 10'000);

/// The imports of `read_python` at the top level that name something in a module.
[[nodiscard]] std::vector<NamedImports> top_level_imports(std::string_view source,
                                                          std::size_t most = 10'000);

/// The imports of a source that does nothing else when it runs: texts, names that are set to
/// literals, and functions that are defined are allowed besides. `import X` is in the list without
/// names. nullopt for a source that runs anything else, or that the reader does not understand.
[[nodiscard]] std::optional<std::vector<NamedImports>> imports_of_declarations(
    std::string_view source);

/// The imports of a source that does nothing else when it runs: texts, names that are set to
/// literals, and functions that are defined are allowed besides. `import X` is in the list without
/// names. nullopt for a source that runs anything else, or that the reader does not understand.
[[nodiscard]] std::optional<std::vector<NamedImports>> imports_of_declarations(
    std::string_view source);

}  // namespace wheelaudit::wheel
