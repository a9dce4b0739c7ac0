// Python's tables in a module's memory, recognised by their layout and by what refers to them. A
// PyModuleDef, a PyTypeObject or a PyType_Spec has a name and, at fixed distances, tables and
// functions; every word of the pattern has to fit. Such an owner counts only when code that leads
// to the registering part of the C API hands its address on (for types also when a list in memory
// holds the address): a C program can have tables of the same layout for itself. A table of methods
// counts with its owner, or when code passes the table itself to that part of the API.
//
// All layouts are those of CPython 3.10 to 3.15 where a pointer has 32 bits
// (Include/methodobject.h, descrobject.h, moduleobject.h, cpython/object.h).

#include "wasm/method_tables.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "wasm/code_references.hpp"
#include "wasm/function_bodies.hpp"
#include "wasm/module_image.hpp"
#include "wasm/side_module.hpp"
#include "wasm/type_slots.hpp"

namespace wheelaudit::wasm {
namespace {

constexpr std::uint32_t method_size = 16;     // bytes of a PyMethodDef
constexpr std::uint32_t attribute_size = 20;  // bytes of a PyGetSetDef
constexpr std::uint32_t slot_size = 8;        // bytes of a PyType_Slot or PyModuleDef_Slot
// Offsets in a PyModuleDef.
constexpr std::uint32_t module_name = 20;
constexpr std::uint32_t module_methods = 32;
constexpr std::uint32_t module_slots = 36;
constexpr std::array<std::pair<std::uint32_t, std::string_view>, 3> module_functions{
    {{40, "m_traverse"}, {44, "m_clear"}, {48, "m_free"}}};
// Offsets in a PyTypeObject.
constexpr std::uint32_t type_name = 12;
constexpr std::uint32_t type_methods = 116;
constexpr std::uint32_t type_attributes = 124;
// Offsets in a PyType_Spec: its name is the first word.
constexpr std::uint32_t spec_slots = 16;
constexpr std::uint32_t largest_object = 1U << 20;  // bytes; a larger basicsize is not one
// Ids of slots.
constexpr std::uint32_t create_slot = 1;       // Py_mod_create
constexpr std::uint32_t exec_slot = 2;         // Py_mod_exec
constexpr std::uint32_t methods_slot = 64;     // Py_tp_methods
constexpr std::uint32_t attributes_slot = 73;  // Py_tp_getset
constexpr std::uint32_t most_slots = 100;      // per list, and as an id; CPython has 83 ids
/// Entries that are read in all tables of a module together: crafted tables can overlap.
constexpr std::uint32_t most_entries = 500'000;
/// Calls between a function that hands on the address of a definition and the C API.
constexpr int farthest_helper = 3;

/// What makes Python know a definition.
constexpr std::array<std::string_view, 10> takes_definition{
    "PyModuleDef_Init",          "PyModule_Create2",         "PyModule_FromDefAndSpec2",
    "PyModule_FromSlotsAndSpec", "PyModule_AddType",         "PyType_Ready",
    "PyType_FromSpec",           "PyType_FromSpecWithBases", "PyType_FromModuleAndSpec",
    "PyType_FromMetaclass"};
/// What makes Python know a single table. Cython makes functions as objects of its own, collected
/// as garbage.
constexpr std::array<std::string_view, 9> takes_table{
    "PyModule_AddFunctions", "PyCFunction_New",   "PyCFunction_NewEx",
    "PyCMethod_New",         "PyDescr_NewMethod", "PyDescr_NewClassMethod",
    "PyDescr_NewGetSet",     "_PyObject_GC_New",  "PyObject_GC_Track"};

/// METH_VARARGS, KEYWORDS, NOARGS, O, FASTCALL and METHOD in the combinations that CPython knows,
/// with any of CLASS, STATIC and COEXIST (0x70).
constexpr bool are_method_flags(std::uint32_t flags) {
  constexpr std::array<std::uint32_t, 7> conventions{0x1, 0x3, 0x4, 0x8, 0x80, 0x82, 0x282};
  return std::ranges::find(conventions, flags & ~0x70U) != conventions.end();
}

/// By function: whether at most `calls` direct calls lead from it to one of the imports.
template <typename Names>
std::vector<bool> leading_to(const SideModule& facts, const Names& names, int calls) {
  const CodeFacts& code = *facts.code;
  const std::size_t bodies = code.rows.empty() ? 0 : code.rows.size() - 1;
  std::vector<bool> leads(facts.imported_functions + bodies, false);
  std::size_t function = 0;
  bool any = false;
  for (const ImportedSymbol& import : facts.imports) {
    if (import.kind != ExternalKind::function) continue;
    leads[function] = std::ranges::find(names, import.name) != names.end();
    any |= leads[function++];
  }
  if (!any) return leads;
  for (int call = 0; call < calls; ++call) {
    std::vector<bool> next = leads;
    for (std::size_t body = 0; body < bodies; ++body) {
      for (std::uint32_t i = code.rows[body]; i < code.rows[body + 1]; ++i) {
        const std::uint32_t callee = code.callees[i];
        if (callee < leads.size() && leads[callee]) next[facts.imported_functions + body] = true;
      }
    }
    leads = std::move(next);
  }
  return leads;
}

bool is_init(const ExportedSymbol& symbol) {
  return symbol.kind == ExternalKind::function &&
         (symbol.name.starts_with("PyInit_") || symbol.name.starts_with("PyInitU_") ||
          symbol.name.starts_with("PyModExport_") || symbol.name.starts_with("PyModExportU_"));
}

/// The functions whose code is read, each once, and how much is wanted of them.
std::vector<WalkedFunction> walked_functions(const SideModule& facts,
                                             const std::vector<bool>& passes) {
  std::vector<WalkedFunction> result;
  std::size_t taker = 0;
  const std::vector<std::uint32_t>& takers = facts.code->address_takers;
  for (std::uint32_t i = facts.imported_functions; i < passes.size(); ++i) {
    while (taker < takers.size() && takers[taker] < i) ++taker;
    const bool takes = taker < takers.size() && takers[taker] == i;
    if (takes || passes[i]) result.push_back({.function = i, .passes = passes[i]});
  }
  return result;
}

/// Makes what the functions of `passes` call directly pass addresses, too, when the callee takes
/// the address of a function: it may fill a table.
std::vector<bool> with_helpers(const SideModule& facts, std::vector<bool> passes) {
  const CodeFacts& code = *facts.code;
  std::vector<bool> result = passes;
  for (std::size_t caller = facts.imported_functions; caller < passes.size(); ++caller) {
    if (!passes[caller]) continue;
    const std::size_t body = caller - facts.imported_functions;
    for (std::uint32_t i = code.rows[body]; i < code.rows[body + 1]; ++i) {
      const std::uint32_t callee = code.callees[i];
      if (callee < result.size() && std::ranges::binary_search(code.address_takers, callee)) {
        result[callee] = true;
      }
    }
  }
  return result;
}

class TableReader {
 public:
  TableReader(Bytes module, const SideModule& facts)
      : facts_(facts),
        bodies_(function_bodies(module, facts)),
        image_(module, facts, bodies_),
        takes_table_(leading_to(facts, takes_table, farthest_helper - 1)),
        text_left_(module.size()) {
    std::vector<bool> passes = leading_to(facts, takes_definition, farthest_helper);
    for (std::size_t i = 0; i < passes.size(); ++i) passes[i] = passes[i] || takes_table_[i];
    for (const ExportedSymbol& symbol : facts.exports) {
      if (is_init(symbol) && symbol.index < passes.size()) passes[symbol.index] = true;
    }
    passes = with_helpers(facts, std::move(passes));
    references_ = code_references(module, facts, bodies_, image_, walked_functions(facts, passes));
    image_.add_later(stores_of_functions(module, facts, bodies_, image_.globals(), exec_slots()));
    image_.add_later(references_.stores);
    for (const KnownStore& store : image_.stores()) {
      if (store.value.base != KnownValue::Base::memory) continue;
      pointed_.push_back(static_cast<std::uint32_t>(store.value.offset));
    }
    std::ranges::sort(pointed_);
  }

