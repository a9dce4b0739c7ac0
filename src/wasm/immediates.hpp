#pragma once

// The immediates that WABT 1.0.32 takes on trust, looked at before it reads them: each check gets
// the bytes behind the opcode.

#include <optional>

#include "wasm/byte_reader.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// WABT takes over-long value types, and calls those of later proposals invalid.
[[nodiscard]] std::optional<ModuleFault> check_block_type(ByteReader immediates);
/// WABT reserves by the declared count, and has no limit.
[[nodiscard]] std::optional<ModuleFault> check_branch_table(ByteReader immediates);
/// The typed `select`: one type, and a known one.
[[nodiscard]] std::optional<ModuleFault> check_select(ByteReader immediates);
/// The type of `ref.null`.
[[nodiscard]] std::optional<ModuleFault> check_heap_type(ByteReader immediates);

}  // namespace wheelaudit::wasm
