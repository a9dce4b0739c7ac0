// The slots of CPython's types as data. The ids are those of Include/typeslots.h, the offsets those
// of struct _typeobject and of the structures that it points to (Include/cpython/object.h) where a
// pointer has 32 bits. Both files say the same of every slot here in CPython 3.10, 3.11, 3.12 and
// 3.13; 3.14 and 3.15 only add ids and fields behind the last ones. A slot that Python code reaches
// by a special method has the name of that method (the data model of The Python Language
// Reference), every other slot its own name.

#include "wasm/type_slots.hpp"

#include <algorithm>
#include <array>

namespace wheelaudit::wasm {
namespace {

// clang-format off
constexpr std::array<TypeSlot, 76> all{{
    // id, offset in the type of the pointer to the table (0: none), offset of the function, name
    {1, 80, 0, "__buffer__"},
    {2, 80, 4, "__release_buffer__"},
    {3, 56, 8, "__setitem__"},
    {4, 56, 0, "__len__"},
    {5, 56, 4, "__getitem__"},
    {6, 48, 32, "__abs__"},
    {7, 48, 0, "__add__"},
    {8, 48, 52, "__and__"},
    {9, 48, 36, "__bool__"},
    {10, 48, 16, "__divmod__"},
    {11, 48, 72, "__float__"},
    {12, 48, 116, "__floordiv__"},
    {13, 48, 132, "__index__"},
    {14, 48, 76, "__iadd__"},
    {15, 48, 104, "__iand__"},
    {16, 48, 124, "__ifloordiv__"},
    {17, 48, 96, "__ilshift__"},
    {18, 48, 84, "__imul__"},
    {19, 48, 112, "__ior__"},
    {20, 48, 92, "__ipow__"},
    {21, 48, 88, "__imod__"},
    {22, 48, 100, "__irshift__"},
    {23, 48, 80, "__isub__"},
    {24, 48, 128, "__itruediv__"},
    {25, 48, 108, "__ixor__"},
    {26, 48, 64, "__int__"},
    {27, 48, 40, "__invert__"},
    {28, 48, 44, "__lshift__"},
    {29, 48, 8, "__mul__"},
    {30, 48, 24, "__neg__"},
    {31, 48, 60, "__or__"},
    {32, 48, 28, "__pos__"},
    {33, 48, 20, "__pow__"},
    {34, 48, 12, "__mod__"},
    {35, 48, 48, "__rshift__"},
    {36, 48, 4, "__sub__"},
    {37, 48, 120, "__truediv__"},
    {38, 48, 56, "__xor__"},
    {39, 52, 20, "__setitem__"},
    {40, 52, 4, "__add__"},
    {41, 52, 28, "__contains__"},
    {42, 52, 32, "__iadd__"},
    {43, 52, 36, "__imul__"},
    {44, 52, 12, "__getitem__"},
    {45, 52, 0, "__len__"},
    {46, 52, 8, "__mul__"},
    {47, 0, 152, "tp_alloc"},
    {50, 0, 64, "__call__"},
    {51, 0, 96, "tp_clear"},
    {52, 0, 24, "tp_dealloc"},
    {53, 0, 188, "tp_del"},
    {54, 0, 136, "__get__"},
    {55, 0, 140, "__set__"},
    {57, 0, 32, "__getattribute__"},
    {58, 0, 72, "__getattribute__"},
    {59, 0, 60, "__hash__"},
    {60, 0, 148, "__init__"},
    {61, 0, 164, "tp_is_gc"},
    {62, 0, 108, "__iter__"},
    {63, 0, 112, "__next__"},
    {65, 0, 156, "__new__"},
    {66, 0, 44, "__repr__"},
    {67, 0, 100, "__eq__"},
    {68, 0, 36, "__setattr__"},
    {69, 0, 76, "__setattr__"},
    {70, 0, 68, "__str__"},
    {71, 0, 92, "tp_traverse"},
    {74, 0, 160, "tp_free"},
    {75, 48, 136, "__matmul__"},
    {76, 48, 140, "__imatmul__"},
    {77, 40, 0, "__await__"},
    {78, 40, 4, "__aiter__"},
    {79, 40, 8, "__anext__"},
    {80, 0, 196, "__del__"},
    {81, 40, 12, "am_send"},
    {82, 0, 200, "__call__"},
}};
// clang-format on

}  // namespace

std::span<const TypeSlot> type_slots() { return all; }

const TypeSlot* find_type_slot(std::uint32_t id) {
  const auto found = std::ranges::lower_bound(all, id, {}, &TypeSlot::id);
  return found != all.end() && found->id == id ? &*found : nullptr;
}

}  // namespace wheelaudit::wasm
