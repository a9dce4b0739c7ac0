#pragma once

// What the loader's JavaScript offers to side modules: the keys of its object literal of imports
// (docs/design/abis.md#symbols).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "wasm/function_type.hpp"

namespace wheelaudit::profile {

/// One key of the literal.
struct ScriptImport {
  enum class Kind : std::uint8_t { function, address, loader_object };
  std::string name;
  Kind kind = Kind::function;  ///< address: a number; loader_object: a Memory, Global, Table, Tag
  std::optional<wasm::FunctionType> type;  ///< from `NAME.sig="viip"`
  bool stub = false;                       ///< `NAME.stub=true`: counts as missing
  /// `NAME.sig` is set and the loader knows its letters, so it can make an address of the function.
  bool has_signature = false;
};

struct LoaderScript {
  std::vector<ScriptImport> imports;  ///< sorted by name
  /// `wasmImports["open64"]=wasmImports["open"]`: a name and the name whose value it has.
  std::vector<std::pair<std::string, std::string>> aliases;
  bool main_alias = false;  ///< `__main_argc_argv` is also `main`
  /// X of every `Module["_X"]=…`, sorted; only of loaders that look there too (0.21 and 0.22).
  std::vector<ScriptImport> module_functions;
};

/// Reads a loader script as compact_script writes it. Fault: the script has no object literal of
/// imports, or brackets in it do not match.
[[nodiscard]] Parsed<LoaderScript> read_loader_script(std::string_view script);

/// A key of an object literal and the text of its value ("" for shorthand and methods).
struct ObjectMember {
  std::string key;
  std::string_view value;
};
/// The members of the object literal whose `{` stands at offset `brace`, found by matching brackets
/// outside of strings, templates, regular expressions and comments. Spread and computed members are
/// skipped.
[[nodiscard]] Parsed<std::vector<ObjectMember>> object_members(std::string_view script,
                                                               std::size_t brace);

}  // namespace wheelaudit::profile
