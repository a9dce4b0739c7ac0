#pragma once

// The slots of CPython's types that hold functions: their ids in a PyType_Spec, their places in a
// PyTypeObject, and the names by which Python code reaches them.

#include <cstdint>
#include <span>
#include <string_view>

namespace wheelaudit::wasm {

struct TypeSlot {
  std::uint32_t id = 0;  ///< in PyType_Slot
  std::uint32_t table =
      0;  ///< offset in PyTypeObject of the pointer to PyNumberMethods or the like
  std::uint32_t offset = 0;  ///< of the function, in that table; without a table in PyTypeObject
  std::string_view name;     ///< "__repr__"; "tp_dealloc" where no Python name leads to the slot
};

/// All slots that hold functions, sorted by id.
[[nodiscard]] std::span<const TypeSlot> type_slots();
/// Null for ids that are unknown or hold no function.
[[nodiscard]] const TypeSlot* find_type_slot(std::uint32_t id);

}  // namespace wheelaudit::wasm
