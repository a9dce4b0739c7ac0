#pragma once

// Which names the Python sources of a wheel want from its extension modules, and which of them
// occur in a module's bytes. A name that CPython is to find in a module must be spelled there
// somewhere: in a method table, a class name, a string that the init function hands over.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "wheelaudit/archive.hpp"
#include "wheelaudit/bytes.hpp"
#include "wheelaudit/side_module.hpp"

namespace wheelaudit {

/// What is imported as what: dotted names from the members' installed paths.
struct ModuleMap {
  std::unordered_map<std::string, std::vector<std::size_t>> extensions;  ///< with their members
  std::unordered_set<std::string> sources;  ///< modules and packages with a Python source
  std::unordered_set<std::string> folders;  ///< packages, with `__init__` or without
  std::vector<std::size_t> to_read;         ///< sources whose imports are looked at
};
/// `to_read` is empty when the wheel has no extension module; sources of tests are left out, and of
/// very many sources only the first 2,000 are looked at.
[[nodiscard]] ModuleMap module_map(const Archive& archive);

/// One name wanted from a module.
struct WantedName {
  std::size_t module = 0;  ///< member of the extension module
  std::size_t source = 0;  ///< member that imports it
  std::uint32_t line = 0;
  std::string name;
};
/// What one source wants from extension modules of the wheel, at most 500 names. Left out:
/// submodules, what every module has (`__doc__`), and modules that a Python source of the same name
/// stands beside (mypyc, Cython in place).
[[nodiscard]] std::vector<WantedName> wanted_names(const ModuleMap& map, const Archive& archive,
                                                   std::size_t source, std::string_view text);

/// Those of `wanted` whose text stands nowhere in the module outside its code. Empty when that says
/// nothing: the module is no sound side module, is made by cffi or mypyc, makes
/// names as it is asked (`__getattr__`), keeps its strings compressed (Cython), or leaves its work
/// to needed libraries. Linear in the module; names beyond 16 KiB in all are not looked for.
[[nodiscard]] std::vector<WantedName> absent_names(Bytes bytes, const SideModule& facts,
                                                   const std::vector<WantedName>& wanted);

}  // namespace wheelaudit
