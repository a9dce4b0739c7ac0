// WA603 requires-python: METADATA's Requires-Python excludes the CPython of a release. pip and uv
// read the field and refuse the wheel; micropip with a URL and loadPackage take the wheel without
// looking (docs/design/abis.md#installers). So the finding is an error where an installer that
// takes one of the wheel's tags on the newest judged release refuses, and says who does which.

#include <fmt/format.h>

#include <algorithm>

#include "loader/matrix.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"
#include "wheel/pep440.hpp"
#include "wheel/specifier.hpp"

namespace wheelaudit::rules {
namespace {

/// The version that installers compare: the numbers alone, also of a pre-release of CPython (pip
/// joins `sys.version_info[:3]`).
std::string compared_version(std::string_view python) {
  const auto version = wheel::parse_pep440(python);
  if (!version) return std::string(python);
  return wheel::Pep440Version{.epoch = version->epoch, .release = version->release}.str();
}

std::vector<std::size_t> excluded_releases(const loader::Target& target,
                                           std::string_view specifiers) {
  std::vector<std::size_t> releases;
  for (const std::size_t release : target.judged) {
    const std::string python = compared_version(target.profile->runtimes[release].python);
    if (wheel::specifiers_allow(specifiers, python) == false) releases.push_back(release);
  }
  return releases;
}

/// Installers that refuse the wheel though they take its tags on the newest judged release.
std::vector<std::string> refusing_installers(const wheel::Wheel& wheel,
                                             const loader::Target& target) {
  const loader::RuntimeRow row =
      loader::installers_of(wheel, *target.profile, target.profile->runtimes[target.judged.back()]);
  std::vector<std::string> names;
  if (row.pip) names.emplace_back("pip");
  if (row.uv) names.emplace_back("uv");
  return names;
}

Finding describe(const RuleInput& input, const std::vector<std::size_t>& releases,
                 std::string_view specifiers) {
  const loader::Target& target = *input.target;
  const std::string& python = target.profile->runtimes[releases.back()].python;
  const auto refusing = refusing_installers(input.wheel, target);
  const bool newest = releases.back() == target.judged.back();
  Finding finding = target_finding(target, "WA603"_rule, releases, Consequence::install,
                                   input.wheel.dist_info.directory + "/METADATA");
  finding.severity = newest && !refusing.empty() ? Severity::error : Severity::warning;
  finding.message =
      fmt::format("Requires-Python `{}` excludes CPython {}, which {} {}", specifiers, python,
                  releases_text(*target.profile, releases), verb(releases, "runs", "run"));
  finding.expected = fmt::format("a set that allows {}", python);
  finding.found = specifiers;
  if (!refusing.empty()) {
    finding.details.push_back(
        fmt::format("{} {} the wheel: \"Package requires a different Python\" or words like it",
                    enumerate(refusing), refusing.size() == 1 ? "refuses" : "refuse"));
  }
  finding.details.emplace_back(
      "micropip with the wheel's URL and loadPackage take it: they do not read Requires-Python");
  finding.help =
      "correct requires-python in the project, or tag the wheel for the ABI of a Python "
      "that it allows";
  return finding;
}

}  // namespace

void requires_python(const RuleInput& input, FindingSink& findings) {
  const auto specifiers = input.wheel.dist_info.metadata.get("Requires-Python");
  if (!specifiers || input.target->judged.empty()) return;
  const auto releases = excluded_releases(*input.target, *specifiers);
  if (!releases.empty()) findings.add(describe(input, releases, *specifiers));
}

}  // namespace wheelaudit::rules
