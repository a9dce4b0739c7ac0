#pragma once

// The limits (docs/design/limits.md#default-limits). Each has an option `--max-…` whose name every
// message about the limit gives. Wheels with modules stay far below the limits (18 MB file, 9,019
// entries, 34 MB module). The limit of headers comes from a pure wheel: homeassistant 2026.2.3 has
// 47,084 entries and 4.7 MB of headers, 99 bytes per entry. 65,535 such entries are 6.5 MB, so the
// limit is 7 MiB.

#include <cstdint>

namespace wheelaudit::inline base {

struct Limits {
  std::uint64_t wheel_size = 1ULL << 30;         ///< --max-wheel-size, bytes
  std::uint64_t entries = 65'535;                ///< --max-entries
  std::uint64_t directory_size = 7ULL << 20;     ///< --max-directory-size, bytes of all headers
  std::uint64_t inflated_total = 4ULL << 30;     ///< --max-inflated, bytes of all members together
  std::uint64_t module_size = 512ULL << 20;      ///< --max-module-size, bytes
  std::uint64_t record_size = 64ULL << 20;       ///< --max-record-size, bytes
  std::uint64_t metadata_size = 8ULL << 20;      ///< --max-metadata-size, bytes
  std::uint64_t wheel_file_size = 64ULL << 10;   ///< --max-wheel-file-size, bytes of the WHEEL file
  std::uint64_t entry_points_size = 1ULL << 20;  ///< --max-entry-points-size, bytes
  std::uint64_t custom_sections = 10'000;        ///< --max-custom-sections, of one module
  std::uint64_t modules = 10'000;                ///< --max-modules, members that look like one
  std::uint64_t symbols = 200'000;  ///< --max-symbols, imports, exports and types in all
  /// --max-findings, bytes of all findings; half the largest module is added.
  std::uint64_t findings_size = 8ULL << 20;
  std::uint64_t expanded_tags = 1'000;  ///< --max-tags, of one file name after expansion
};

}  // namespace wheelaudit::inline base
