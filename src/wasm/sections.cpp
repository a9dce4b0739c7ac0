// The section walk and `head_size`, which is the same walk over headers alone.
//
// Why our own: WABT 1.0.32 takes what engines refuse (a dylink section anywhere, sections after a
// code section of a wrong size), and must not see an unchecked code section
// (docs/design/modules.md#wabt).

#include "wasm/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "wasm/byte_reader.hpp"

namespace wheelaudit::wasm {
namespace {

constexpr std::uint64_t preamble_size = 8;
/// How many bytes `foreign_format` needs of a file that is not wasm.
constexpr std::uint64_t foreign_prefix_size = 4096;
/// The id of the section of string references, a later proposal (stringref, "Binary format").
constexpr std::uint8_t string_section_id = 14;

struct SectionKind {
  std::string_view title;
  unsigned order;  ///< place among the sections; 0 for custom ones
  bool in_head;    ///< belongs to what is read at Depth::head
};

// By id. The order is the specification's: Tag before Global, DataCount before Code.
constexpr std::array<SectionKind, 14> section_kinds{{
    {"a custom section", 0, true},
    {"the type section", 1, true},
    {"the import section", 2, true},
    {"the function section", 3, true},
    {"the table section", 4, true},
    {"the memory section", 5, true},
    {"the global section", 7, true},
    {"the export section", 8, true},
    {"the start section", 9, true},
    {"the element section", 10, false},
    {"the code section", 12, false},
    {"the data section", 13, false},
    {"the data count section", 11, false},
    {"the tag section", 6, true},
}};

ModuleFault malformed(std::string message, std::uint64_t offset) {
  return {.message = std::move(message), .offset = offset};
}

class Walk {
 public:
  Walk(Bytes bytes, std::uint64_t member_size, const Limits& limits)
      : bytes_(bytes), member_size_(member_size), limits_(limits) {}

  SectionWalk run() {
    while (at_ < member_size_ && step()) {
    }
    return std::move(walk_);
  }

 private:
  /// Reads one section header. False when the walk is over: at a fault, or at the end of the bytes.
  bool step() {
    ByteReader header(bytes_, at_, bytes_.size(), "the module");
    Section section{.id = header.u8("id of a section"), .name = {}, .offset = at_};
    section.payload_size = header.u32("size of a section");
    if (header.failed()) return stop_unless_cut_off(*header.fault());
    if (section.id >= section_kinds.size()) return refuse_id(section);
    section.payload_offset = header.at();
    if (section.payload_size > member_size_ - section.payload_offset) return refuse_size(section);
    if (section_end(section) > bytes_.size()) return false;
    if (section.id == 0 ? !take_custom(section) : !take_ordered(section)) return false;
    at_ = section_end(section);
    if (section_kinds[section.id].in_head && section.id != 0) walk_.head_end = at_;
    walk_.sections.push_back(std::move(section));
    return true;
  }

  bool take_custom(Section& section) {
    if (++custom_sections_ > limits_.custom_sections) {
      walk_.fault = ModuleFault{
          .kind = ModuleFaultKind::limit,
          .message = fmt::format("more than {} custom sections", limits_.custom_sections),
          .offset = section.offset,
          .function = {},
          .option = "--max-custom-sections"};
      return false;
    }
    ByteReader payload(bytes_, section.payload_offset, section_end(section), "the custom section");
    section.name = payload.name("name of a custom section");
    if (!payload.failed()) return true;
    walk_.fault = malformed(payload.fault()->message, *payload.fault()->offset);
    return false;
  }

  bool take_ordered(const Section& section) {
    const SectionKind& kind = section_kinds[section.id];
    if (kind.order > section_kinds[last_].order) {
      last_ = section.id;
      return true;
    }
    const std::string_view message = kind.order == section_kinds[last_].order
                                         ? "{} occurs twice"
                                         : "{} comes after {}, expected before it";
    walk_.fault = malformed(
        fmt::format(fmt::runtime(message), kind.title, section_kinds[last_].title), section.offset);
    return false;
  }

  bool stop_unless_cut_off(const Fault& fault) {
    if (bytes_.size() == member_size_) walk_.fault = malformed(fault.message, *fault.offset);
    return false;
  }

