#pragma once

// Who reaches a function by direct calls: from the module's call graph (CodeFacts) and the
// functions that others can enter by name. Calls through the table are unknown to it: what it says
// can happen, what it does not say may happen too.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// Indices of imported functions that direct calls from the start function, `__wasm_call_ctors` or
/// `__wasm_apply_data_relocs` reach (docs/design/linking.md#load-time: these fail at load, not at
/// call). nullopt when the bodies were not read.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> reached_at_load(const SideModule& module);

/// From where a module is entered, the earliest first.
enum class EntryKind : std::uint8_t {
  load,      ///< the start function, constructors, data relocations
  import,    ///< `PyInit_m`, `PyModExport_m`, Py_mod_exec
  python,    ///< a function that Python knows by name
  exported,  ///< any other export
};

struct CallEntry {
  EntryKind kind = EntryKind::exported;
  std::uint32_t function = 0;
  std::string name;  ///< "PyInit__core", "_core.encode"; "the start function"
};

/// One entry for each function and kind, the names of functions that have several: the first.
/// Sorted by kind and function. Empty when the bodies were not read.
[[nodiscard]] std::vector<CallEntry> call_entries(const SideModule& module);

struct CallChains {
  /// The nearest entry of one kind, and how it gets there.
  struct Chain {
    std::size_t entry = 0;                 ///< index into the entries
    std::vector<std::uint32_t> functions;  ///< from the entry's function to the target
  };
  std::vector<Chain> chains;          ///< one for each kind that reaches it, in their order
  std::vector<std::size_t> reaching;  ///< all entries that reach it, the nearest first
  /// Functions that call it directly, when no entry reaches it.
  std::vector<std::uint32_t> callers;
  bool searched = false;  ///< false: the work was spent before this target's turn
};

/// For each target (a function index) the entries that reach it, by breadth-first searches
/// backwards over the calls. All searches together stay within a few times the graph's size.
[[nodiscard]] std::vector<CallChains> chains_to(const SideModule& module,
                                                std::span<const CallEntry> entries,
                                                std::span<const std::uint32_t> targets);

}  // namespace wheelaudit::wasm
