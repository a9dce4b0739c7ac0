// WA103 python-tag: none of the wheel's Python and ABI tags is one that the profile's CPython
// accepts (PEP 425). micropip's own message misleads here: micropip names the platform first, even
// where the platform is right (docs/design/verdicts.md#misleading-messages), so a detail says what
// micropip reports.

#include "wheel/python_tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// The tags that count for this target: those of its own platform when the wheel claims it.
std::vector<wheel::Tag> tags_for(const loader::Target& target, std::vector<wheel::Tag> tags) {
  const auto& claimed = target.claimed;
  std::erase_if(tags, [&](const wheel::Tag& tag) {
    return !claimed.empty() && std::ranges::find(claimed, tag.platform) == claimed.end();
  });
  return tags;
}

/// The wheel's tags as installers compare them: in lower case.
std::vector<wheel::Tag> lower_tags(const wheel::Wheel& wheel) {
  std::vector<wheel::Tag> tags = wheel.tags();
  for (wheel::Tag& tag : tags) {
    tag = {.python = ascii_lower(tag.python),
           .abi = ascii_lower(tag.abi),
           .platform = ascii_lower(tag.platform)};
  }
  return tags;
}

/// `cp314-cp314-any`: an ABI tag with the platform `any`. The tags that installers take (packaging,
/// `cpython_tags` and `compatible_tags`; uv and micropip alike) have `any` with the ABI `none`
/// only.
bool is_taken_by_none(const wheel::Tag& tag) { return tag.platform == "any" && tag.abi != "none"; }

Finding taken_by_none(const std::vector<wheel::Tag>& tags) {
  Finding finding = wheel_finding("WA103"_rule, Severity::error, Consequence::install);
  const wheel::Tag& tag = tags.front();
  finding.message = fmt::format("no installer takes `{}`: an ABI tag needs a platform", tag.str());
  finding.expected =
      fmt::format("{}-none-any, or {}-{} with a platform", tag.python, tag.python, tag.abi);
  finding.found = tag.str();
  finding.details.emplace_back(
      "micropip, pip and uv take the platform `any` with the ABI `none` only");
  finding.help =
      "tag a wheel without compiled code py3-none-any; tag compiled code for the platform it was "
      "built for";
  return finding;
}

/// `cp312-cp312`, each once.
std::vector<std::string> python_parts(const std::vector<wheel::Tag>& tags) {
  std::vector<std::string> parts;
  for (const wheel::Tag& tag : tags) {
    std::string part = fmt::format("{}-{}", tag.python, tag.abi);
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(std::move(part));
  }
  return parts;
}

std::string without_dot(std::string_view python) {
  std::string digits(python);
  std::erase(digits, '.');
  return digits;
}

bool is_free_threaded(std::string_view abi) {
  return (abi.starts_with("cp3") && abi.ends_with('t')) || abi == "abi3t";
}

/// The reason in one sentence, by the first tag.
std::string reason(const wheel::Tag& tag, const profile::AbiProfile& profile) {
  if (is_free_threaded(tag.abi)) {
    return fmt::format("`{}` is the free-threaded build, Pyodide's CPython has the GIL", tag.abi);
  }
  if (tag.abi == "abi3" && tag.python.starts_with("cp3")) {
    return fmt::format("the stable ABI of `{}` needs CPython 3.{} or newer", tag.python,
                       tag.python.substr(3));
  }
  if (tag.python.starts_with("pp")) {
    return fmt::format("`{}` is PyPy, Pyodide is CPython", tag.python);
  }
  return fmt::format("CPython {} accepts cp{}-cp{}, cp3X-abi3 up to its own version, and py3-none",
                     profile.python, without_dot(profile.python), without_dot(profile.python));
}

/// The finding about one target, if no tag of its platform fits.
void judge(const loader::Target& target, const std::vector<wheel::Tag>& all,
           FindingSink& findings) {
  const profile::AbiProfile& profile = *target.profile;
  const std::vector<wheel::Tag> tags = tags_for(target, all);
  if (tags.empty()) return;
  const bool accepted = std::ranges::any_of(tags, [&](const wheel::Tag& tag) {
    return wheel::python_accepts(profile.python, tag.python, tag.abi);
  });
  if (accepted) return;
  const auto parts = python_parts(tags);
  Finding finding = target_finding(target, "WA103"_rule, target.judged, Consequence::install);
  finding.message = say("{} does not fit CPython {}, which {} runs",
                        saying(Says::found, quoted_list(parts)), profile.python, profile.id);
  finding.expected = fmt::format("cp{0}-cp{0}", without_dot(profile.python));
  finding.found = parts.front();
  finding.details.push_back(reason(tags.front(), profile));
  finding.details.push_back(
      "micropip reports it as a wrong platform or Emscripten version, even where these are right");
  finding.help = fmt::format("build it with CPython {} for {}", profile.python, profile.id);
  findings.add(std::move(finding));
}

}  // namespace

void python_tag(const RuleInput& input, FindingSink& findings) {
  const std::vector<wheel::Tag> tags = lower_tags(input.wheel);
  if (input.wheel.bare_module || tags.empty()) return;
  if (std::ranges::all_of(tags, is_taken_by_none)) {
    findings.add(taken_by_none(tags));
    return;
  }
  for (const loader::Target& target : input.targets) judge(target, tags, findings);
}

}  // namespace wheelaudit::rules
