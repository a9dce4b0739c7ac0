// Applies a plan. Members keep the old order unless an edit names another; a member that changes
// gets new content and keeps the date and attributes of the old member
// (docs/design/repair.md#what-is-kept). Then the archive is composed. Nothing is decided here:
// tags.cpp writes WHEEL, record.cpp writes RECORD.

#include "repair/apply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "repair/modules.hpp"
#include "repair/record.hpp"
#include "repair/rename.hpp"
#include "repair/tags.hpp"
#include "zip/dates.hpp"

namespace wheelaudit::repair {
namespace {

/// Contents that differ from the input; nullopt: the old file stays.
struct NewContents {
  std::optional<std::string> wheel;
  std::optional<std::string> record;
  ChangedMembers members;
};

zip::NewMember replaced(const zip::ArchiveMember& member, std::string name, ByteVector content) {
  return {.name = std::move(name),
          .original = {},
          .content = std::move(content),
          .dos_time = member.dos_time,
          .dos_date = member.dos_date,
          .external_attributes = member.external_attributes,
          .version_made_by = member.version_made_by};
}

class MemberComposer {
 public:
  MemberComposer(const wheel::Wheel& wheel, const RepairPlan& plan, const RepairOptions& options,
                 NewContents& contents)
      : wheel_(wheel),
        options_(options),
        contents_(contents),
        renamed_(new_paths(plan)),
        dist_info_(wheel.dist_info.directory + "/") {
    for (const Edit& edit : plan.edits) {
      const bool leaves = edit.kind == EditKind::move && edit.to.empty();
      if (edit.kind == EditKind::signature || edit.kind == EditKind::drop || leaves)
        dropped_.insert(edit.member);
      if (edit.kind == EditKind::order) place_in_front(edit.member, edit.to);
    }
  }

  /// Members keep the old order, except for those that an edit puts in front of another. Vendored
  /// libraries stand in front of all, because the package loader loads modules in the order of the
  /// archive; new dist-info files stand before RECORD, which comes last, as PEP 427 recommends.
  std::vector<zip::NewMember> run() {
    result_.reserve(wheel_.archive.members.size() + contents_.members.added.size());
    add_new(false);
    const auto record = wheel_.archive.find(dist_info_path(wheel_, "RECORD"));
    for (std::size_t i = 0; i < wheel_.archive.members.size(); ++i) {
      if (i == record || placed_.contains(i)) continue;
      if (const auto in_front = in_front_of_.find(i); in_front != in_front_of_.end()) {
        for (const std::size_t library : in_front->second) add_old(library);
      }
      add_old(i);
    }
    add_new(true);
    if (record) add_old(*record);
    return std::move(result_);
  }

 private:
  void place_in_front(const std::string& member, const std::string& of) {
    const auto library = wheel_.archive.find(member);
    const auto user = wheel_.archive.find(of);
    if (library && user && placed_.insert(*library).second) in_front_of_[*user].push_back(*library);
  }

  void add_new(bool of_dist_info) {
    for (auto& [path, content] : contents_.members.added) {
      if (path.starts_with(dist_info_) != of_dist_info) continue;
      zip::NewMember member{.name = path, .original = {}, .content = std::move(content)};
      zip::stamp_with_epoch(member, options_.source_date_epoch);
      result_.push_back(std::move(member));
    }
  }

  void add_old(std::size_t index) {
    const zip::ArchiveMember& member = wheel_.archive.members[index];
    if (dropped_.contains(member.name)) return;
    const auto renamed = renamed_.find(member.name);
    const std::string& name = renamed == renamed_.end() ? member.name : renamed->second;
    const auto rewritten = contents_.members.rewritten.find(member.name);
    if (member.name == dist_info_path(wheel_, "WHEEL") && contents_.wheel) {
      result_.push_back(replaced(member, name, to_byte_vector(*contents_.wheel)));
    } else if (member.name == dist_info_path(wheel_, "RECORD") && contents_.record) {
      result_.push_back(
          replaced(member, name, to_byte_vector(*std::exchange(contents_.record, std::nullopt))));
    } else if (rewritten != contents_.members.rewritten.end()) {
      result_.push_back(replaced(member, name, std::move(rewritten->second)));
    } else {
      const bool keeps_name = renamed == renamed_.end();
      result_.push_back({.name = keeps_name ? "" : name, .original = index, .content = {}});
    }
  }

  const wheel::Wheel& wheel_;
  const RepairOptions& options_;
  NewContents& contents_;
  std::unordered_map<std::string, std::string> renamed_;
  std::string dist_info_;
  std::unordered_set<std::string_view> dropped_;
  /// Members that stand in front of another one now, by the index of that one, which keeps its
  /// place.
  std::unordered_map<std::size_t, std::vector<std::size_t>> in_front_of_;
  std::unordered_set<std::size_t> placed_;
  std::vector<zip::NewMember> result_;
};

bool must_compose(const RepairPlan& plan, const NewContents& contents) {
  // Every other kind of edit changes WHEEL, RECORD or only the file's name.
  return contents.wheel || contents.record || std::ranges::any_of(plan.edits, [](const Edit& edit) {
           return edit.kind == EditKind::rezip || edit.kind == EditKind::order;
         });
}

}  // namespace

Result<std::vector<zip::OutputPiece>> apply_plan(const wheel::Wheel& wheel, const RepairPlan& plan,
                                                 const RepairOptions& options) {
  if (!plan.obstacles.empty()) {
    return fail(ErrorKind::internal,
                fmt::format("a repair with obstacles ({}) is not carried out: {}",
                            plan.obstacles.size(), plan.obstacles.front()));
  }
  NewContents contents{.wheel = repaired_wheel_file(wheel, plan), .record = {}, .members = {}};
  auto members = changed_members(wheel, plan, options);
  if (!members) return tl::unexpected(members.error());
  contents.members = std::move(*members);
  auto record = repaired_record(wheel, plan, contents.wheel, contents.members);
  if (!record) return tl::unexpected(record.error());
  contents.record = std::move(*record);
  if (!must_compose(plan, contents)) {
    return std::vector<zip::OutputPiece>{
        {.input_offset = 0, .length = wheel.archive.source.size, .bytes = {}}};
  }
  return zip::compose_archive(wheel.archive, MemberComposer(wheel, plan, options, contents).run(),
                              options.compression_level);
}

}  // namespace wheelaudit::repair
