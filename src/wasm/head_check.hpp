#pragma once

// The checks of a module's head and code section that come before WABT sees the bytes
// (docs/design/modules.md#reading-order).

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// Checks the encodings, counts and bounds of the sections up to Export: WABT reserves memory by
/// declared counts, takes over-long types, and cannot tell later proposals from errors. `sections`
/// are those of `module`. The first fault; more types, imports or exports than `limits.symbols` are
/// one of kind `limit`.
[[nodiscard]] std::optional<ModuleFault> check_head(Bytes module,
                                                    const std::vector<Section>& sections,
                                                    const Limits& limits);

/// Checks that the code section consists of exactly its bodies, one per declared function, each no
/// larger than engines take. Without this check a crafted file keeps WABT 1.0.32 busy for minutes
/// (docs/design/modules.md#wabt).
[[nodiscard]] std::optional<ModuleFault> check_code_frame(Bytes module,
                                                          const std::vector<Section>& sections);

}  // namespace wheelaudit::wasm
