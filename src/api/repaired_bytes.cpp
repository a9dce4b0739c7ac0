// Choose the ABI, plan, apply, read back, audit, and only then hand out bytes
// (docs/design/repair.md#stages). The bytes handed out are compared with those that were audited,
// by their digest.

#include "api/repaired_bytes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/digest.hpp"
#include "repair/proof.hpp"

namespace wheelaudit::api {
namespace {

audit::AuditOptions audit_options(const RepairTask& task, std::span<const std::size_t> profiles) {
  audit::AuditOptions options{.selections = {task.must_pass.begin(), task.must_pass.end()},
                              .findings_size = task.read.limits.findings_size,
                              .matrix = false};
  for (const std::size_t profile : profiles)
    options.selections.push_back({.profile = profile, .release = std::nullopt});
  return options;
}

RepairedBytes refused(report::WheelReport report, std::vector<std::string> reasons) {
  std::ranges::move(reasons, std::back_inserter(report.repair->refusals));
  return {.report = std::move(report), .output_name = {}, .bytes = std::nullopt};
}

/// The reasons; and a wheel whose tags claim several ABIs can perhaps be had for one of them.
std::vector<std::string> with_advice(std::vector<std::string> reasons,
                                     const std::vector<const profile::AbiProfile*>& targets) {
  if (targets.size() < 2) return reasons;
  std::vector<std::string_view> ids;
  for (const profile::AbiProfile* target : targets) ids.push_back(target->id);
  reasons.push_back(fmt::format(
      "its tags claim {} ABIs, {}, and it must fit them all; for one of them: --plat TAG",
      targets.size(), fmt::join(ids, ", ")));
  return reasons;
}

Result<ByteVector> checked_bytes(const ByteSource& source, const repair::RepairedWheel& repaired) {
  auto bytes = zip::assemble(source, repaired.pieces);
  if (!bytes) return bytes;
  const auto digest = sha256(memory_source(*bytes));
  if (!digest) return tl::unexpected(digest.error());
  if (hex(*digest) == repaired.result->sha256) return bytes;
  return fail(base::ErrorKind::internal, "the bytes of the result are not those that were audited");
}

Result<RepairedBytes> carry_out(wheel::Wheel wheel, report::WheelReport report,
                                const repair::RepairOptions& options,
                                const std::vector<std::size_t>& profiles, const RepairTask& task) {
  std::vector<const profile::AbiProfile*> targets;
  for (const std::size_t profile : profiles) targets.push_back(&task.catalog[profile]);
  const std::vector<std::string> idle = repair::idle_drops(wheel, options);
  const ByteSource source = wheel.archive.source;
  auto repaired = repair::repair_in_memory(wheel, targets, options, task.read,
                                           [&wheel] { wheel = wheel::Wheel(); });
  if (!repaired) return tl::unexpected(repaired.error());
  report::RepairReport& repair = *report.repair;
  repair.edits = std::move(repaired->edits);
  if (!repaired->obstacles.empty())
    return refused(std::move(report), with_advice(std::move(repaired->obstacles), targets));
  const wheel::Wheel& result = *repaired->result;
  audit::AuditOptions asked = audit_options(task, profiles);
  const std::uint64_t told = rules::memory_of(report.audit.findings);
  asked.findings_size -= std::min(told, asked.findings_size / 2);
  audit::Audit after = audit::audit(result, task.catalog, asked);
  if (auto errors = repair::remaining_errors(after, options)) {
    std::vector<std::string> reasons{std::move(*errors)};
    if (auto missing = repair::missing_libraries(after, options))
      reasons.push_back(std::move(*missing));
    report.audit = std::move(after);
    return refused(std::move(report), with_advice(std::move(reasons), targets));
  }
  repair.proof = repair::proof_text(result, after, targets, options);
  repair.remarks = repair::all_remarks(repair::RepairOutcome{.result = result,
                                                             .after = after,
                                                             .output_name = repaired->output_name,
                                                             .edits = repair.edits,
                                                             .targets = targets,
                                                             .idle_drops = idle},
                                       options);
  repair.sha256 = result.sha256;
  auto bytes = checked_bytes(source, *repaired);
  if (!bytes) return tl::unexpected(bytes.error());
  return RepairedBytes{.report = std::move(report),
                       .output_name = std::move(repaired->output_name),
                       .bytes = std::move(*bytes)};
}

}  // namespace

Result<RepairedBytes> repaired_bytes(wheel::Wheel wheel, const RepairTask& task) {
  if (wheel.bare_module) return fail(base::ErrorKind::usage, "repair takes wheels, this is none");
  report::WheelReport report{
      .wheel = wheel::summarise(wheel), .audit = {}, .repair = report::RepairReport{}};
  if (!wheel.readable()) {
    report.audit = audit::audit(wheel, task.catalog, audit_options(task, {}));
    return refused(std::move(report), {"the archive cannot be read safely"});
  }
  repair::RepairOptions options = task.options;
  if (task.find_library) {
    auto libraries = repair::find_libraries(wheel, task.find_library);
    if (!libraries) return tl::unexpected(libraries.error());
    options.libraries = std::move(*libraries);
  }
  auto target = repair::choose_target(wheel, task.catalog, task.platform, options, task.read);
  if (!target) return tl::unexpected(target.error());
  report.audit = audit::audit(wheel, task.catalog, audit_options(task, target->profiles));
  report.repair->candidates = std::move(target->candidates);
  if (target->profiles.empty()) return refused(std::move(report), std::move(target->refusals));
  options.platform = target->tag;
  return carry_out(std::move(wheel), std::move(report), options, target->profiles, task);
}

}  // namespace wheelaudit::api
