// One search per kind of entry, forwards and breadth first. A call through the table reaches every
// function of the table whose type is the same, and a call out of the module every function of the
// table at all, unless the imported function is known not to call back
// (docs/design/linking.md#who-comes-there). Each of these steps is made once per search: a second
// one would reach nothing new.

#include "wasm/possible_calls.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

namespace wheelaudit::wasm {
namespace {

/// Functions of CPython, libc and libc++ that run no code of the module that calls them. An object
/// that is freed can have a destructor in the module, so `_Py_Dealloc` and what gives up references
/// are not here. Sorted.
constexpr std::array<std::string_view, 77> calls_nothing_back{
    "PyBool_FromLong",
    "PyBytes_FromString",
    "PyBytes_FromStringAndSize",
    "PyCapsule_New",
    "PyDict_New",
    "PyErr_Clear",
    "PyErr_NewException",
    "PyErr_NoMemory",
    "PyErr_Occurred",
    "PyErr_SetString",
    "PyEval_RestoreThread",
    "PyEval_SaveThread",
    "PyFloat_FromDouble",
    "PyGILState_Ensure",
    "PyGILState_Release",
    "PyList_New",
    "PyLong_FromLong",
    "PyLong_FromLongLong",
    "PyLong_FromSize_t",
    "PyLong_FromSsize_t",
    "PyLong_FromUnsignedLong",
    "PyLong_FromUnsignedLongLong",
    "PyLong_FromVoidPtr",
    "PyMem_Calloc",
    "PyMem_Free",
    "PyMem_Malloc",
    "PyMem_Realloc",
    "PyModuleDef_Init",
    "PyModule_AddFunctions",
    "PyModule_AddIntConstant",
    "PyModule_AddObject",
    "PyModule_AddObjectRef",
    "PyModule_AddStringConstant",
    "PyModule_Create2",
    "PyModule_FromDefAndSpec2",
    "PyModule_GetDef",
    "PyModule_GetDict",
    "PyModule_GetName",
    "PyModule_GetState",
    "PyObject_Calloc",
    "PyObject_Free",
    "PyObject_Malloc",
    "PyThreadState_Get",
    "PyTuple_New",
    "PyType_FromModuleAndSpec",
    "PyType_FromSpec",
    "PyType_FromSpecWithBases",
    "PyType_Ready",
    "PyUnicode_FromString",
    "PyUnicode_FromStringAndSize",
    "PyUnicode_InternFromString",
    "PyUnstable_Module_SetGIL",
    "Py_GetVersion",
    "Py_IncRef",
    "_ZdaPv",
    "_ZdlPv",
    "_ZdlPvm",
    "_Znaj",
    "_Znam",
    "_Znwj",
    "_Znwm",
    "__cxa_atexit",
    "__cxa_guard_acquire",
    "__cxa_guard_release",
    "abort",
    "calloc",
    "free",
    "malloc",
    "memcmp",
    "memcpy",
    "memmove",
    "memset",
    "realloc",
    "strchr",
    "strcmp",
    "strlen",
    "strncmp",
};

/// In all chains of one search together; a bound of ours, since crafted chains can be long and
/// many.
constexpr std::size_t most_links = 1'000'000;

class Search {
 public:
  explicit Search(const SideModule& module)
      : module_(module), code_(*module.code), reached_(function_count()), way_(function_count()) {
    note_types();
    const bool knows_slots = std::ranges::any_of(code_.python, [](const PythonFunction& python) {
      return python.way == PythonFunction::Way::at_import;
    });
    for (const ImportedSymbol& import : module.imports) {
      if (import.kind != ExternalKind::function) continue;
      // The slots that PyModuleDef_Init leads to are entries, when they could be read.
      const bool unread_slots = !knows_slots && import.name == "PyModuleDef_Init";
      calls_back_.push_back(unread_slots ||
                            !std::ranges::binary_search(calls_nothing_back, import.name));
    }
  }

