// One name by itself. docs/design/archive.md#names: valid UTF-8, no control
// characters, no `\`, no absolute or drive path, no `.`, `..` or empty component, bounded lengths.
// What is wrong between names is in name_collisions.cpp.

#include "zip/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "zip/format.hpp"
#include "zip/pypi.hpp"

namespace wheelaudit::zip {
namespace {

using Kind = ArchiveFaultKind;
using Severity = ArchiveFaultSeverity;

// docs/design/archive.md#names. File systems of today take 255 bytes per component and 1,024 to
// 4,096 per path.
constexpr std::size_t longest_component = 255;

ArchiveFault entry_fault(std::string_view code, const ArchiveMember& member, std::string message) {
  return {.code = std::string(code),
          .kind = Kind::path,
          .member = member.name,
          .offset = member.central_offset,
          .message = std::move(message)};
}

std::optional<ArchiveFault> encoding_fault(const ArchiveMember& member) {
  const bool ascii = is_ascii(member.name);
  if (ascii) return std::nullopt;
  ArchiveFault fault = entry_fault("name-encoding", member, "the name is not valid UTF-8");
  fault.kind = Kind::structure;
  fault.expected = "UTF-8";
  fault.refused_by_pypi = true;
  fault.other_reader = pypi::name_encoding;
  if (!is_utf8(member.name)) return fault;
  if ((member.flags & utf8_flag) != 0) return std::nullopt;
  fault.message = "the name has letters beyond ASCII, but is not marked as UTF-8";
  fault.expected = "the UTF-8 flag";
  fault.found = fmt::format("flags {:#06x}", member.flags);
  return fault;
}

std::optional<ArchiveFault> character_fault(const ArchiveMember& member) {
  const std::string_view name = member.name;
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  };
  if (const auto at = std::ranges::find_if(name, is_control); at != name.end()) {
    ArchiveFault fault =
        entry_fault("name-control-character", member, "the name holds a control character");
    fault.found = fmt::format("byte {:#04x}", static_cast<unsigned char>(*at));
    fault.refused_by_pypi = true;
    fault.other_reader = pypi::name_character;
    return fault;
  }
  // The control characters U+0080 to U+009F are the bytes C2 80 to C2 9F.
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    const auto second = static_cast<unsigned char>(name[i + 1]);
    if (static_cast<unsigned char>(name[i]) != 0xc2 || second < 0x80 || second > 0x9f) continue;
    ArchiveFault fault =
        entry_fault("name-control-character", member, "the name holds a control character");
    fault.found = fmt::format("U+{:04X}", second);
    fault.other_reader = "terminals obey it, file systems keep it";
    return fault;
  }
  if (name.find('\\') != std::string_view::npos) {
    ArchiveFault fault = entry_fault("name-backslash", member, "the name holds a backslash");
    fault.expected = "'/' between components";
    fault.other_reader = "on Windows a backslash separates directories, elsewhere it is a letter";
    return fault;
  }
  return std::nullopt;
}

std::vector<std::string_view> components(std::string_view name) {
  if (!name.empty() && name.back() == '/') name.remove_suffix(1);
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  while (true) {
    const std::size_t slash = name.find('/', start);
    parts.push_back(name.substr(start, slash - start));
    if (slash == std::string_view::npos) return parts;
    start = slash + 1;
  }
}

std::optional<ArchiveFault> shape_fault(const ArchiveMember& member) {
  const std::string_view name = member.name;
  if (name.empty()) return entry_fault("name-empty", member, "an entry has no name");
  if (name.front() == '/') {
    ArchiveFault fault = entry_fault("name-absolute", member, "the name is an absolute path");
    fault.expected = "a path below the directory the wheel is installed in";
    fault.other_reader = "some readers write to the root, some drop the slash, pip refuses";
    return fault;
  }
  if (name.size() >= 2 && name[1] == ':' && is_ascii_letter(name[0])) {
    ArchiveFault fault = entry_fault("name-drive", member, "the name begins with a drive");
    fault.expected = "a path below the directory the wheel is installed in";
    fault.other_reader = "on Windows it is another drive, elsewhere a directory";
    return fault;
  }
  for (const std::string_view part : components(name)) {
    if (!part.empty() && part != "." && part != "..") continue;
    ArchiveFault fault =
        entry_fault(part == ".." ? "name-parent" : "name-dot", member,
                    part == ".."   ? "the name leaves the directory it is unpacked in"
                    : part.empty() ? "the name has an empty component"
                                   : "the name has the component '.'");
    fault.expected = "components that name something";
    fault.found = fmt::format("'{}'", part);
    fault.says_found = part == ".";
    fault.other_reader = part == ".." ? "some readers write outside, some drop the component, pip "
                                        "refuses"
                                      : "readers that tidy paths see another name";
    return fault;
  }
  return std::nullopt;
}

std::optional<ArchiveFault> length_fault(const ArchiveMember& member) {
  const std::vector<std::string_view> parts = components(member.name);
  const auto longest = std::ranges::max(parts, {}, &std::string_view::size).size();
  ArchiveFault fault = entry_fault("name-too-long", member, "");
  fault.other_reader = "file systems cannot hold it, or cut it short";
  if (member.name.size() > longest_member_name) {
    fault.message = "the name is too long";
    fault.expected = fmt::format("at most {} bytes", longest_member_name);
    fault.found = fmt::format("{}", member.name.size());
  } else if (longest > longest_component) {
    fault.message = "a component of the name is too long";
    fault.expected = fmt::format("at most {} bytes", longest_component);
    fault.found = fmt::format("{}", longest);
  } else if (parts.size() > most_components) {
    fault.message = "the name is too deep";
    fault.expected = fmt::format("at most {} components", most_components);
    fault.found = fmt::format("{}", parts.size());
  } else {
    return std::nullopt;
  }
  return fault;
}

/// Whether a name has no fault, as nearly every name: printable ASCII in components that name
/// something. One pass, so that 9,000 such names cost next to nothing.
bool is_plain(std::string_view name) {
  if (name.empty() || name.size() > longest_member_name) return false;
  std::size_t start = 0;  // of the component
  std::size_t depth = 1;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const bool ends = i == name.size() || name[i] == '/';
    if (!ends) {
      const auto c = static_cast<unsigned char>(name[i]);
      if (c < 0x20 || c > 0x7e || c == '\\' || c == ':') return false;
      continue;
    }
    if (i == name.size() && i == start) break;  // the slash of a directory
    const std::string_view part = name.substr(start, i - start);
    if (part.empty() || part == "." || part == ".." || part.size() > longest_component)
      return false;
    start = i + 1;
    if (start < name.size() && ++depth > most_components) return false;
  }
  return true;
}

}  // namespace

std::vector<ArchiveFault> name_faults(const ArchiveMember& member) {
  if (is_plain(member.name)) return {};
  std::vector<ArchiveFault> faults;
  for (std::optional<ArchiveFault> fault :
       {encoding_fault(member), character_fault(member), shape_fault(member),
        member.name.empty() ? std::nullopt : length_fault(member)}) {
    if (fault) faults.push_back(std::move(*fault));
  }
  return faults;
}

}  // namespace wheelaudit::zip
