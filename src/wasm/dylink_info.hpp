#pragma once

// The dylink section as facts (tool-conventions, DynamicLinking.md;
// docs/design/modules.md#dylink-section). Offsets and sizes are in bytes, offsets from the start of
// the module.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/small.hpp"

namespace wheelaudit::wasm {

/// One dylink.0 import-info or export-info entry.
struct DylinkSymbolInfo {
  SharedText module;  ///< empty for export-info
  std::string name;
  std::uint32_t flags =
      0;  ///< WASM_DYLINK symbol flags: 0x1 binding-weak, 0x2 binding-local, 0x100 TLS
};

/// The count of the import-info where it is the number of module names instead of entries
/// (docs/design/modules.md#the-miscount).
struct ImportMiscount {
  std::uint32_t declared = 0;
  std::uint64_t offset = 0;  ///< of the count
  std::uint64_t size = 0;    ///< of the count as it is encoded
};

struct DylinkSubsection {
  std::uint8_t id = 0;       ///< 1 mem-info, 2 needed, 3 export-info, 4 import-info, 5 runtime-path
  std::uint64_t offset = 0;  ///< of the id byte
  std::uint64_t payload_offset = 0;
  std::uint64_t payload_size = 0;
};

/// The dylink section, `dylink.0` or the old `dylink` (then without sub-sections).
struct DylinkInfo {
  bool legacy = false;
  std::uint64_t section_offset = 0;  ///< of the section's id byte
  std::uint64_t section_size = 0;    ///< of the whole section, id and size field included
  std::uint32_t memory_size = 0;
  std::uint32_t memory_alignment = 0;  ///< the exponent of a power of two
  std::uint32_t table_size = 0;        ///< entries
  std::uint32_t table_alignment = 0;   ///< the exponent of a power of two
  std::vector<std::string> needed;
  std::vector<std::string> runtime_path;
  std::vector<DylinkSymbolInfo> exports;
  std::vector<DylinkSymbolInfo> imports;  ///< all that are there, whatever the count says
  std::optional<ImportMiscount> miscount;
  std::vector<DylinkSubsection> subsections;  ///< in the file's order, unknown ones too
};

}  // namespace wheelaudit::wasm
