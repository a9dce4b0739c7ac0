// Writes RECORD again (PEP 376, 427, 627; WA502). Verified hashes are kept as they are written;
// changed files, and files whose hash is missing or weak, get sha256. Entries keep their order, new
// entries follow, and RECORD's own entry comes last, as build tools write it. A hash that does not
// agree with its file is an obstacle (obstacles.cpp) and never gets here.

#include "repair/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/digest.hpp"
#include "repair/rename.hpp"
#include "repair/tags.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

using Kind = wheel::RecordMismatch::Kind;

constexpr std::string_view listed = "listed";
constexpr std::string_view not_listed = "not listed";
constexpr std::string_view sha256_name = "sha256";

struct Change {
  std::string from;
  std::string to;
};

/// nullopt: an obstacle, or nothing to do.
std::optional<Change> change_for(const wheel::RecordMismatch& mismatch) {
  switch (mismatch.kind) {
    case Kind::missing_entry:
      return Change{std::string(not_listed), std::string(listed)};
    case Kind::missing_member:
      return Change{std::string(listed), std::string(not_listed)};
    case Kind::weak_hash:
      return Change{mismatch.found, std::string(sha256_name)};
    case Kind::encoding:
      return Change{"a hash in another encoding", "base64 without padding"};
    case Kind::no_hash:
      return Change{"no hash", std::string(sha256_name)};
    case Kind::size:
      return Change{mismatch.expected + " bytes", mismatch.found + " bytes"};
    case Kind::duplicate_entry:
      return Change{fmt::format("listed {} times", mismatch.found), "listed once"};
    case Kind::hash:
    case Kind::unknown_hash:
      break;
  }
  return std::nullopt;
}

wheel::RecordEntry entry_for(std::string path, Bytes content) {
  return {.path = std::move(path),
          .algorithm = std::string(sha256_name),
          .digest = base64_url(sha256(content)),
          .size = content.size()};
}

/// The change that fixes a mismatch; RECORD does not list directories.
std::optional<Change> fix_for(const wheel::RecordMismatch& mismatch) {
  if (mismatch.kind == Kind::missing_entry && mismatch.path.ends_with('/')) return std::nullopt;
  return change_for(mismatch);
}

/// Further edits of RECORD are counted, not listed: an archive may have 65,535 wrong entries. WA502
/// lists as many.
constexpr std::size_t told_changes = 5'000;

class RecordWriter {
 public:
  RecordWriter(const wheel::Wheel& wheel, const RepairPlan& plan,
               const std::optional<std::string>& wheel_file, const ChangedMembers& changed)
      : wheel_(wheel),
        changed_(changed),
        wheel_file_(wheel_file),
        wheel_path_(dist_info_path(wheel, "WHEEL")),
        record_path_(dist_info_path(wheel, "RECORD")),
        new_paths_(new_paths(plan)) {
    for (const Edit& edit : plan.edits) {
      if (edit.kind == EditKind::signature || edit.kind == EditKind::drop)
        dropped_.insert(edit.member);
    }
    // All changes of RECORD; the plan lists only the first of them.
    for (const wheel::RecordMismatch& mismatch : wheel.record_mismatches) {
      const auto change = fix_for(mismatch);
      if (!change) continue;
      (change->to == not_listed ? dropped_ : hashed_again_).insert(mismatch.path);
    }
    if (wheel_file) hashed_again_.insert(wheel_path_);
    for (const auto& [path, content] : changed.rewritten) hashed_again_.insert(path);
  }

  [[nodiscard]] bool changes_anything() const {
    return !new_paths_.empty() || !dropped_.empty() || !hashed_again_.empty() ||
           !changed_.added.empty();
  }

