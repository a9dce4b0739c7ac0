// pip and uv move what lies in `.data/platlib` and `.data/purelib` into site-packages; the package
// loader leaves the files there, where no import finds them (docs/design/sessions.md#installers).
// A repair does once what the installers would do each time, so all of them install the same. A
// file that would take the place of another is an obstacle: pip would let one overwrite the other.

#include "repair/data_moves.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "base/path.hpp"
#include "base/text.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

/// Whether the first folder of a path has a meaning for installers.
bool is_reserved(std::string_view path) {
  const std::string_view first = path.substr(0, path.find('/'));
  return first.ends_with(".dist-info") || first.ends_with(".data");
}

}  // namespace

DataMoves plan_data_moves(const wheel::Wheel& wheel, std::span<const Edit> planned) {
  std::unordered_set<std::string_view> settled;
  // In lower case: some file systems do not distinguish case.
  std::unordered_map<std::string, std::string_view> taken;
  for (const Edit& edit : planned) {
    const bool goes = edit.kind == EditKind::rename || edit.kind == EditKind::drop;
    if (goes) settled.insert(edit.member);
    if (goes || edit.kind == EditKind::vendor) taken.emplace(ascii_lower(edit.to), edit.member);
  }
  for (const zip::ArchiveMember& member : wheel.archive.members) {
    if (installed_name(member.name) == member.name && !settled.contains(member.name))
      taken.emplace(ascii_lower(member.name), member.name);
  }
  DataMoves moves;
  for (const zip::ArchiveMember& member : wheel.archive.members) {
    const std::string_view to = installed_name(member.name);
    if (to == member.name || settled.contains(member.name)) continue;
    const bool is_folder = member.name.ends_with('/');
    const auto [other, is_free] = taken.try_emplace(ascii_lower(to), member.name);
    if (!is_folder && is_reserved(to)) {
      moves.obstacles.push_back(
          fmt::format("{} would be installed as {}, a folder that installers read themselves; "
                      "leave the file out of the wheel",
                      member.name, to));
    } else if (!is_folder && !is_free) {
      moves.obstacles.push_back(
          fmt::format("{} would be installed as {}, which {} is already; leave one of them out of "
                      "the wheel",
                      member.name, to, other->second));
    } else {
      moves.edits.push_back({.kind = EditKind::move,
                             .member = member.name,
                             .from = member.name,
                             .to = is_folder ? "" : std::string(to),
                             .why = "WA506"_rule});
    }
  }
  return moves;
}

}  // namespace wheelaudit::repair
