// The public types are copies, field by field: a room may change its own types, and users need not
// change their code.

#include "api/convert.hpp"

#include <algorithm>
#include <iterator>

#include "base/escape.hpp"
#include "rules/rule.hpp"

namespace wheelaudit::api {
namespace {

Place public_place(const rules::Finding& finding) {
  Place place{.member = finding.place.member,
              .symbol = finding.symbol,
              .offset = finding.place.offset,
              .import = std::nullopt};
  if (const auto& import = finding.place.import) {
    place.import =
        Import{.index = import->index, .module = import->module.str(), .type = import->type};
  }
  return place;
}

Finding public_finding(const rules::Finding& finding) {
  std::vector<std::string> details;
  for (const rules::Sentence& detail : finding.details) details.push_back(detail.text());
  return {.rule = rules::rule_id_text(finding.rule),
          .name = std::string(rules::rule_name(finding.rule)),
          .severity = static_cast<Severity>(finding.severity),
          .consequence = static_cast<Consequence>(finding.consequence),
          .profile = finding.profile,
          .releases = finding.releases,
          .place = public_place(finding),
          .message = finding.message.text(),
          .cause = finding.cause ? rules::cause_text(*finding.cause) : std::string(),
          .expected = finding.expected,
          .found = finding.found,
          .help = finding.help,
          .details = std::move(details),
          .repairable = finding.repairable};
}

RuntimeRow public_row(const loader::RuntimeRow& row) {
  return {.profile = row.profile,
          .release = row.pyodide,
          .micropip = row.micropip,
          .pip = row.pip,
          .uv = row.uv,
          .links = std::string(profile::outcome_name(row.links)),
          .unresolved = row.unresolved,
          .mismatched = row.mismatched};
}

RepairReport public_repair(const report::RepairReport& repair) {
  RepairReport result{.edits = {},
                      .refusals = repair.refusals,
                      .remarks = repair.remarks,
                      .candidates = {},
                      .output = repair.output.value_or(""),
                      .sha256 = repair.sha256.value_or(""),
                      .proof = repair.proof};
  for (const repair::Edit& edit : repair.edits) {
    result.edits.push_back({.action = std::string(repair::edit_kind_name(edit.kind)),
                            .member = edit.member,
                            .from = edit.from,
                            .to = edit.to,
                            .why = rules::rule_id_text(edit.why)});
  }
  for (const repair::Candidate& candidate : repair.candidates) {
    result.candidates.push_back({.profile = candidate.profile,
                                 .platform = candidate.platform,
                                 .against = candidate.against});
  }
  return result;
}

std::string full_tag(const std::string& tag) {
  return tag.ends_with("_wasm32") ? tag : tag + "_wasm32";
}

static_assert(static_cast<int>(Severity::error) == static_cast<int>(rules::Severity::error));
static_assert(static_cast<int>(Consequence::poison) ==
              static_cast<int>(rules::Consequence::poison));
static_assert(static_cast<int>(Verdict::malformed) == static_cast<int>(audit::Verdict::malformed));

}  // namespace

base::Limits limits_of(const Limits& limits) {
  return {.wheel_size = limits.wheel_size,
          .entries = limits.entries,
          .directory_size = limits.directory_size,
          .inflated_total = limits.inflated,
          .module_size = limits.module_size,
          .record_size = limits.record_size,
          .metadata_size = limits.metadata_size,
          .wheel_file_size = limits.wheel_file_size,
          .entry_points_size = limits.entry_points_size,
          .custom_sections = limits.custom_sections,
          .modules = limits.modules,
          .symbols = limits.symbols,
          .findings_size = limits.findings,
          .expanded_tags = limits.tags};
}

rules::Severity severity_of(Severity severity) { return static_cast<rules::Severity>(severity); }

wasm::Depth depth_of(Depth depth) {
  return depth == Depth::full ? wasm::Depth::full : wasm::Depth::head;
}

repair::RepairOptions repair_options_of(const Options& options) {
  repair::RepairOptions result{.only_platform = options.only_platform,
                               .exclude = options.exclude,
                               .mangle = options.mangle,
                               .library_suffix = options.library_suffix,
                               .sbom = options.sbom,
                               .strip = options.strip,
                               .drop = options.drop,
                               .source_date_epoch = options.source_date_epoch,
                               .compression_level = options.compression_level};
  std::ranges::transform(options.add_tags, std::back_inserter(result.add_tags), full_tag);
  return result;
}

WheelReport public_report(const report::WheelReport& report, int exit_code) {
  const wheel::WheelSummary& wheel = report.wheel;
  WheelReport result;
  result.path = wheel.path;
  result.sha256 = wheel.sha256;
  result.size = wheel.size;
  result.name = wheel.name().value_or("");
  result.version = wheel.version().value_or("");
  if (!wheel.bare_module) {
    for (const wheel::Tag& tag : wheel.tags()) result.tags.push_back(tag.str());
  }
  result.verdict = static_cast<Verdict>(report.audit.verdict);
  result.exit_code = exit_code;
  result.judged = report.audit.judged;
  std::ranges::transform(report.audit.findings, std::back_inserter(result.findings),
                         public_finding);
  std::ranges::transform(report.audit.runtimes, std::back_inserter(result.runtimes), public_row);
  if (report.repair) result.repair = public_repair(*report.repair);
  return result;
}

Error public_error(const base::Error& error) {
  return {.kind = static_cast<ErrorKind>(error.kind), .message = escape_message(error.message)};
}

std::string_view name_of(Severity severity) { return rules::severity_name(severity_of(severity)); }

std::string_view name_of(Consequence consequence) {
  return rules::consequence_name(static_cast<rules::Consequence>(consequence));
}

std::string_view name_of(Verdict verdict) {
  return audit::verdict_name(static_cast<audit::Verdict>(verdict));
}

}  // namespace wheelaudit::api
