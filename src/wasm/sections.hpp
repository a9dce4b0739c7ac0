#pragma once

// The walk over a module's sections: it checks that they are in order, each at most once, and that
// their sizes fit. It reads headers and the names of custom sections only. See
// docs/design/modules.md#sections.

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
  std::uint64_t head_end = 8;        ///< offset behind Export, or behind a Start that follows
};

/// Walks the sections of a module of `member_size` bytes, of which `bytes` is the beginning, as far
/// as that reaches. The caller has checked the 8 bytes of magic and version. More sections than the
/// limit are a fault of kind `limit`.
[[nodiscard]] SectionWalk walk_sections(Bytes bytes, std::uint64_t member_size,
                                        const Limits& limits);

/// The first section of this id, or of this custom name; null when there is none.
[[nodiscard]] const Section* find_section(const std::vector<Section>& sections, SectionId id);
[[nodiscard]] const Section* find_custom_section(const std::vector<Section>& sections,
                                                 std::string_view name);
/// The name for messages: "the import section" …
[[nodiscard]] std::string_view section_title(SectionId id);
/// The offset behind the payload.
[[nodiscard]] inline std::uint64_t section_end(const Section& section) {
  return section.payload_offset + section.payload_size;
}
[[nodiscard]] inline bool is_dylink(const Section& section) {
  return section.id == 0 && (section.name == "dylink.0" || section.name == "dylink");
}

/// How many bytes from the start the head of a module needs (through the Export section, and the
/// Start section if that follows), judged from the module's first bytes, `prefix`; nullopt when
/// `prefix` is too short to tell. Lets a caller inflate only the head. At most `member_size`, which
/// is also the answer for bytes that have to be read whole.
[[nodiscard]] std::optional<std::uint64_t> head_size(Bytes prefix, std::uint64_t member_size);
/// The offset behind the last section whose header `prefix` holds, at most `member_size`: when
/// `head_size` could not tell, the next header to read is there.
[[nodiscard]] std::uint64_t head_reach(Bytes prefix, std::uint64_t member_size);

}  // namespace wheelaudit::wasm
