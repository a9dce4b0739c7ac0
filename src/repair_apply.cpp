// A plan carried out: the members of the new archive in the old order, those that change with new
// content and the dates and attributes of what they replace (SAFETY.md, promises 4 to 6), then
// composed. Nothing is decided here; what WHEEL and RECORD say comes from repair_tags.cpp and
// repair_record.cpp.

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "repair_record.hpp"
#include "repair_rename.hpp"
#include "repair_tags.hpp"

namespace wheelaudit {
namespace {

struct NewTexts {
  std::optional<std::string> wheel;
  std::optional<std::string> record;
};

NewMember replaced(const ArchiveMember& member, std::string_view text) {
  return {.name = member.name,
          .original = {},
          .content = to_byte_vector(text),
          .dos_time = member.dos_time,
          .dos_date = member.dos_date,
          .external_attributes = member.external_attributes,
          .version_made_by = member.version_made_by};
}

std::vector<NewMember> new_members(const Wheel& wheel, const RepairPlan& plan,
                                   const NewTexts& texts) {
  const std::string wheel_path = dist_info_path(wheel, "WHEEL");
  const std::string record_path = dist_info_path(wheel, "RECORD");
  const auto renamed = new_paths(plan);
  const auto is_dropped = [&](const std::string& name) {
    return std::ranges::any_of(plan.edits, [&](const Edit& edit) {
      return edit.action == "signature" && edit.member == name;
    });
  };
  std::vector<NewMember> members;
  for (std::size_t i = 0; i < wheel.archive.members.size(); ++i) {
    const ArchiveMember& member = wheel.archive.members[i];
    if (member.name == wheel_path && texts.wheel) {
      members.push_back(replaced(member, *texts.wheel));
    } else if (member.name == record_path && texts.record) {
      members.push_back(replaced(member, *texts.record));
    } else if (!is_dropped(member.name)) {
      const auto new_path = renamed.find(member.name);
      members.push_back({.name = new_path == renamed.end() ? member.name : new_path->second,
                         .original = i,
                         .content = {}});
    }
  }
  return members;
}

bool composes_anew(const RepairPlan& plan, const NewTexts& texts) {
  return texts.wheel || texts.record || std::ranges::any_of(plan.edits, [](const Edit& edit) {
           return edit.action == "rename" || edit.action == "signature" || edit.action == "rezip";
         });
}

}  // namespace

Result<std::vector<OutputPiece>> apply_plan(const Wheel& wheel, const RepairPlan& plan,
                                            const RepairOptions& options) {
  if (!plan.obstacles.empty()) {
    return fail(ErrorKind::internal,
                fmt::format("a repair with {} against it is not carried out: {}",
                            plan.obstacles.size(), plan.obstacles.front()));
  }
  NewTexts texts{.wheel = repaired_wheel_file(wheel, plan), .record = {}};
  auto record = repaired_record(wheel, plan, texts.wheel);
  if (!record) return tl::unexpected(record.error());
  texts.record = std::move(*record);
  if (!composes_anew(plan, texts)) {
    return std::vector<OutputPiece>{
        {.input_offset = 0, .length = wheel.archive.source.size, .bytes = {}}};
  }
  return compose_archive(wheel.archive, new_members(wheel, plan, texts), options.compression_level);
}

}  // namespace wheelaudit
