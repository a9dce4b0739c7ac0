#pragma once

// Which names the Python sources of a wheel import from its extension modules, and which of these
// names do not occur in a module's bytes. A name that CPython is to find in a module must be
// spelled somewhere in the module: in a method table, a class name, a string that the init function
// passes.

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

/// A name that a source imports from an extension module. Members are indices into
/// zip::Archive::members.
struct WantedName {
  std::size_t module = 0;  ///< member: the extension module
  std::size_t source = 0;  ///< member: the Python source that imports the name
  std::uint32_t line = 0;  ///< of the statement in the source, from 1
  std::string name;
};
/// The names that the source `text`, member `source`, wants from extension modules of the wheel, at
/// most 500. Left out: submodules, names that every module has (`__doc__`), and modules beside
/// which there is a Python source of the same name (mypyc, Cython in place).
[[nodiscard]] std::vector<WantedName> wanted_names(const ModuleMap& map,
                                                   const zip::Archive& archive, std::size_t source,
                                                   std::string_view text);

/// Whether the source `text`, member `source`, does nothing when it is imported but import
/// extension modules of the wheel and modules that are not in the wheel.
[[nodiscard]] bool only_imports(const ModuleMap& map, const zip::Archive& archive,
                                std::size_t source, std::string_view text);

/// Those of `wanted`, all names of one module, whose text does not occur in the module outside its
/// code. Empty when a missing text proves nothing: the module is not a sound side module, is made
/// by cffi or mypyc, makes names when they are asked for (`__getattr__`), keeps its strings
/// compressed (Cython), or has needed libraries. `bytes` are the whole module and `facts` its
/// facts. Linear in the module; names beyond 16 KiB in all are not looked for.
[[nodiscard]] std::vector<WantedName> absent_names(Bytes bytes, const wasm::SideModule& facts,
                                                   const std::vector<WantedName>& wanted);

}  // namespace wheelaudit::wheel
