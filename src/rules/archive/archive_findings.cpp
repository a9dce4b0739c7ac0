// Faults of the archive as findings. What PyPI refuses and what only wheelaudit refuses are two
// lists (docs/design/archive.md#two-lists): only findings of the first say "PyPI would refuse this
// because …".

#include "rules/archive/archive_findings.hpp"

#include <fmt/format.h>

#include "rules/say.hpp"

namespace wheelaudit::rules {
namespace {

/// Severity and consequence (docs/design/verdicts.md#severity): an unreadable archive is as bad as
/// a module that cannot be loaded; a fault that only PyPI refuses keeps the wheel out of the index.
Finding weighed(const zip::ArchiveFault& fault) {
  switch (fault.severity) {
    case zip::ArchiveFaultSeverity::malformed:
      return {.severity = Severity::error, .consequence = Consequence::load};
    case zip::ArchiveFaultSeverity::repairable:
      return {.severity = Severity::error, .consequence = Consequence::index, .repairable = true};
    case zip::ArchiveFaultSeverity::warning:
      return {.severity = Severity::warning, .consequence = Consequence::latent};
    case zip::ArchiveFaultSeverity::note:
      break;
  }
  return {.severity = Severity::note, .consequence = Consequence::style};
}

std::string help_for(const zip::ArchiveFault& fault) {
  if (fault.kind == zip::ArchiveFaultKind::limit) {
    return fault.option.empty()
               ? "if the wheel is to be trusted, raise the limit"
               : fmt::format("if the wheel is to be trusted, raise the limit with {}",
                             fault.option);
  }
  switch (fault.severity) {
    case zip::ArchiveFaultSeverity::malformed:
      return "do not install or upload this file; build the wheel again";
    case zip::ArchiveFaultSeverity::repairable:
      return "`wheelaudit repair` writes the archive clean";
    case zip::ArchiveFaultSeverity::warning:
      return fault.kind == zip::ArchiveFaultKind::path
                 ? "rename one of the two files"
                 : "`wheelaudit repair` writes the archive clean";
    case zip::ArchiveFaultSeverity::note:
      break;
  }
  return {};
}

Finding finding_from(const zip::ArchiveFault& fault, RuleId rule) {
  Finding finding = weighed(fault);
  finding.rule = rule;
  finding.place.member = fault.member;
  finding.place.offset = fault.offset;
  finding.message =
      fault.says_found ? say("{}", saying(Says::found, fault.message)) : Sentence(fault.message);
  finding.expected = fault.expected;
  finding.found = fault.found;
  finding.help = help_for(fault);
  if (fault.refused_by_pypi) {
    finding.details.push_back(fmt::format("PyPI would refuse this because {}", fault.other_reader));
  } else if (!fault.other_reader.empty()) {
    finding.details.push_back(fault.other_reader);
  }
  return finding;
}

}  // namespace

void add_archive_findings(const wheel::Wheel& wheel, zip::ArchiveFaultKind kind, RuleId rule,
                          FindingSink& findings) {
  for (const std::vector<zip::ArchiveFault>* faults :
       {&wheel.archive.faults, &wheel.content_faults}) {
    for (const zip::ArchiveFault& fault : *faults) {
      if (fault.kind == kind) findings.add(finding_from(fault, rule));
    }
  }
}

}  // namespace wheelaudit::rules
