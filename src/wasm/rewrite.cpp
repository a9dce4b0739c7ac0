// The dylink section is composed from its sub-sections, in their order: those that do not change
// are copied byte for byte, unknown ones too; needed (2) and runtime-path (5) are encoded again
// where they change. Decoding and encoding everything would lose unknown sub-sections, as other
// tools do, which also damage an old `dylink` section (docs/design/repair.md#the-dylink-section).

#include "wasm/rewrite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/leb128.hpp"

namespace wheelaudit::wasm {
namespace {

constexpr std::uint8_t mem_info_id = 1;
constexpr std::uint8_t needed_id = 2;
constexpr std::uint8_t import_info_id = 4;
constexpr std::uint8_t runtime_path_id = 5;
constexpr std::uint8_t custom_section_id = 0;

void append_u8(ByteVector& bytes, std::uint8_t value) {
  bytes.push_back(static_cast<std::byte>(value));
}

void append_name(ByteVector& bytes, std::string_view name) {
  append_leb128(bytes, name.size());
  append(bytes, as_bytes(name));
}

void append_block(ByteVector& bytes, std::uint8_t id, Bytes payload) {
  append_u8(bytes, id);
  append_leb128(bytes, payload.size());
  append(bytes, payload);
}

ByteVector names_payload(const std::vector<std::string>& names) {
  ByteVector payload;
  append_leb128(payload, names.size());
  for (const std::string& name : names) append_name(payload, name);
  return payload;
}

std::vector<std::string> renamed(std::vector<std::string> names, const ModuleChange& change) {
  for (std::string& name : names) {
    const auto found =
        std::ranges::find(change.needed, name, &std::pair<std::string, std::string>::first);
    if (found != change.needed.end()) name = found->second;
  }
  return names;
}

std::vector<std::string> changed_paths(std::vector<std::string> paths, const ModuleChange& change) {
  for (const auto& [from, to] : change.runtime_path) {
    if (from.empty()) {
      if (std::ranges::find(paths, to) == paths.end()) paths.push_back(to);
    } else if (to.empty()) {
      std::erase(paths, from);
    } else {
      std::ranges::replace(paths, from, to);
    }
  }
  return paths;
}

bool sets_count(const DylinkInfo& dylink, const ModuleChange& change) {
  return change.import_count && dylink.miscount;
}

/// LEB128 in at least `size` bytes, so that a count that fits moves no other byte.
void append_leb128_of_size(ByteVector& bytes, std::uint64_t value, std::uint64_t size) {
  ByteVector shortest;
  append_leb128(shortest, value);
  while (shortest.size() < size) {
    shortest.back() |= std::byte{0x80};
    shortest.push_back(std::byte{0});
  }
  append(bytes, shortest);
}

/// The import-info with the right count. Sizes are encoded again only where they change.
void append_counted(ByteVector& section, Bytes module, const DylinkInfo& dylink,
                    const DylinkSubsection& part) {
  const ImportMiscount& wrong = *dylink.miscount;
  ByteVector payload;
  append_leb128_of_size(payload, dylink.imports.size(), wrong.size);
  append(payload, module.subspan(wrong.offset + wrong.size, part.payload_size - wrong.size));
  if (payload.size() == part.payload_size) {
    append(section, module.subspan(part.offset, part.payload_offset - part.offset));
    append(section, payload);
  } else {
    append_block(section, import_info_id, payload);
  }
}

/// The payload of a `dylink.0` section, behind the section's name.
ByteVector modern_payload(Bytes module, const DylinkInfo& dylink, const ModuleChange& change) {
  const auto needed = renamed(dylink.needed, change);
  const auto paths = changed_paths(dylink.runtime_path, change);
  ByteVector payload;
  bool has_paths = false;
  for (const DylinkSubsection& part : dylink.subsections) {
    if (part.id == needed_id && needed != dylink.needed) {
      append_block(payload, needed_id, names_payload(needed));
    } else if (part.id == runtime_path_id && paths != dylink.runtime_path) {
      if (!paths.empty()) append_block(payload, runtime_path_id, names_payload(paths));
    } else if (part.id == import_info_id && sets_count(dylink, change)) {
      append_counted(payload, module, dylink, part);
    } else {
      append(payload,
             module.subspan(part.offset, part.payload_offset + part.payload_size - part.offset));
    }
    has_paths = has_paths || part.id == runtime_path_id;
  }
  if (!has_paths && !paths.empty()) append_block(payload, runtime_path_id, names_payload(paths));
  return payload;
}

ByteVector memory_payload(const DylinkInfo& dylink) {
  ByteVector payload;
  append_leb128(payload, dylink.memory_size);
  append_leb128(payload, dylink.memory_alignment);
  append_leb128(payload, dylink.table_size);
  append_leb128(payload, dylink.table_alignment);
  return payload;
}

/// The content of an old `dylink` section, written in the old form or, with `modern_dylink`, as
/// sub-sections.
ByteVector legacy_payload(const DylinkInfo& dylink, const ModuleChange& change) {
  const auto needed = renamed(dylink.needed, change);
  ByteVector payload;
  if (!change.modern_dylink) {
    payload = memory_payload(dylink);
    append(payload, names_payload(needed));
    return payload;
  }
  append_block(payload, mem_info_id, memory_payload(dylink));
  if (!needed.empty()) append_block(payload, needed_id, names_payload(needed));
  const auto paths = changed_paths({}, change);
  if (!paths.empty()) append_block(payload, runtime_path_id, names_payload(paths));
  return payload;
}

/// Bytes of the section's id and size.
std::uint64_t dylink_head_size(Bytes module, const DylinkInfo& dylink) {
  std::uint64_t size = 1;
  while ((module[dylink.section_offset + size] & std::byte{0x80}) != std::byte{0}) ++size;
  return size + 1;
}

ByteVector dylink_section(Bytes module, const DylinkInfo& dylink, const ModuleChange& change) {
  const bool stays_old = dylink.legacy && !change.modern_dylink;
  ByteVector content;
  append_name(content, stays_old ? "dylink" : "dylink.0");
  append(content,
         dylink.legacy ? legacy_payload(dylink, change) : modern_payload(module, dylink, change));
  ByteVector section;
  // A section whose size stays keeps its head, however its size is encoded.
  const std::uint64_t head_size = dylink_head_size(module, dylink);
  if (head_size + content.size() == dylink.section_size) {
    append(section, module.subspan(dylink.section_offset, head_size));
    append(section, content);
  } else {
    append_block(section, custom_section_id, content);
  }
  return section;
}

bool changes_dylink(const DylinkInfo& dylink, const ModuleChange& change) {
  return (change.modern_dylink && dylink.legacy) || sets_count(dylink, change) ||
         renamed(dylink.needed, change) != dylink.needed ||
         changed_paths(dylink.runtime_path, change) != dylink.runtime_path;
}

std::uint64_t end_of(const Section& section) {
  return section.payload_offset + section.payload_size;
}

/// Whether the offsets in `facts` lie in order within `module`.
bool fits(Bytes module, const SideModule& facts) {
  std::uint64_t at = 0;
  for (const Section& section : facts.sections) {
    if (section.offset < at || section.payload_offset < section.offset ||
        section.payload_size > module.size() || section.payload_offset > module.size() ||
        end_of(section) > module.size()) {
      return false;
    }
    at = end_of(section);
  }
  return facts.size == module.size() && facts.dylink.has_value();
}

}  // namespace

bool is_strippable(const Section& section) {
  return section.id == custom_section_id &&
         (section.name == "name" || section.name == "producers" ||
          section.name.starts_with(".debug_") || section.name == "external_debug_info" ||
          section.name == "sourceMappingURL");
}

std::uint64_t strippable_size(const SideModule& facts) {
  std::uint64_t size = 0;
  for (const Section& section : facts.sections) {
    if (is_strippable(section)) size += end_of(section) - section.offset;
  }
  return size;
}

Result<ByteVector> rewrite_module(Bytes module, const SideModule& facts,
                                  const ModuleChange& change) {
  if (!fits(module, facts)) {
    return fail(ErrorKind::internal, "a module's facts are not those of its bytes");
  }
  const DylinkInfo& dylink = *facts.dylink;
  const bool dylink_changes = changes_dylink(dylink, change);
  ByteVector result;
  result.reserve(module.size());
  std::uint64_t at = 0;  // the bytes before this offset are copied or replaced
  const auto copy_until = [&](std::uint64_t offset) {
    append(result, module.subspan(at, offset - at));
  };
  for (const Section& section : facts.sections) {
    const bool is_dylink = dylink_changes && section.offset == dylink.section_offset;
    if (!is_dylink && !(change.strip && is_strippable(section))) continue;
    copy_until(section.offset);
    if (is_dylink) append(result, dylink_section(module, dylink, change));
    at = end_of(section);
  }
  copy_until(module.size());
  return result;
}

}  // namespace wheelaudit::wasm
