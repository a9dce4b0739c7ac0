#pragma once

// What the code of a module hands on: the addresses in its memory that it passes, stores or
// returns, the tables that it fills, and the names that it passes to a call together with the
// address of a function. So bindings are registered that no table in memory lists: pybind11's
// `def("name", &function)` is one such call.

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/function_bodies.hpp"
#include "wasm/module_image.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// An address in the module's memory, and the function that it is passed to.
struct PassedAddress {
  std::uint32_t address = 0;
  std::uint32_t callee = no_function;  ///< `no_function`: stored, returned or passed by pointer
  auto operator<=>(const PassedAddress&) const = default;
};

/// A function whose address is passed to a call together with that of a Python name.
struct NamedFunction {
  std::uint32_t function = 0;
  std::uint32_t name = 0;  ///< the address of the text
  auto operator<=>(const NamedFunction&) const = default;
};

/// Each list is sorted and holds nothing twice, but `stores`, which is in the order of the code.
struct CodeReferences {
  std::vector<PassedAddress> passed;
  std::vector<NamedFunction> named;
  std::vector<KnownStore> stores;  ///< of addresses and constants, into the module's memory
};

/// How much of a function's code is wanted.
struct WalkedFunction {
  std::uint32_t function = 0;  ///< index
  bool passes = false;         ///< `passed` and `stores` are wanted, not only `named`
};

/// Reads the bodies of `functions`, which belong to a validated module, each once and to its end.
/// A value that depends on the way through the code is left out. Linear in the bytes.
[[nodiscard]] CodeReferences code_references(Bytes module, const SideModule& facts,
                                             const FunctionBodies& bodies, const ModuleImage& image,
                                             std::span<const WalkedFunction> functions);

}  // namespace wheelaudit::wasm
