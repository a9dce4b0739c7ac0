// WA105 tags-disagree: the file name and the WHEEL file must say the same tags and the same build
// (PEP 427). Installers go by the file name; what is written to disk, and what `pip check` reads
// later, is the WHEEL file.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/text.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

std::set<std::string> tag_texts(const std::vector<wheel::Tag>& tags) {
  std::set<std::string> texts;
  for (const wheel::Tag& tag : tags) texts.insert(ascii_lower(tag.str()));
  return texts;
}

std::vector<std::string> only_in(const std::set<std::string>& left,
                                 const std::set<std::string>& right) {
  std::vector<std::string> rest;
  std::ranges::set_difference(left, right, std::back_inserter(rest));
  return rest;
}

std::string joined(const std::set<std::string>& texts) {
  return quoted_list({texts.begin(), texts.end()});
}

Finding disagreement(const RuleInput& input, std::string message) {
  Finding finding = wheel_finding("WA105"_rule, Severity::warning, Consequence::latent,
                                  input.wheel.dist_info.directory + "/WHEEL");
  finding.message = std::move(message);
  finding.repairable = true;
  finding.help = fmt::format("wheelaudit repair {}", file_name_of(input.wheel));
  return finding;
}

}  // namespace

void tags_disagree(const RuleInput& input, FindingSink& findings) {
  const wheel::Wheel& wheel = input.wheel;
  if (!wheel.filename || !wheel.dist_info.has_wheel) return;
  const auto named = tag_texts(wheel.filename->tags.expand());
  const auto written = tag_texts(wheel.dist_info.tags);
  if (named != written) {
    Finding finding = disagreement(
        input, written.empty() ? "the WHEEL file has no readable tag, the file name has"
                               : "the file name and the WHEEL file have different tags");
    finding.expected = joined(named);
    finding.found = written.empty() ? "none" : joined(written);
    if (const auto rest = only_in(named, written); !rest.empty()) {
      finding.details.push_back(fmt::format("only in the file name: {}", quoted_list(rest)));
    }
    if (const auto rest = only_in(written, named); !rest.empty()) {
      // With no tag in common, these are all tags of the WHEEL file.
      finding.details.push_back(
          say("only in the WHEEL file: {}", mention(finding, quoted_list(rest))));
    }
    finding.details.push_back(
        "installers go by the file name; `pip check` later goes by the WHEEL file");
    findings.add(std::move(finding));
  }
  const std::string build = wheel.filename->build.value_or("");
  if (build != wheel.dist_info.build) {
    Finding finding =
        disagreement(input, "the file name and the WHEEL file have different build tags");
    finding.expected = build.empty() ? "none" : build;
    finding.found = wheel.dist_info.build.empty() ? "none" : wheel.dist_info.build;
    findings.add(std::move(finding));
  }
}

}  // namespace wheelaudit::rules
