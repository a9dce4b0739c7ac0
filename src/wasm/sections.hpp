#pragma once

// The walk over a module's sections: what comes where, in order, each once, sizes exact. It looks
// at headers and custom names only. See docs/design/modules.md#sections.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// Section ids of the core specification 3.0, section 5.5.2.
enum class SectionId : std::uint8_t {
  custom = 0,
  type = 1,
  import = 2,
  function = 3,
  table = 4,
  memory = 5,
  global = 6,
  export_ = 7,
  start = 8,
  element = 9,
  code = 10,
  data = 11,
  data_count = 12,
  tag = 13,
};

struct SectionWalk {
  std::vector<Section> sections;     ///< up to the first fault or the end of the bytes given
  std::optional<ModuleFault> fault;  ///< what ended the walk early
  std::uint64_t head_end = 8;        ///< where the sections up to Export, and Start behind it, end
};

/// Walks the sections of a module of `member_size` bytes as far as `bytes`, its beginning, holds
/// them. The 8 bytes of magic and version have been checked.
[[nodiscard]] SectionWalk walk_sections(Bytes bytes, std::uint64_t member_size,
                                        const Limits& limits);

[[nodiscard]] const Section* find_section(const std::vector<Section>& sections, SectionId id);
[[nodiscard]] const Section* find_custom_section(const std::vector<Section>& sections,
                                                 std::string_view name);
/// "the import section" …: for messages.
[[nodiscard]] std::string_view section_title(SectionId id);
[[nodiscard]] inline std::uint64_t section_end(const Section& section) {
  return section.payload_offset + section.payload_size;
}
[[nodiscard]] inline bool is_dylink(const Section& section) {
  return section.id == 0 && (section.name == "dylink.0" || section.name == "dylink");
}

/// How many bytes from the start the head of this module needs (through the Export section, and the
/// start section if it follows), judged from `prefix`; nullopt when `prefix` is too short to tell.
/// For inflating only the head. `member_size` bounds the answer.
[[nodiscard]] std::optional<std::uint64_t> head_size(Bytes prefix, std::uint64_t member_size);
/// How far the sections reach whose headers `prefix` holds: where the next header stands, when
/// `head_size` could not tell. Never above `member_size`.
[[nodiscard]] std::uint64_t head_reach(Bytes prefix, std::uint64_t member_size);

}  // namespace wheelaudit::wasm
