// WA207 duplicate-file: large members that are byte for byte the same. ZIP archives made by wheel
// tools hold no symbolic links, so `libx.so -> libx.so.1 -> libx.so.1.2` becomes three files.
// Equality is what the archive and RECORD say: size, CRC and, where both have one, the hash.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/path.hpp"
#include "loader/module_name.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// Bytes. Smaller copies are not worth a finding: licences and icons are often there twice.
constexpr std::uint64_t smallest = std::uint64_t{64} * 1024;

struct Content {
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
  std::string digest;
  auto operator<=>(const Content&) const = default;
};

using Group = std::vector<const zip::ArchiveMember*>;

/// Groups of members with equal content, each group in the order of names.
std::vector<Group> duplicates(const wheel::Wheel& wheel) {
  std::map<std::string_view, std::string_view> digests;
  for (const wheel::RecordEntry& entry : wheel.dist_info.record.entries) {
    digests.emplace(entry.path, entry.digest);
  }
  std::map<Content, Group> by_content;
  for (const zip::ArchiveMember& member : wheel.archive.members) {
    if (member.is_directory() || member.size < smallest) continue;
    const auto digest = digests.find(member.name);
    by_content[{.size = member.size,
                .crc = member.crc,
                .digest = std::string(digest == digests.end() ? "" : digest->second)}]
        .push_back(&member);
  }
  std::vector<Group> groups;
  for (auto& [content, group] : by_content) {
    if (group.size() < 2) continue;
    std::ranges::sort(group, {}, &zip::ArchiveMember::name);
    groups.push_back(std::move(group));
  }
  return groups;
}

bool are_side_modules(const wheel::Wheel& wheel, const Group& group) {
  return std::ranges::all_of(group, [&](const zip::ArchiveMember* member) {
    const wheel::WheelModule* module = wheel.find_module(member->name);
    return module != nullptr && module->facts.kind == wasm::ModuleKind::side_module;
  });
}

/// The one member of the group whose file name modules of the wheel need; empty when they need none
/// or several.
std::string needed_name(const wheel::Wheel& wheel, const Group& group) {
  const auto needed = loader::needed_file_names(wheel);
  std::string found;
  for (const zip::ArchiveMember* member : group) {
    const std::string_view file = last_component(member->name);
    if (!needed.contains(file)) continue;
    if (!found.empty()) return {};
    found = member->name;
  }
  return found;
}

Finding describe(const wheel::Wheel& wheel, const Group& group) {
  const zip::ArchiveMember& first = *group.front();
  Finding finding = wheel_finding("WA207"_rule, Severity::note, Consequence::style, first.name);
  const std::size_t copies = group.size() - 1;
  finding.message = fmt::format("{} identical files of {} bytes", group.size(), first.size);
  std::vector<std::string> others;
  for (const zip::ArchiveMember* member : group) {
    if (member != &first) others.push_back(member->name);
  }
  finding.details.push_back(fmt::format("the same as {}", quoted_list(others)));
  finding.details.push_back(fmt::format("keeping one saves {} bytes of the wheel, {} installed",
                                        first.compressed_size * copies, first.size * copies));
  if (are_side_modules(wheel, group)) {
    finding.details.emplace_back(
        "each name is loaded as a library of its own, with data of its own: what is set in one "
        "copy "
        "the others do not see");
    const std::string needed = needed_name(wheel, group);
    finding.help = needed.empty()
                       ? "keep one, and let everything need or import it by that one name"
                       : fmt::format("keep `{}`, the name that modules of the wheel need", needed);
  } else {
    finding.help = "keep one and read it from there: a wheel holds no symbolic links";
  }
  return finding;
}

}  // namespace

void duplicate_file(const RuleInput& input, FindingSink& findings) {
  for (const Group& group : duplicates(input.wheel)) {
    findings.add(describe(input.wheel, group));
  }
}

}  // namespace wheelaudit::rules
