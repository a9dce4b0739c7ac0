// The plan of a repair (docs/design/repair.md#stages): from facts of the wheel and of an ABI to
// edits and obstacles. Nothing is read from the archive's bytes here, and nothing is judged that
// the audit of the result judges. A wheel that needs nothing has an empty plan and is copied byte
// for byte (docs/design/safety.md#promise-6); notes and warnings about the archive need no edit.

#include "repair/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "repair/library_edits.hpp"
#include "repair/modules.hpp"
#include "repair/obstacles.hpp"
#include "repair/record.hpp"
#include "repair/rename.hpp"
#include "repair/sbom.hpp"
#include "repair/tags.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

template <class T>
void append(std::vector<T>& list, std::vector<T> more) {
  if (list.empty()) {
    list = std::move(more);
  } else {
    std::ranges::move(more, std::back_inserter(list));
  }
}

/// One edit per kind of archive fault that goes away when the archive is composed again. The edit
/// names the member when only one has the fault.
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
    edits.push_back({.kind = EditKind::rezip,
                     .member = occurrence.count == 1 ? occurrence.member : "",
                     .from = code,
                     .to = "",
                     .why = "WA510"_rule});
  }
  return edits;
}

/// Whether any edit reaches a line of RECORD: a member's content or name, or RECORD itself. A
/// retag of the file name alone does not.
bool changes_record(const wheel::Wheel& wheel, const RepairPlan& plan) {
  // Edits of tags and purelib change only WHEEL, and `rezip` changes no content.
  const bool touches_members = std::ranges::any_of(plan.edits, [&](const Edit& edit) {
    return edit.kind != EditKind::retag && edit.kind != EditKind::add_tag &&
           edit.kind != EditKind::purelib && edit.kind != EditKind::rezip;
  });
  return touches_members || repaired_wheel_file(wheel, plan).has_value();
}

std::string output_name(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                        const RepairOptions& options) {
  wheel::WheelFilename filename = *wheel.filename;
  filename.tags = repaired_tags(filename.tags, abi, options);
  return filename.str();
}

}  // namespace

RepairPlan plan_repair(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                       const RepairOptions& options) {
  RepairPlan plan;
  plan.obstacles = basic_obstacles(wheel);
  if (wheel.filename) plan.output_name = output_name(wheel, abi, options);
  if (!plan.obstacles.empty()) return plan;
  plan.obstacles = content_obstacles(wheel, abi, options);

  Renames renames = plan_renames(wheel, abi);
  append(plan.obstacles, std::move(renames.obstacles));
  plan.edits = std::move(renames.edits);
  LibraryEdits libraries = plan_libraries(wheel, abi, options);
  append(plan.obstacles, std::move(libraries.obstacles));
  append(plan.edits, vendored_count_edits(libraries.edits, options));
  append(plan.edits, std::move(libraries.edits));
  PayloadEdits payload = plan_payload(wheel, abi, options);
  append(plan.obstacles, std::move(payload.obstacles));
  append(plan.edits, std::move(payload.edits));
  append(plan.edits, tag_edits(wheel, abi, options));
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
