#pragma once

// Whether a module's element segments fit into the table that its dylink section asks for
// (docs/design/modules.md#element-segments).

#include <optional>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// The fault (malformed) of the first element segment that needs more entries than the dylink
/// section asks for; nullopt when all fit, or when a segment is not of the form that linkers write.
/// `module` must be sound and `bytes` the whole module.
[[nodiscard]] std::optional<ModuleFault> elements_beyond_table(Bytes bytes,
                                                               const SideModule& module);

}  // namespace wheelaudit::wasm