  NamedFunctions read() {
    for (const KnownStore& store : image_.stores()) {
      if (store.value.base == KnownValue::Base::memory) read_named(store.address);
    }
    read_passed();
    std::ranges::sort(known_);
    std::ranges::sort(read_);
    name_by_code();
    name_by_neighbour();
    std::ranges::sort(found_, {}, [](const PythonFunction& python) {
      return std::tie(python.function, python.owner, python.name, python.way, python.role);
    });
    const auto same = std::ranges::unique(found_);
    found_.erase(same.begin(), same.end());
    return {.python = std::move(found_), .table = table()};
  }

 private:
  using Way = PythonFunction::Way;

  void add(std::string_view owner, std::string_view name, std::uint32_t at, Way way = Way::python,
           std::string_view role = {}) {
    const auto function = image_.function_at(at);
    if (!function) return;
    read_.push_back(at);
    known_.push_back(*function);
    found_.push_back({.owner = std::string(owner),
                      .name = std::string(name),
                      .function = *function,
                      .way = way,
                      .role = role});
  }

  [[nodiscard]] bool is_passed(std::uint32_t address) const {
    return std::ranges::binary_search(references_.passed, address, {}, &PassedAddress::address);
  }
  [[nodiscard]] bool is_pointed_at(std::uint32_t address) const {
    return std::ranges::binary_search(pointed_, address);
  }
  bool take_entry() { return entries_left_ > 0 && entries_left_-- > 0; }

