#pragma once

// Which functions of a module are known by a name, as far as the bytes tell: Python's tables (of
// methods, of attributes, of the slots of types and modules) that reach Python, and functions whose
// address stands beside a name in the code or in the data. docs/design/modules.md#python-tables.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace wheelaudit::wasm {

struct SideModule;
struct TableFunction;

/// A function that is known by a name.
struct PythonFunction {
  /// How far the name leads.
  enum class Way : std::uint8_t {
    python,     ///< Python code comes there by the name
    at_import,  ///< the import of the module runs the function
    /// The name stands beside the function, or is passed to a call together with it; what knows the
    /// function by that name is not known.
    named,
  };
  std::string owner;           ///< "msgspec._core", "msgspec._core.Raw"; empty where unknown
  std::string name;            ///< "encode", "__repr__", "tp_dealloc"; empty for a slot of a module
  std::uint32_t function = 0;  ///< index in the module
  Way way = Way::python;
  std::string_view role{};  ///< "getter", "setter"; "Py_mod_exec", "Py_mod_create"; or empty
  /// `msgspec._core.encode`, or the bare name where the owner is unknown.
  [[nodiscard]] std::string qualified_name() const;
  auto operator<=>(const PythonFunction&) const = default;
};

/// What the tables of a module say.
struct NamedFunctions {
  std::vector<PythonFunction> python;  ///< sorted by function, owner and name, each once
  std::vector<TableFunction> table;    ///< as CodeFacts::table
};
/// Of a whole module whose facts are sound and complete (Depth::full). Tables of an unknown layout
/// are left out. Linear in the bytes.
[[nodiscard]] NamedFunctions named_functions(Bytes module, const SideModule& facts);

}  // namespace wheelaudit::wasm
