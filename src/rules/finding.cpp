// The words of severities and consequences, and the severity of what linking finds
// (docs/design/verdicts.md#severity: an error when the newest release is affected, a warning when
// only older ones are).

#include "rules/finding.hpp"

#include <algorithm>

namespace wheelaudit::rules {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      break;
  }
  return "note";
}

std::string_view consequence_name(Consequence consequence) {
  switch (consequence) {
    case Consequence::poison:
      return "poison";
    case Consequence::load:
      return "load";
    case Consequence::call:
      return "call";
    case Consequence::install:
      return "install";
    case Consequence::index:
      return "index";
    case Consequence::latent:
      return "latent";
    case Consequence::style:
      break;
  }
  return "style";
}

Consequence consequence_of(profile::Outcome outcome) {
  switch (outcome) {
    case profile::Outcome::call:
      return Consequence::call;
    case profile::Outcome::load:
      return Consequence::load;
    case profile::Outcome::poison:
      return Consequence::poison;
    case profile::Outcome::ok:
      break;
  }
  return Consequence::style;
}

Severity linking_severity(const profile::AbiProfile& profile,
                          const std::vector<std::size_t>& affected) {
  if (affected.empty()) return Severity::note;
  const bool newest = std::ranges::find(affected, profile.newest()) != affected.end();
  return newest ? Severity::error : Severity::warning;
}

std::vector<std::string> release_names(const profile::AbiProfile& profile,
                                       const std::vector<std::size_t>& affected) {
  std::vector<std::string> names;
  for (const std::size_t release : affected) names.push_back(profile.runtimes[release].version);
  return names;
}

}  // namespace wheelaudit::rules
