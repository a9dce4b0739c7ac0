#pragma once

// What must hold of the bytes of a module's head and code section before WABT may see them.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// Checks the encodings, counts and bounds of the sections up to Export: WABT reserves by declared
/// counts there, takes over-long types, and cannot tell later proposals from nonsense.
/// More types, imports or exports than `limits.symbols` are a limit reached.
[[nodiscard]] std::optional<ModuleFault> check_head(Bytes module,
                                                    const std::vector<Section>& sections,
                                                    const Limits& limits);

/// Checks that the code section is exactly its bodies, one for each function declared, each within
/// the engines' size. Without this WABT 1.0.32 can be kept busy for minutes
/// (docs/design/modules.md#wabt).
[[nodiscard]] std::optional<ModuleFault> check_code_frame(Bytes module,
                                                          const std::vector<Section>& sections);

}  // namespace wheelaudit::wasm
