#pragma once

// Which functions of a module Python calls by name, as far as the bytes tell: those in PyMethodDef
// tables and Py_mod_exec slots. These lie in data segments whose pointers the module's own
// relocation code writes. CPython, Include/methodobject.h and moduleobject.h (the layouts belong to
// the stable ABI); tool-conventions, DynamicLinking.md.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace wheelaudit::wasm {

struct SideModule;

/// A function that Python code, or the import of the module, can run.
struct PythonFunction {
  std::string owner;           ///< "msgspec._core", "msgspec._core.Raw"; empty where unknown
  std::string name;            ///< "encode"; empty for a Py_mod_exec slot
  std::uint32_t function = 0;  ///< index in the module
  bool at_import = false;      ///< a Py_mod_exec slot, which the import of the module runs
  /// `msgspec._core.encode`, or the bare name where the owner is unknown.
  [[nodiscard]] std::string qualified_name() const;
  auto operator<=>(const PythonFunction&) const = default;
};

/// The Python functions of a whole module whose facts are sound and complete (Depth::full), sorted
/// by function, owner and name, each once. Tables of an unknown layout are left out. Linear in the
/// bytes.
[[nodiscard]] std::vector<PythonFunction> python_functions(Bytes module, const SideModule& facts);

}  // namespace wheelaudit::wasm
