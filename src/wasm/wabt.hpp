#pragma once

// The one door to WABT. Nothing of it shows here.

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// Reads `bytes`, whose sections have been checked (`check_head`, and for whole modules
/// `check_code_frame`), into `module`: types, imports, exports and the rest of what sections say.
/// With `Depth::full` the bytes are the whole module and every body is validated; else they end
/// where the head does.
[[nodiscard]] SideModule read_with_wabt(Bytes bytes, SideModule module, Depth depth);

}  // namespace wheelaudit::wasm
