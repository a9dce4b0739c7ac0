#pragma once

// The only header through which the rest of wheelaudit uses WABT; it names nothing of WABT.

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// Reads `bytes`, whose sections have been checked (`check_head`, and for whole modules
/// `check_code_frame`), into `module`: types, imports, exports and the rest of what sections say.
/// With `Depth::full` the bytes must be the whole module, and every body is validated; else they
/// must end where the head ends. Never fails: what is wrong is in `faults`.
[[nodiscard]] SideModule read_with_wabt(Bytes bytes, SideModule module, Depth depth);

}  // namespace wheelaudit::wasm
