#pragma once

// The dylink section, read whole: `dylink.0` with its sub-sections, or the old `dylink`.
// tool-conventions, DynamicLinking.md; docs/design/modules.md#dylink-section.

#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

struct DylinkReading {
  DylinkInfo info;                   ///< what was read before the fault, if there is one
  std::optional<ModuleFault> fault;  ///< kind malformed or limit
};

/// Reads `section`, whose name is `dylink.0` or `dylink` and whose payload lies within `module`.
[[nodiscard]] DylinkReading read_dylink(Bytes module, const Section& section);

/// Sets `weak` of the imports that the import-info declares weak, by name alone and whatever the
/// import's module is. Emscripten's loader does the same (`weakImports` of its getDylinkMetadata),
/// because the linker writes the symbol's own module, `env`, also for imports from `GOT.mem`.
void mark_weak_imports(std::vector<ImportedSymbol>& imports, const DylinkInfo& dylink);

}  // namespace wheelaudit::wasm