  /// A PyModuleDef, PyTypeObject or PyType_Spec whose name pointer is at this address.
  void read_named(std::uint32_t at) {
    if (at >= module_name && is_passed(at - module_name) && is_module(at - module_name)) {
      return read_module(at - module_name);
    }
    const auto size = image_.number_at(at + 4);
    if (!size || *size > largest_object || !image_.number_at(at + 8)) return;
    const auto name = image_.name_at(*image_.pointer_at(at), true);
    if (!name) return;
    if (is_passed(at) || is_pointed_at(at)) {
      if (const auto slots = image_.pointer_at(at + spec_slots)) read_type_slots(*slots, *name);
    }
    if (at < type_name) return;
    const std::uint32_t type = at - type_name;
    if (is_passed(type) || is_pointed_at(type)) read_type(type, *name);
  }

  /// The functions of the slots of all modules.
  [[nodiscard]] std::vector<std::uint32_t> exec_slots() const {
    std::vector<std::uint32_t> functions;
    std::uint32_t left = most_entries;
    for (const PassedAddress& passed : references_.passed) {
      if (!image_.pointer_at(passed.address + module_name) || !is_module(passed.address)) continue;
      const auto slots = image_.pointer_at(passed.address + module_slots);
      for (std::uint32_t i = 0; slots && i < most_slots && left > 0; ++i, --left) {
        if (image_.number_at(*slots + i * slot_size).value_or(0) == 0) break;
        const auto function = image_.function_at(*slots + i * slot_size + 4);
        if (function) functions.push_back(*function);
      }
    }
    return functions;
  }

  [[nodiscard]] bool is_module(std::uint32_t at) const {
    for (std::uint32_t offset = 4; offset < module_name; offset += 4) {
      if (image_.number_at(at + offset) != 0U) return false;
    }
    const auto references = image_.number_at(at);
    return references && *references != 0;
  }

  void read_module(std::uint32_t at) {
    const auto name = image_.name_at(*image_.pointer_at(at + module_name), true);
    if (!name) return;
    if (const auto table = image_.pointer_at(at + module_methods)) read_methods(*table, *name);
    if (const auto slots = image_.pointer_at(at + module_slots)) read_module_slots(*slots, *name);
    for (const auto& [offset, function] : module_functions) add(*name, function, at + offset);
  }

  void read_module_slots(std::uint32_t at, std::string_view owner) {
    for (std::uint32_t i = 0; i < most_slots && take_entry(); ++i, at += slot_size) {
      const auto slot = image_.number_at(at);
      if (!slot || *slot == 0) return;
      if (*slot == exec_slot) add(owner, {}, at + 4, Way::at_import, "Py_mod_exec");
      if (*slot == create_slot) add(owner, {}, at + 4, Way::at_import, "Py_mod_create");
    }
  }

  void read_type(std::uint32_t at, std::string_view name) {
    for (const TypeSlot& slot : type_slots()) {
      if (!take_entry()) return;
      if (slot.table == 0) {
        add(name, slot.name, at + slot.offset);
      } else if (const auto table = image_.pointer_at(at + slot.table)) {
        add(name, slot.name, *table + slot.offset);
      }
    }
    if (const auto table = image_.pointer_at(at + type_methods)) read_methods(*table, name);
    if (const auto table = image_.pointer_at(at + type_attributes)) read_attributes(*table, name);
  }

  void read_type_slots(std::uint32_t at, std::string_view owner) {
    for (std::uint32_t i = 0; i < most_slots && take_entry(); ++i, at += slot_size) {
      const auto id = image_.number_at(at);
      if (!id || *id == 0 || *id > most_slots) return;
      if (const TypeSlot* slot = find_type_slot(*id)) add(owner, slot->name, at + 4);
      const auto table = image_.pointer_at(at + 4);
      if (*id == methods_slot && table) read_methods(*table, owner);
      if (*id == attributes_slot && table) read_attributes(*table, owner);
    }
  }

  /// The name that a table's entry begins with; nullopt at the table's end.
  [[nodiscard]] std::optional<std::string_view> entry_name(std::uint32_t at) {
    if (!take_entry()) return std::nullopt;
    const auto name = image_.pointer_at(at);
    return name ? image_.name_at(*name, false) : std::nullopt;
  }

  [[nodiscard]] bool is_method(std::uint32_t at) const {
    const auto flags = image_.number_at(at + 8);
    const bool has_doc = image_.pointer_at(at + 12) || image_.number_at(at + 12) == 0U;
    return flags && are_method_flags(*flags) && has_doc;
  }