  bool refuse_id(const Section& section) {
    walk_.fault = malformed(fmt::format("no section has the id {}", section.id), section.offset);
    if (section.id == string_section_id) {
      walk_.fault->kind = ModuleFaultKind::not_understood;
      walk_.fault->message = "a section of the string references proposal (id 14)";
    }
    return false;
  }

  bool refuse_size(const Section& section) {
    walk_.fault = malformed(fmt::format("{} claims {} bytes, but the file ends after {}",
                                        section_kinds[section.id].title, section.payload_size,
                                        member_size_ - section.payload_offset),
                            section.offset);
    return false;
  }

  Bytes bytes_;
  std::uint64_t member_size_;
  Limits limits_;
  std::uint64_t at_ = preamble_size;
  std::uint64_t custom_sections_ = 0;
  std::uint8_t last_ = 0;
  SectionWalk walk_;
};

bool begins_like_wasm(Bytes prefix) {
  return as_text(prefix.first(std::min<std::size_t>(prefix.size(), 4))) ==
         std::string_view("\0asm", 4);
}

enum class Answer : std::uint8_t { yes, no, too_short };

/// Whether the first section, at byte 8, is a dylink section.
Answer begins_with_dylink(Bytes prefix) {
  ByteReader header(prefix, preamble_size, prefix.size(), "the module");
  const std::uint8_t id = header.u8("id");
  header.u32("size");
  if (!header.failed() && id != 0) return Answer::no;
  const std::string_view name = header.name("name");
  if (header.failed()) return Answer::too_short;
  return name == "dylink.0" || name == "dylink" ? Answer::yes : Answer::no;
}

}  // namespace

SectionWalk walk_sections(Bytes bytes, std::uint64_t member_size, const Limits& limits) {
  return Walk(bytes, member_size, limits).run();
}

const Section* find_section(const std::vector<Section>& sections, SectionId id) {
  const auto found = std::ranges::find(sections, static_cast<std::uint8_t>(id), &Section::id);
  return found == sections.end() ? nullptr : &*found;
}

const Section* find_custom_section(const std::vector<Section>& sections, std::string_view name) {
  const auto found = std::ranges::find_if(
      sections, [name](const Section& section) { return section.id == 0 && section.name == name; });
  return found == sections.end() ? nullptr : &*found;
}

std::string_view section_title(SectionId id) {
  return section_kinds[static_cast<std::size_t>(id)].title;
}

std::uint64_t head_reach(Bytes prefix, std::uint64_t member_size) {
  std::uint64_t at = std::min<std::uint64_t>(preamble_size, member_size);
  while (at < prefix.size()) {
    ByteReader header(prefix, at, prefix.size(), "");
    header.u8("id");
    const std::uint32_t size = header.u32("size");
    if (header.failed()) break;
    at = std::min<std::uint64_t>(header.at() + size, member_size);
  }
  return at;
}

std::optional<std::uint64_t> head_size(Bytes prefix, std::uint64_t member_size) {
  if (prefix.size() >= member_size) return member_size;
  if (prefix.size() >= 4 && !begins_like_wasm(prefix)) {
    return std::min(member_size, foreign_prefix_size);
  }
  if (prefix.size() < preamble_size) return std::nullopt;
  // Only its last sections say what a module without a dylink section is, so it is needed whole.
  const Answer dylink = begins_with_dylink(prefix);
  if (dylink == Answer::no) return member_size;
  if (dylink == Answer::too_short && prefix.size() >= foreign_prefix_size) return member_size;

  std::uint64_t at = preamble_size;
  while (at < member_size) {
    ByteReader header(prefix, std::min<std::uint64_t>(at, prefix.size()), prefix.size(), "");
    const std::uint8_t id = header.u8("id");
    const std::uint32_t size = header.u32("size");
    if (header.failed()) {
      if (header.at() == prefix.size()) return std::nullopt;
      return std::min(member_size, header.at());
    }
    if (id >= section_kinds.size() || size > member_size - header.at()) return header.at();
    if (!section_kinds[id].in_head) return at;
    at = header.at() + size;
    if (id == static_cast<std::uint8_t>(SectionId::start)) return at;
  }
  return member_size;
}

}  // namespace wheelaudit::wasm
