// WA502 record: RECORD against what the archive holds (PEP 376, 427, 627). pip, uv and PyPI do not
// look at the hashes; a wrong one means that somebody changed a file after the build, so it is an
// error and never repaired: rewriting it would hide the change
// (docs/design/wheels.md#verify-before-rewriting). What can be written again from verified contents
// is repairable: a missing entry, size or hash, a weak hash, a right one in hex, an entry that is
// there twice or has no file.

#include <fmt/format.h>

#include <optional>
#include <set>
#include <tuple>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

using Kind = wheel::RecordMismatch::Kind;

struct Judgement {
  Severity severity = Severity::error;
  bool repairable = false;
  std::string_view message;
  std::string_view detail;
};

Judgement judgement_of(Kind kind, bool hash_agrees) {
  switch (kind) {
    case Kind::hash:
      return {Severity::error, false, "the hash in RECORD is not the file's",
              "the file was changed after the wheel was built; installers that verify refuse it"};
    case Kind::encoding:
      return {Severity::error, true, "the hash in RECORD is the file's, in another encoding",
              "the content is unchanged; installers that verify compare the texts and refuse it: "
              "RECORD writes base64 in the URL-safe alphabet, without padding"};
    case Kind::size:
      return {Severity::error, hash_agrees, "the size in RECORD is not the file's",
              hash_agrees ? "the hash agrees, so only the number is wrong"
                          : "the file was changed after the wheel was built"};
    case Kind::missing_entry:
      return {Severity::error, true, "RECORD does not list this file",
              "it is never uninstalled, no hash confirms its content, and installers that verify "
              "refuse "
              "the wheel"};
    case Kind::missing_member:
      return {Severity::error, true, "RECORD lists a file that is not in the wheel",
              "it was taken out after the wheel was built; a repair drops the line, but something "
              "may still need the file"};
    case Kind::unknown_hash:
      return {Severity::error, false, "RECORD names a hash algorithm that is not known",
              "the file cannot be verified"};
    case Kind::weak_hash:
      return {Severity::warning, true, "RECORD names a hash that no longer protects",
              "PEP 427 demands sha256 or better"};
    case Kind::no_hash:
      return {Severity::warning, true, "RECORD lists this file without a hash",
              "only RECORD itself and its signatures may be without one"};
    case Kind::duplicate_entry:
      break;
  }
  return {Severity::warning, true, "RECORD lists this file more than once",
          "readers differ in which entry they take"};
}

/// A finding is some hundred times the size of the shortest row of RECORD, and some thousand as
/// JSON: more findings would break docs/design/safety.md#promise-10, and help no reader.
constexpr std::size_t most_mismatches = 5'000;

bool is_directory(std::string_view path) { return path.ends_with('/'); }

Finding of_mismatch(const wheel::Wheel& wheel, const wheel::RecordMismatch& mismatch,
                    bool hash_agrees) {
  Judgement judged = judgement_of(mismatch.kind, hash_agrees);
  if (mismatch.kind == Kind::missing_member && is_directory(mismatch.path)) {
    judged = {Severity::warning, true, "RECORD lists a directory", "it lists files only"};
  }
  Finding finding =
      wheel_finding("WA502"_rule, judged.severity,
                    judged.severity == Severity::error ? Consequence::install : Consequence::latent,
                    mismatch.path);
  finding.message = judged.message;
  finding.expected = mismatch.expected;
  finding.found = mismatch.found;
  finding.details.emplace_back(judged.detail);
  finding.repairable = judged.repairable;
  finding.help =
      judged.repairable
          ? fmt::format("wheelaudit repair {}", file_name_of(wheel))
          : std::string("fetch or build the wheel again; a changed RECORD would hide the change");
  return finding;
}

Finding fault_finding(const wheel::DistInfo& dist_info, const Fault& fault) {
  Finding finding = wheel_finding("WA502"_rule, Severity::error, Consequence::install,
                                  dist_info.directory + "/RECORD");
  finding.message = fault.message;
  finding.place.offset = fault.offset;
  finding.details.emplace_back("the row cannot be read, so what it lists was not verified");
  finding.help = "build the wheel again";
  return finding;
}

/// What stands for all mismatches beyond `most_mismatches`: the most severe of them, with their
/// number.
Finding of_rest(Finding finding, std::uint64_t left_out) {
  finding.message = fmt::format("{} more entries in which RECORD and the files differ", left_out);
  finding.expected.clear();
  finding.found.clear();
  finding.details = {fmt::format("only the first {} are listed", most_mismatches)};
  return finding;
}

void append_mismatches(const wheel::Wheel& wheel, const std::set<std::string_view>& changed,
                       FindingSink& findings) {
  const auto is_graver = [](const Finding& one, const Finding& other) {
    return std::tuple(one.severity, !one.repairable) >
           std::tuple(other.severity, !other.repairable);
  };
  std::uint64_t told = 0;
  std::uint64_t left_out = 0;
  std::optional<Finding> gravest;
  for (const wheel::RecordMismatch& mismatch : wheel.record_mismatches) {
    if (mismatch.kind == Kind::missing_entry && is_directory(mismatch.path)) continue;
    Finding finding = of_mismatch(wheel, mismatch, !changed.contains(mismatch.path));
    if (told++ < most_mismatches) {
      findings.add(std::move(finding));
      continue;
    }
    ++left_out;
    if (!gravest || is_graver(finding, *gravest)) gravest = std::move(finding);
  }
  if (gravest) findings.add(of_rest(std::move(*gravest), left_out));
}

}  // namespace

void record_entries(const RuleInput& input, FindingSink& findings) {
  const wheel::Wheel& wheel = input.wheel;
  for (const Fault& fault : wheel.dist_info.record.faults) {
    findings.add(fault_finding(wheel.dist_info, fault));
  }
  std::set<std::string_view> changed;
  for (const wheel::RecordMismatch& mismatch : wheel.record_mismatches) {
    const bool unverified = mismatch.kind == Kind::hash || mismatch.kind == Kind::no_hash ||
                            mismatch.kind == Kind::unknown_hash;
    if (unverified) changed.insert(mismatch.path);
  }
  append_mismatches(wheel, changed, findings);
}

}  // namespace wheelaudit::rules
