#pragma once

// Checks of the immediates that WABT 1.0.32 does not check, made before WABT reads them. Each check
// gets a reader of the bytes behind the opcode and returns the fault, or nullopt when WABT may read
// on. docs/design/modules.md#wabt.

#include <optional>

#include "wasm/byte_reader.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// The type of a block, loop, if or try. WABT takes over-long value types, and says "invalid" for
/// those of later proposals.
[[nodiscard]] std::optional<ModuleFault> check_block_type(ByteReader immediates);
/// The targets of `br_table`. WABT reserves memory by the declared count, without a limit.
[[nodiscard]] std::optional<ModuleFault> check_branch_table(ByteReader immediates);
/// The typed `select`: one type, and a known one.
[[nodiscard]] std::optional<ModuleFault> check_select(ByteReader immediates);
/// The type of `ref.null`.
[[nodiscard]] std::optional<ModuleFault> check_heap_type(ByteReader immediates);

}  // namespace wheelaudit::wasm
