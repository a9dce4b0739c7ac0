// The beginnings of findings, so that every rule takes severities from the same place.

#include "rules/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wheelaudit::rules {

Finding wheel_finding(std::string_view rule, Severity severity, Consequence consequence,
                      std::string member) {
  Finding finding = finding_of(rule);
  finding.severity = severity;
  finding.consequence = consequence;
  finding.member = std::move(member);
  return finding;
}

Finding target_finding(const loader::Target& target, std::string_view rule,
                       const std::vector<std::size_t>& releases, Consequence consequence,
                       std::string member) {
  Finding finding = finding_of(rule);
  finding.profile = target.profile->id;
  finding.releases = release_names(*target.profile, releases);
  finding.consequence = consequence;
  finding.member = std::move(member);
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

std::string file_name_of(const wheel::Wheel& wheel) {
  return wheel.filename ? wheel.filename->str() : wheel.path.substr(wheel.path.rfind('/') + 1);
}

std::string quoted_list(const std::vector<std::string>& words, std::size_t shown) {
  const std::size_t listed = std::min(words.size(), shown);
  std::string text;
  for (std::size_t i = 0; i < listed; ++i) {
    const bool last = i + 1 == words.size();
    if (i > 0) text += last ? " and " : ", ";
    text += fmt::format("`{}`", words[i]);
  }
  if (listed < words.size()) text += fmt::format(" and {} more", words.size() - listed);
  return text;
}

}  // namespace wheelaudit::rules
