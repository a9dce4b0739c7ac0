// WA505 metadata: METADATA, WHEEL and entry_points.txt that installers or PyPI refuse (core
// metadata specifications, PEP 427, PEP 639, the entry points specification). What they only read
// differently from what the author meant is a warning.

#include <fmt/format.h>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

Finding in_file(const wheel::DistInfo& dist_info, std::string_view file, Severity severity,
                std::string_view message, std::optional<std::uint64_t> offset = {}) {
  Finding finding =
      wheel_finding("WA505"_rule, severity,
                    severity == Severity::error ? Consequence::install : Consequence::latent,
                    fmt::format("{}/{}", dist_info.directory, file));
  finding.message = fmt::format("{}: {}", file, message);
  finding.place.offset = offset;
  finding.help = fmt::format("fix {} in the project and build the wheel again", file);
  return finding;
}

/// A newer minor Wheel-Version only makes installers warn (PEP 427), and tags in WHEEL stop none.
bool is_refused(const wheel::DistInfo& dist_info, wheel::DistInfoFaultKind kind) {
  if (kind != wheel::DistInfoFaultKind::wheel_version)
    return kind == wheel::DistInfoFaultKind::metadata_field;
  const auto versions = dist_info.wheel.get_all("Wheel-Version");
  return versions.size() != 1 || !versions.front().starts_with("1.");
}

/// pip decodes both files strictly; other oddities of a line readers only read differently.
Severity severity_of(wheel::HeaderFaultKind kind) {
  return kind == wheel::HeaderFaultKind::encoding ? Severity::error : Severity::warning;
}

void add_format_faults(const wheel::DistInfo& dist_info, FindingSink& findings) {
  for (const wheel::DistInfoFault& fault : dist_info.faults) {
    const bool in_metadata = fault.kind == wheel::DistInfoFaultKind::metadata_field;
    findings.add(in_file(dist_info, in_metadata ? "METADATA" : "WHEEL",
                         is_refused(dist_info, fault.kind) ? Severity::error : Severity::warning,
                         fault.message));
  }
}

void add_missing_licenses(const RuleInput& input, FindingSink& findings) {
  const wheel::DistInfo& dist_info = input.wheel.dist_info;
  for (const std::string& file : dist_info.missing_licenses) {
    Finding finding =
        wheel_finding("WA505"_rule, input.index_pypi ? Severity::error : Severity::warning,
                      input.index_pypi ? Consequence::index : Consequence::latent,
                      dist_info.directory + "/METADATA");
    finding.message = fmt::format("the licence file `{}` that METADATA names is missing", file);
    finding.expected = fmt::format("{}/licenses/{}", dist_info.directory, file);
    finding.details.push_back(fmt::format(
        "PyPI would say: \"License-File {} does not exist in distribution file {} at {}\"", file,
        file_name_of(input.wheel), finding.expected));
    finding.help = "let the build include the file, or drop its License-File line";
    findings.add(std::move(finding));
  }
}

}  // namespace

void wheel_metadata(const RuleInput& input, FindingSink& findings) {
  const wheel::DistInfo& dist_info = input.wheel.dist_info;
  add_format_faults(dist_info, findings);
  for (const wheel::HeaderFault& fault : dist_info.metadata.faults) {
    findings.add(
        in_file(dist_info, "METADATA", severity_of(fault.kind), fault.message, fault.offset));
  }
  for (const wheel::HeaderFault& fault : dist_info.wheel.faults) {
    findings.add(in_file(dist_info, "WHEEL", severity_of(fault.kind), fault.message, fault.offset));
  }
  for (const Fault& fault : dist_info.entry_points.faults) {
    findings.add(
        in_file(dist_info, "entry_points.txt", Severity::error, fault.message, fault.offset));
  }
  add_missing_licenses(input, findings);
}

}  // namespace wheelaudit::rules
