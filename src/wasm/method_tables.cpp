// Python's tables in a module's memory, recognised by their layout: a PyMethodDef is a name, a
// function, calling flags and a doc string; a PyModuleDef, a PyTypeObject or a PyType_Spec has a
// name and, at a fixed distance, the address of such a table. All layouts are those of 32-bit
// CPython 3.10 to 3.15 (Include/methodobject.h, moduleobject.h, cpython/object.h). Every word of a
// pattern has to fit, so that other data is not taken for a table.

#include "wasm/method_tables.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "wasm/module_image.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {
namespace {

constexpr std::uint32_t method_size = 16;  // bytes of a PyMethodDef
// Offsets from the name in a PyModuleDef: m_methods, m_slots. Before it stand ob_refcnt, ob_type,
// m_init, m_index, m_copy.
constexpr std::uint32_t module_head = 20;
constexpr std::uint32_t module_methods = 12;
constexpr std::uint32_t module_slots = 16;
// From tp_name in a PyTypeObject to tp_methods, and from the name in a PyType_Spec to its slots.
constexpr std::uint32_t type_methods = 104;
constexpr std::uint32_t spec_slots = 16;
constexpr std::uint32_t largest_object = 1U << 20;  // bytes; a larger basicsize is not one
constexpr std::uint32_t exec_slot = 2;              // Py_mod_exec
constexpr std::uint32_t methods_slot = 64;          // Py_tp_methods
constexpr std::uint32_t most_slots = 100;           // per list, and as an id; CPython has 82 ids
/// Slots that are read in all lists of a module together: crafted lists can overlap.
constexpr std::uint32_t most_slots_in_all = 500'000;

/// METH_VARARGS, KEYWORDS, NOARGS, O, FASTCALL and METHOD in the combinations that CPython knows,
/// with any of CLASS, STATIC and COEXIST (0x70).
constexpr bool are_method_flags(std::uint32_t flags) {
  constexpr std::array<std::uint32_t, 7> conventions{0x1, 0x3, 0x4, 0x8, 0x80, 0x82, 0x282};
  return std::ranges::find(conventions, flags & ~0x70U) != conventions.end();
}

/// The address of a method table, and the name of the module or type that owns the table.
using Owners = std::vector<std::pair<std::uint32_t, std::string_view>>;

class TableReader {
 public:
  TableReader(Bytes module, const SideModule& facts) : image_(module, facts) {}

  std::vector<PythonFunction> read() {
    for (const KnownStore& store : image_.stores()) {
      if (store.value.base == KnownValue::Base::memory) read_named(store.address);
    }
    std::ranges::sort(owners_);
    read_methods();
    std::ranges::sort(found_, {}, [](const PythonFunction& python) {
      return std::tie(python.function, python.owner, python.name, python.at_import);
    });
    const auto same = std::ranges::unique(found_);
    found_.erase(same.begin(), same.end());
    return std::move(found_);
  }

 private:
  /// A PyModuleDef, PyTypeObject or PyType_Spec whose name pointer is at this address.
  void read_named(std::uint32_t at) {
    if (is_module(at)) {
      if (const auto name = image_.name_at(*image_.pointer_at(at), true)) {
        if (const auto table = image_.pointer_at(at + module_methods))
          owners_.emplace_back(*table, *name);
        if (const auto slots = image_.pointer_at(at + module_slots)) read_exec_slots(*slots, *name);
      }
      return;
    }
    const auto size = image_.number_at(at + 4);
    if (!size || *size > largest_object || !image_.number_at(at + 8)) return;
    const auto type_table = image_.pointer_at(at + type_methods);
    const auto slots = image_.pointer_at(at + spec_slots);
    if (!type_table && !slots) return;
    const auto name = image_.name_at(*image_.pointer_at(at), true);
    if (!name) return;
    if (type_table) owners_.emplace_back(*type_table, *name);
    if (slots) read_type_slots(*slots, *name);
  }

  bool is_module(std::uint32_t name) const {
    if (name < module_head) return false;
    for (std::uint32_t back = 4; back <= module_head - 4; back += 4) {
      if (image_.number_at(name - back) != 0U) return false;
    }
    const auto references = image_.number_at(name - module_head);
    if (!references || *references == 0) return false;
    return image_.pointer_at(name + module_methods) || image_.pointer_at(name + module_slots);
  }

  void read_exec_slots(std::uint32_t at, std::string_view owner) {
    for (std::uint32_t i = 0; i < most_slots && slots_left_ > 0; ++i, at += 8, --slots_left_) {
      const auto slot = image_.number_at(at);
      if (!slot || *slot == 0) return;
      const auto function = image_.function_at(at + 4);
      if (*slot == exec_slot && function) {
        found_.push_back(
            {.owner = std::string(owner), .name = {}, .function = *function, .at_import = true});
      }
    }
  }

  void read_type_slots(std::uint32_t at, std::string_view owner) {
    for (std::uint32_t i = 0; i < most_slots && slots_left_ > 0; ++i, at += 8, --slots_left_) {
      const auto slot = image_.number_at(at);
      if (!slot || *slot == 0 || *slot > most_slots) return;
      const auto table = image_.pointer_at(at + 4);
      if (*slot == methods_slot && table) owners_.emplace_back(*table, owner);
    }
  }

  /// A PyMethodDef whose ml_meth is at this address; nullopt when something does not fit.
  std::optional<PythonFunction> method_with(std::uint32_t function_at) const {
    if (function_at < 4) return std::nullopt;
    const auto function = image_.function_at(function_at);
    const auto flags = image_.number_at(function_at + 4);
    const auto name_at = image_.pointer_at(function_at - 4);
    if (!function || !flags || !name_at || !are_method_flags(*flags)) return std::nullopt;
    const bool has_doc = image_.pointer_at(function_at + 8).has_value();
    if (!has_doc && image_.number_at(function_at + 8) != 0U) return std::nullopt;
    const auto name = image_.name_at(*name_at, false);
    if (!name) return std::nullopt;
    return PythonFunction{.owner = {}, .name = std::string(*name), .function = *function};
  }

  /// Adjacent entries are one table; the owner is found by the address of the first entry.
  void read_methods() {
    std::uint32_t next = 0;  // where the table's next entry would have its function
    std::string_view owner;
    for (const KnownStore& store : image_.stores()) {
      auto method = method_with(store.address);
      if (!method) continue;
      if (store.address != next) owner = owner_of(store.address - 4);
      next = store.address + method_size;
      method->owner = owner;
      found_.push_back(*std::move(method));
    }
  }

  std::string_view owner_of(std::uint32_t table) const {
    const auto found = std::ranges::lower_bound(owners_, table, {}, &Owners::value_type::first);
    return found != owners_.end() && found->first == table ? found->second : std::string_view{};
  }

  ModuleImage image_;
  Owners owners_;
  std::vector<PythonFunction> found_;
  std::uint32_t slots_left_ = most_slots_in_all;
};

}  // namespace

std::string PythonFunction::qualified_name() const {
  return owner.empty() ? name : owner + "." + name;
}

std::vector<PythonFunction> python_functions(Bytes module, const SideModule& facts) {
  return TableReader(module, facts).read();
}

}  // namespace wheelaudit::wasm
