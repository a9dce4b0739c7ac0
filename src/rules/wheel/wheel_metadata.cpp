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
                const Fault& fault) {
  Finding finding =
      wheel_finding("WA505"_rule, severity,
                    severity == Severity::error ? Consequence::install : Consequence::latent,
                    fmt::format("{}/{}", dist_info.directory, file));
  finding.message = fmt::format("{}: {}", file, fault.message);
  finding.place.offset = fault.offset;
  finding.help = fmt::format("fix {} in the project and build the wheel again", file);
  return finding;
}

/// "METADATA" of "METADATA: the Name is empty"; the reader puts the file in front.
std::string_view file_in_front(std::string_view message) {
  const std::size_t colon = message.find(": ");
  return colon == std::string_view::npos ? std::string_view() : message.substr(0, colon);
}

/// A newer minor Wheel-Version only makes installers warn (PEP 427), and tags in WHEEL stop none.
bool is_refused(const wheel::DistInfo& dist_info, const Fault& fault) {
  if (file_in_front(fault.message) != "WHEEL") return true;
  const bool of_version = fault.message.find("Wheel-Version") != std::string::npos;
  const auto version = dist_info.wheel.get("Wheel-Version");
  const bool same_series = version && version->starts_with("1.");
  return of_version && !(same_series && dist_info.wheel.get_all("Wheel-Version").size() == 1);
}

/// pip decodes both files strictly; other oddities of a line readers only read differently.
Severity severity_of_line(const Fault& fault) {
  return fault.message == "it is not UTF-8" ? Severity::error : Severity::warning;
}

void add_format_faults(const wheel::DistInfo& dist_info, FindingSink& findings) {
  for (const Fault& fault : dist_info.faults) {
    const std::string_view file = file_in_front(fault.message);
    const bool named = file == "METADATA" || file == "WHEEL";
    const Fault inner{named ? fault.message.substr(file.size() + 2) : fault.message, fault.offset};
    findings.add(in_file(dist_info, named ? file : "METADATA",
                         is_refused(dist_info, fault) ? Severity::error : Severity::warning,
                         inner));
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
  for (const Fault& fault : dist_info.metadata.faults) {
    findings.add(in_file(dist_info, "METADATA", severity_of_line(fault), fault));
  }
  for (const Fault& fault : dist_info.wheel.faults) {
    findings.add(in_file(dist_info, "WHEEL", severity_of_line(fault), fault));
  }
  for (const Fault& fault : dist_info.entry_points.faults) {
    findings.add(in_file(dist_info, "entry_points.txt", Severity::error, fault));
  }
  add_missing_licenses(input, findings);
}

}  // namespace wheelaudit::rules
