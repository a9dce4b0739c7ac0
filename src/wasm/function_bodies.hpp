#pragma once

// Where the body of each function of a validated module lies, and what type each function has.

#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

struct FunctionBodies {
  std::vector<std::uint32_t> types;  ///< type indices, by function, imports first
  /// Begin and end offsets of the bodies in the module, locals first, by defined function.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> bodies;
};

/// Sized by the items that the file holds, not by the counts that it declares.
[[nodiscard]] FunctionBodies function_bodies(Bytes module, const SideModule& facts);

}  // namespace wheelaudit::wasm