  void run(std::span<const CallEntry> entries, EntryKind kind) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].kind == kind) {
        reach(entries[i].function, {.from = static_cast<std::uint32_t>(i), .is_entry = true});
      }
    }
    for (std::size_t head = 0; head < queue_.size(); ++head) visit(queue_[head]);
  }

  [[nodiscard]] std::optional<PossibleChain> chain_to(std::uint32_t target) {
    if (target >= reached_.size() || !reached_[target]) return std::nullopt;
    PossibleChain chain;
    for (std::uint32_t at = target;; at = way_[at].from) {
      if (links_left_ == 0) return PossibleChain{};
      --links_left_;
      const Way& way = way_[at];
      chain.links.push_back({.function = at, .step = way.step, .through = way.through});
      if (way.step != PossibleChain::Step::direct) {
        chain.guessed_among = std::max<std::size_t>(chain.guessed_among, way.among);
      }
      if (!way.is_entry) continue;
      chain.entry = way.from;
      break;
    }
    std::ranges::reverse(chain.links);
    return chain;
  }

 private:
  using Step = PossibleChain::Step;
  /// How a function was reached first.
  struct Way {
    std::uint32_t from = 0;  ///< the function before, or the entry
    bool is_entry = false;
    Step step = Step::direct;
    std::uint32_t through = 0;
    std::uint32_t among = 0;  ///< how many functions this step reaches
  };

  [[nodiscard]] std::size_t function_count() const {
    const std::size_t bodies = code_.rows.empty() ? 0 : code_.rows.size() - 1;
    return module_.imported_functions + bodies;
  }

  /// Types that are equal count as one, whatever their indices.
  void note_types() {
    std::unordered_map<std::string, std::uint32_t> first;
    for (const FunctionType& type : module_.types) {
      const auto next = static_cast<std::uint32_t>(first.size());
      same_type_.push_back(first.try_emplace(type.params + '>' + type.results, next).first->second);
    }
    of_type_.resize(first.size());
    for (const TableFunction& entry : code_.table) {
      if (entry.type < same_type_.size())
        of_type_[same_type_[entry.type]].push_back(entry.function);
    }
    called_type_.assign(first.size(), false);
  }

  void reach(std::uint32_t function, const Way& way) {
    if (function >= reached_.size() || reached_[function]) return;
    reached_[function] = true;
    way_[function] = way;
    queue_.push_back(function);
  }

  void visit(std::uint32_t function) {
    if (function < module_.imported_functions) return;
    const std::size_t row = function - module_.imported_functions;
    for (std::uint32_t i = code_.rows[row]; i < code_.rows[row + 1]; ++i) {
      const std::uint32_t callee = code_.callees[i];
      reach(callee, {.from = function});
      if (callee < calls_back_.size() && calls_back_[callee]) call_out(function, callee);
    }
    if (row + 1 >= code_.indirect_rows.size()) return;
    for (std::uint32_t i = code_.indirect_rows[row]; i < code_.indirect_rows[row + 1]; ++i) {
      call_table(function, code_.indirect_types[i]);
    }
  }

  void call_table(std::uint32_t function, std::uint32_t type) {
    if (type >= same_type_.size() || called_type_[same_type_[type]]) return;
    called_type_[same_type_[type]] = true;
    const std::vector<std::uint32_t>& callees = of_type_[same_type_[type]];
    for (const std::uint32_t callee : callees) {
      reach(callee, {.from = function,
                     .step = Step::table,
                     .among = static_cast<std::uint32_t>(callees.size())});
    }
  }

  void call_out(std::uint32_t function, std::uint32_t import) {
    if (called_out_) return;
    called_out_ = true;
    for (const TableFunction& entry : code_.table) {
      reach(entry.function, {.from = function,
                             .step = Step::outside,
                             .through = import,
                             .among = static_cast<std::uint32_t>(code_.table.size())});
    }
  }

  const SideModule& module_;
  const CodeFacts& code_;
  std::vector<bool> calls_back_;                     ///< by imported function
  std::vector<std::uint32_t> same_type_;             ///< by type: the number of its signature
  std::vector<std::vector<std::uint32_t>> of_type_;  ///< by signature: functions in the table
  std::vector<bool> called_type_;                    ///< by signature: called through the table
  bool called_out_ = false;
  std::size_t links_left_ = most_links;
  std::vector<bool> reached_;
  std::vector<Way> way_;
  std::vector<std::uint32_t> queue_;
};

}  // namespace

std::vector<std::optional<PossibleChain>> possible_chains(const SideModule& module,
                                                          std::span<const CallEntry> entries,
                                                          EntryKind kind,
                                                          std::span<const std::uint32_t> targets) {
  std::vector<std::optional<PossibleChain>> result(targets.size());
  if (!module.code || targets.empty()) return result;
  Search search(module);
  search.run(entries, kind);
  for (std::size_t i = 0; i < targets.size(); ++i) result[i] = search.chain_to(targets[i]);
  return result;
}

}  // namespace wheelaudit::wasm
