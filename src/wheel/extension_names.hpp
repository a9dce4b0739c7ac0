#pragma once

// Which names the Python sources of a wheel import from its extension modules, and which of these
// names do not occur in a module's bytes. A name that CPython is to find in a module must be
// spelled somewhere in the module: in a method table, a class name, a string that the init function
// passes.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"
#include "wheel/module_map.hpp"
#include "wheel/python_imports.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::wheel {

/// A name that a source imports from an extension module. Members are indices into
/// zip::Archive::members.
struct WantedName {
  std::size_t module = 0;  ///< member: the extension module
  std::size_t source = 0;  ///< member: the Python source that imports the name
  std::uint32_t line = 0;  ///< of the statement in the source, from 1
  std::string name;
  bool at_import = false;      ///< importing the wheel's package runs the statement
  bool set_elsewhere = false;  ///< some source sets an attribute of this name on another object
};

/// A member that an import statement leads to: an extension module, or another source.
struct ImportedMember {
  std::size_t member = 0;
  bool nested = false;     ///< the statement is in a block: see NamedImports::top_level
  std::uint32_t line = 0;  ///< of the statement, from 1
  auto operator<=>(const ImportedMember&) const = default;
};

/// What one Python source says about the wheel's modules.
struct SourceFacts {
  /// What the source wants from extension modules at its top level, at most 500 names. Left out:
  /// submodules, names that every module has (`__doc__`), and modules beside which there is a
  /// Python source of the same name (mypyc, Cython in place).
  std::vector<WantedName> wanted;
  std::vector<ImportedMember> imported;    ///< sorted, each member once, at most 500
  std::vector<AttributeSetting> settings;  ///< sorted

  [[nodiscard]] bool empty() const {
    return wanted.empty() && imported.empty() && settings.empty();
  }
};
/// Of the source `text`, member `source`.
[[nodiscard]] SourceFacts source_facts(const ModuleMap& map, const zip::Archive& archive,
                                       std::size_t source, std::string_view text);

/// The sources that importing the wheel runs: the `__init__` of each top-level package (in a wheel
/// without packages each top-level module), and what these import outside blocks. `imported[i]` is
/// what the source `sources[i]` imports; `sources` are sorted. The result is sorted.
[[nodiscard]] std::vector<std::size_t> sources_at_import(
    const zip::Archive& archive, std::span<const std::size_t> sources,
    std::span<const std::vector<ImportedMember>> imported);

/// Those of `wanted` that no source sets on the module itself, with `set_elsewhere`. `settings` are
/// those of all sources, sorted.
[[nodiscard]] std::vector<WantedName> without_set_names(std::vector<WantedName> wanted,
                                                        const zip::Archive& archive,
                                                        std::span<const AttributeSetting> settings);

/// "_ext" of `pkg/_ext.cpython-313-wasm32-emscripten.so`, "pkg" of `pkg/__init__.….so`.
[[nodiscard]] std::string_view module_word(std::string_view path);

/// Whether the source `text`, member `source`, does nothing when it is imported but import
/// extension modules of the wheel and modules that are not in the wheel.
[[nodiscard]] bool only_imports(const ModuleMap& map, const zip::Archive& archive,
                                std::size_t source, std::string_view text);

/// Those of `wanted`, all names of one module, whose text does not occur in the module outside its
/// code. Empty when a missing text proves nothing: the module is not a sound side module, is made
/// by cffi or mypyc, makes names when they are asked for (`__getattr__`), keeps its strings
/// compressed (Cython), or has needed libraries. A name that the code can put together from
/// constants is not absent. `bytes` are the whole module and `facts` its
/// facts. Linear in the module; names beyond 16 KiB in all are not looked for.
[[nodiscard]] std::vector<WantedName> absent_names(Bytes bytes, const wasm::SideModule& facts,
                                                   const std::vector<WantedName>& wanted);

}  // namespace wheelaudit::wheel
