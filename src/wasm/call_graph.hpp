#pragma once

// Which entries reach a function by direct calls, from the module's call graph (CodeFacts) and the
// functions that others can enter by name. Calls through the table are not in the graph: a chain
// that is reported exists, but a function without a reported chain may be reached as well.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// Indices of imported functions that direct calls from the start function, `__wasm_call_ctors` or
/// `__wasm_apply_data_relocs` reach (docs/design/linking.md#load-time: these fail at load, not at
/// call). nullopt when the bodies were not read.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> reached_at_load(const SideModule& module);

/// Whether anything runs when the module is loaded: a start function, or constructors that do
/// something. True when the bodies were not read and the module has a constructor function.
[[nodiscard]] bool runs_at_load(const SideModule& module);

/// By what a module is entered, in the order in which it happens.
enum class EntryKind : std::uint8_t {
  load,      ///< the start function, constructors, data relocations
  import,    ///< `PyInit_m`, `PyModExport_m`, Py_mod_create, Py_mod_exec
  python,    ///< a function that Python knows by name
  named,     ///< a function whose address stands beside a name (PythonFunction::Way::named)
  exported,  ///< any other export
};

struct CallEntry {
  EntryKind kind = EntryKind::exported;
  std::uint32_t function = 0;
  std::string name;  ///< "PyInit__core", "_core.encode"; the module of a slot; may be empty
  /// "start function", "getter", "Py_mod_exec"; empty: an export or a plain function.
  std::string_view role{};
  std::vector<std::string> aliases{};  ///< other names of the same kind, sorted
};

/// One entry per function and kind, sorted by kind, then function; of several names of one kind the
/// first is the entry's and the others are its aliases. Empty when the bodies were not read.
[[nodiscard]] std::vector<CallEntry> call_entries(const SideModule& module);

/// How one function, the target, is reached.
struct CallChains {
  /// The nearest entry of one kind, and the calls that lead from it to the target.
  struct Chain {
    std::size_t entry = 0;                 ///< index into the entries
    std::vector<std::uint32_t> functions;  ///< from the entry's function to the target
  };
  std::vector<Chain> chains;  ///< one per kind that reaches the target, in the order of kinds
  std::vector<std::size_t> reaching;  ///< all entries that reach the target, the nearest first
  /// Functions that call the target directly; only when no entry reaches it.
  std::vector<std::uint32_t> callers;
  bool searched = false;  ///< false: the work limit was reached before this target was done
};

/// Per target (a function index), in the order of `targets`, the entries that reach it, by
/// breadth-first searches backwards over the calls. All searches together visit at most a few times
/// as many functions and calls as the graph has; targets left over have `searched` false.
[[nodiscard]] std::vector<CallChains> chains_to(const SideModule& module,
                                                std::span<const CallEntry> entries,
                                                std::span<const std::uint32_t> targets);

}  // namespace wheelaudit::wasm
