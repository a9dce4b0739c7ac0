// The plan of a repair (issue 3, item 7): facts of the wheel and a target in, edits and obstacles
// out. Nothing is read from the archive's bytes here and nothing is judged that the audit of the
// result judges. A wheel that needs nothing has an empty plan and is copied byte for byte
// (docs/design/safety.md#promise-6); notes and warnings about the archive are nothing.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "repair/libraries.hpp"
#include "repair/modules.hpp"
#include "repair/obstacles.hpp"
#include "repair/record.hpp"
#include "repair/rename.hpp"
#include "repair/tags.hpp"

namespace wheelaudit::repair {
namespace {

template <class T>
void append(std::vector<T>& target, std::vector<T> more) {
  if (target.empty()) {
    target = std::move(more);
  } else {
    std::ranges::move(more, std::back_inserter(target));
  }
}

/// "rezip": what composing the archive anew takes away, one edit for each kind of fault. It names
/// the member when there is only one.
std::vector<Edit> rezip_edits(const zip::Archive& archive) {
  struct Occurrence {
    std::string member;
    std::size_t count = 0;
  };
  std::map<std::string, Occurrence> by_code;
  for (const zip::ArchiveFault& fault : archive.faults) {
    if (fault.severity != zip::ArchiveFaultSeverity::repairable) continue;
    Occurrence& occurrence = by_code[fault.code];
    if (occurrence.count++ == 0) occurrence.member = fault.member;
  }
  std::vector<Edit> edits;
  for (const auto& [code, occurrence] : by_code) {
    edits.push_back({.action = "rezip",
                     .member = occurrence.count == 1 ? occurrence.member : "",
                     .from = code,
                     .to = "",
                     .why = "WA510"});
  }
  return edits;
}

/// Whether any edit reaches a line of RECORD: a member's content or name, or RECORD itself. A
/// retag of the file name alone does not.
bool changes_record(const wheel::Wheel& wheel, const RepairPlan& plan) {
  // "retag", "add-tag" and "purelib" only reach WHEEL, "rezip" no content.
  constexpr std::array<std::string_view, 4> elsewhere{"retag", "add-tag", "purelib", "rezip"};
  const bool touches_members = std::ranges::any_of(plan.edits, [&](const Edit& edit) {
    return std::ranges::find(elsewhere, edit.action) == elsewhere.end();
  });
  return touches_members || repaired_wheel_file(wheel, plan).has_value();
}

std::string output_name(const wheel::Wheel& wheel, const profile::AbiProfile& target,
                        const RepairOptions& options) {
  wheel::WheelFilename filename = *wheel.filename;
  filename.tags = repaired_tags(filename.tags, target, options);
  return filename.str();
}

}  // namespace

RepairPlan plan_repair(const wheel::Wheel& wheel, const profile::AbiProfile& target,
                       const RepairOptions& options) {
  RepairPlan plan;
  plan.obstacles = basic_obstacles(wheel);
  if (wheel.filename) plan.output_name = output_name(wheel, target, options);
  if (!plan.obstacles.empty()) return plan;
  plan.obstacles = content_obstacles(wheel, target, options);

  Renames renames = plan_renames(wheel, target);
  append(plan.obstacles, std::move(renames.obstacles));
  plan.edits = std::move(renames.edits);
  LibraryEdits libraries = plan_libraries(wheel, target, options);
  append(plan.obstacles, std::move(libraries.obstacles));
  append(plan.edits, std::move(libraries.edits));
  PayloadEdits payload = plan_payload(wheel, target, options);
  append(plan.obstacles, std::move(payload.obstacles));
  append(plan.edits, std::move(payload.edits));
  append(plan.edits, tag_edits(wheel, target, options));
  if (auto purelib = purelib_edit(wheel)) plan.edits.push_back(std::move(*purelib));
  append(plan.edits, record_edits(wheel));
  if (auto sbom = sbom_edit(wheel, plan.edits, options)) plan.edits.push_back(std::move(*sbom));
  if (changes_record(wheel, plan)) append(plan.edits, signature_edits(wheel));
  append(plan.edits, rezip_edits(wheel.archive));
  if (!plan.edits.empty() && !wheel.contents_verified) {
    plan.obstacles.emplace_back(
        "its contents were not verified against RECORD, and a new RECORD could hide a change");
  }
  return plan;
}

}  // namespace wheelaudit::repair
