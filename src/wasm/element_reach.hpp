#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// A fault when the module's element segments need more room in the table than its dylink section
/// asks for. `module` must be sound and `bytes` the whole of it.
[[nodiscard]] std::optional<ModuleFault> elements_beyond_table(Bytes bytes,
                                                               const SideModule& module);

}  // namespace wheelaudit::wasm