  Result<std::string> write() {
    std::string text;  // row by row: a list of entries would take three times the memory
    std::unordered_set<std::string_view> done;
    for (const wheel::RecordEntry& entry : wheel_.dist_info.record.entries) {
      const bool skipped = entry.path == record_path_ || dropped_.contains(entry.path) ||
                           !done.insert(entry.path).second;
      if (skipped) continue;
      auto written = rewritten(entry);
      if (!written) return tl::unexpected(written.error());
      text += written->row();
    }
    for (const zip::ArchiveMember& member : wheel_.archive.members) {
      const bool missing = hashed_again_.contains(member.name) && !done.contains(member.name) &&
                           member.name != record_path_;
      if (!missing) continue;
      auto written = hashed(member.name);
      if (!written) return tl::unexpected(written.error());
      text += written->row();
    }
    for (const auto& [path, content] : changed_.added) text += entry_for(path, content).row();
    text +=
        wheel::RecordEntry{.path = record_path_, .algorithm = {}, .digest = {}, .size = {}}.row();
    return text;
  }

 private:
  [[nodiscard]] std::string path_after(const std::string& path) const {
    const auto renamed = new_paths_.find(path);
    return renamed == new_paths_.end() ? path : renamed->second;
  }

  Result<wheel::RecordEntry> rewritten(const wheel::RecordEntry& entry) const {
    if (hashed_again_.contains(entry.path)) return hashed(entry.path);
    wheel::RecordEntry kept = entry;
    kept.path = path_after(entry.path);
    return kept;
  }

  [[nodiscard]] Result<wheel::RecordEntry> hashed(const std::string& path) const {
    if (wheel_file_ && path == wheel_path_) return entry_for(path, as_bytes(*wheel_file_));
    if (const auto changed = changed_.rewritten.find(path); changed != changed_.rewritten.end())
      return entry_for(path_after(path), changed->second);
    const auto member = wheel_.archive.find(path);
    if (!member) return fail(ErrorKind::internal, fmt::format("{} is not in the wheel", path));
    const auto content =
        zip::read_member(wheel_.archive, *member, wheel_.archive.members[*member].size);
    if (!content) return tl::unexpected(content.error());
    if (content->fault) return fail(ErrorKind::io, content->fault->message);
    return entry_for(path_after(path), content->bytes);
  }

  const wheel::Wheel& wheel_;
  const ChangedMembers& changed_;
  const std::optional<std::string>& wheel_file_;
  std::string wheel_path_;
  std::string record_path_;
  std::unordered_map<std::string, std::string> new_paths_;
  std::unordered_set<std::string_view> dropped_;  // not in the new RECORD
  std::unordered_set<std::string_view> hashed_again_;
};

}  // namespace

std::vector<Edit> record_edits(const wheel::Wheel& wheel) {
  std::vector<Edit> edits;
  std::size_t changes = 0;
  for (const wheel::RecordMismatch& mismatch : wheel.record_mismatches) {
    const auto change = fix_for(mismatch);
    if (!change || ++changes > told_changes) continue;
    edits.push_back({.kind = EditKind::record,
                     .member = mismatch.path,
                     .from = change->from,
                     .to = change->to,
                     .why = "WA502"_rule});
  }
  if (changes > told_changes) {
    edits.push_back({.kind = EditKind::record,
                     .member = "",
                     .from = fmt::format("{} more entries", changes - told_changes),
                     .to = "as the members are",
                     .why = "WA502"_rule});
  }
  return edits;
}

std::vector<Edit> signature_edits(const wheel::Wheel& wheel) {
  std::vector<Edit> edits;
  for (const std::string& member : wheel.dist_info.signatures) {
    edits.push_back({.kind = EditKind::signature,
                     .member = member,
                     .from = member,
                     .to = "",
                     .why = "WA502"_rule});
  }
  return edits;
}

Result<std::optional<std::string>> repaired_record(const wheel::Wheel& wheel,
                                                   const RepairPlan& plan,
                                                   const std::optional<std::string>& wheel_file,
                                                   const ChangedMembers& changed) {
  RecordWriter writer(wheel, plan, wheel_file, changed);
  if (!writer.changes_anything()) return std::nullopt;
  auto text = writer.write();
  if (!text) return tl::unexpected(text.error());
  return std::move(*text);
}

}  // namespace wheelaudit::repair
