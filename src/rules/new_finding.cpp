// The severity of a finding (docs/design/verdicts.md#severity): of what linking finds, an error
// when the newest release is affected and a warning when only older ones are; else by the
// consequence.

#include "rules/new_finding.hpp"

#include <algorithm>
#include <utility>

namespace wheelaudit::rules {

Finding wheel_finding(RuleId rule, Severity severity, Consequence consequence, std::string member) {
  Finding finding{.rule = rule, .severity = severity, .consequence = consequence};
  finding.place.member = std::move(member);
  return finding;
}

Finding target_finding(const loader::Target& target, RuleId rule,
                       const std::vector<std::size_t>& releases, Consequence consequence,
                       std::string member) {
  Finding finding{.rule = rule, .consequence = consequence};
  finding.profile = target.profile->id;
  finding.releases = release_names(*target.profile, releases);
  finding.place.member = std::move(member);
  switch (consequence) {
    case Consequence::poison:
    case Consequence::load:
    case Consequence::call:
      finding.severity = target_severity(target, releases);
      break;
    case Consequence::install:
    case Consequence::index:
      finding.severity = Severity::error;
      break;
    case Consequence::latent:
      finding.severity = Severity::warning;
      break;
    case Consequence::style:
      finding.severity = Severity::note;
      break;
  }
  return finding;
}

Severity target_severity(const loader::Target& target, const std::vector<std::size_t>& affected) {
  if (affected.empty() || target.judged.empty()) return Severity::note;
  const bool newest = std::ranges::find(affected, target.judged.back()) != affected.end();
  return newest ? Severity::error : Severity::warning;
}

std::vector<std::string> release_names(const profile::AbiProfile& profile,
                                       const std::vector<std::size_t>& affected) {
  std::vector<std::string> names;
  for (const std::size_t release : affected) names.push_back(profile.runtimes[release].version);
  return names;
}

}  // namespace wheelaudit::rules
