#pragma once

// Which names the Python sources of a wheel want from its extension modules, and which of them
// occur in a module's bytes. A name that CPython is to find in a module must be spelled there
// somewhere: in a method table, a class name, a string that the init function hands over.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"
#include "wheel/module_map.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::wheel {

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
[[nodiscard]] std::vector<WantedName> wanted_names(const ModuleMap& map,
                                                   const zip::Archive& archive, std::size_t source,
                                                   std::string_view text);

/// Those of `wanted` whose text stands nowhere in the module outside its code. Empty when that says
/// nothing: the module is no sound side module, is made by cffi or mypyc, makes
/// names as it is asked (`__getattr__`), keeps its strings compressed (Cython), or leaves its work
/// to needed libraries. Linear in the module; names beyond 16 KiB in all are not looked for.
[[nodiscard]] std::vector<WantedName> absent_names(Bytes bytes, const wasm::SideModule& facts,
                                                   const std::vector<WantedName>& wanted);

}  // namespace wheelaudit::wheel