  void read_methods(std::uint32_t at, std::string_view owner) {
    for (auto name = entry_name(at); name; name = entry_name(at)) {
      if (is_method(at)) add(owner, *name, at + 4);
      at += method_size;
    }
  }

  void read_attributes(std::uint32_t at, std::string_view owner) {
    for (auto name = entry_name(at); name; name = entry_name(at)) {
      add(owner, *name, at + 4, Way::python, "getter");
      add(owner, *name, at + 8, Way::python, "setter");
      at += attribute_size;
    }
  }

  /// Tables that code passes themselves, and the slots that PyModExport returns (CPython 3.15).
  void read_passed() {
    std::string_view exported;
    for (const ExportedSymbol& symbol : facts_.exports) {
      if (is_init(symbol) && symbol.name.starts_with("PyModExport")) {
        exported = std::string_view(symbol.name).substr(symbol.name.find('_') + 1);
      }
    }
    for (const PassedAddress& passed : references_.passed) {
      const std::uint32_t at = passed.address;
      const bool registers = passed.callee < takes_table_.size() && takes_table_[passed.callee];
      if (registers && image_.pointer_at(at)) {
        if (is_method(at)) {
          read_methods(at, {});
        } else if (image_.number_at(at + 16) || image_.pointer_at(at + 16)) {
          read_attributes(at, {});
        }
      }
      if (!exported.empty() && image_.number_at(at).value_or(0) != 0) {
        read_module_slots(at, exported);
      }
    }
  }

  [[nodiscard]] bool is_known(std::uint32_t function) const {
    return std::ranges::binary_search(known_, function);
  }
  void add_name(std::uint32_t function, std::string_view name) {
    if (name.size() > text_left_ || is_known(function)) return;
    text_left_ -= name.size();
    found_.push_back(
        {.owner = {}, .name = std::string(name), .function = function, .way = Way::named});
  }

  void name_by_code() {
    for (const NamedFunction& named : references_.named) {
      if (const auto name = image_.name_at(named.name, false)) add_name(named.function, *name);
    }
  }

  /// Functions that stand beside a name in memory: behind the name, behind the name and its length
  /// or another number, or before the name.
  void name_by_neighbour() {
    for (const KnownStore& store : image_.stores()) {
      const auto function = image_.function_of(store.value);
      const std::uint32_t at = store.address;
      if (!function || at < 8 || std::ranges::binary_search(read_, at)) continue;
      auto name = text_at(at - 4);
      if (!name) {
        const auto size = image_.number_at(at - 4);
        const auto text = image_.pointer_at(at - 8);
        if (size && text) name = image_.name_of_size(*text, *size);
        if (size && !name) name = text_at(at - 8);
      }
      if (!name) name = text_at(at + 4);
      if (name) add_name(*function, *name);
    }
  }
  /// The text that the pointer at this address leads to, when it is a name of two letters or more.
  /// A text has no addresses in it, unlike a table whose first byte happens to be a letter.
  [[nodiscard]] std::optional<std::string_view> text_at(std::uint32_t at) const {
    const auto text = image_.pointer_at(at);
    if (!text || image_.pointer_at(*text) || image_.function_at(*text)) return std::nullopt;
    const auto name = image_.name_at(*text, false);
    return name && name->size() > 1 ? name : std::nullopt;
  }

  [[nodiscard]] std::vector<TableFunction> table() const {
    std::vector<TableFunction> result;
    for (const std::uint32_t function : image_.table_functions()) {
      if (function < bodies_.types.size()) {
        result.push_back({.function = function, .type = bodies_.types[function]});
      }
    }
    std::ranges::sort(result);
    const auto same = std::ranges::unique(result);
    result.erase(same.begin(), same.end());
    return result;
  }

  const SideModule& facts_;
  FunctionBodies bodies_;
  ModuleImage image_;
  std::vector<bool> takes_table_;  ///< by function: leads to an import of `takes_table`
  CodeReferences references_;
  std::vector<std::uint32_t> pointed_;  ///< addresses that words of the memory hold; sorted
  std::vector<PythonFunction> found_;
  std::vector<std::uint32_t> known_;  ///< functions found in tables
  std::vector<std::uint32_t> read_;   ///< addresses of the words that hold them
  std::uint32_t entries_left_ = most_entries;
  std::size_t text_left_;  ///< bytes that the names of `Way::named` may still take
};

}  // namespace

std::string PythonFunction::qualified_name() const {
  return owner.empty() ? name : owner + "." + name;
}

NamedFunctions named_functions(Bytes module, const SideModule& facts) {
  return TableReader(module, facts).read();
}

}  // namespace wheelaudit::wasm
