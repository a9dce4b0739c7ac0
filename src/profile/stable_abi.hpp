#pragma once

// CPython's stable ABI: the functions and data that a module built for the limited API may import,
// and the version that added each. The list is CPython's own (abi-profiles/facts/stable_abi.json).

#include <optional>
#include <span>
#include <string_view>

namespace wheelaudit::profile {

struct StableAbiSymbol {
  std::string_view name;
  int since = 0;  ///< 12 for CPython 3.12
};

/// Every symbol, sorted by name; what macros of the limited API expand to (`_Py_Dealloc`) is among
/// them.
[[nodiscard]] std::span<const StableAbiSymbol> stable_abi_symbols();

/// The minor version of CPython 3 that added the symbol; nullopt: not in the stable ABI.
[[nodiscard]] std::optional<int> stable_abi_since(std::string_view name);

}  // namespace wheelaudit::profile
