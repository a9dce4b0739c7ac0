// WA102 uninstallable-tag: a tag of the right form that the installer of no released runtime takes,
// or of an ABI that is known and has no profile, and so was not judged
// (docs/design/abis.md#installers). When only the older releases of an ABI refuse it, a note names
// the first that takes it: PyPI demands `pyemscripten_2025_0`, which 0.28.0 to 0.29.3 do not know.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "loader/choose_targets.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/tags/platform_tags.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

bool takes_any(const profile::Runtime& runtime, const std::vector<std::string>& tags) {
  return std::ranges::any_of(tags, [&](const std::string& tag) {
    return std::ranges::find(runtime.installer_tags, tag) != runtime.installer_tags.end();
  });
}

/// Tags that some release's installer takes, each once, oldest first.
std::vector<std::string> taken_tags(const profile::AbiProfile& profile,
                                    const std::vector<std::size_t>& releases) {
  std::vector<std::string> tags;
  for (const std::size_t release : releases) {
    for (const std::string& tag : profile.runtimes[release].installer_tags) {
      if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    }
  }
  return tags;
}

Finding refused_by_all(const profile::AbiProfile& profile, const std::vector<std::string>& tags,
                       const std::vector<std::size_t>& releases) {
  Finding finding = wheel_finding("WA102"_rule, Severity::error, Consequence::install);
  finding.profile = profile.id;
  finding.releases = release_names(profile, releases);
  finding.message =
      say("no released runtime's installer takes {}", saying(Says::found, quoted_list(tags)));
  finding.found = tags.front();
  const auto taken = taken_tags(profile, releases);
  if (!taken.empty()) {
    finding.expected = taken.front();
    finding.details.push_back(fmt::format("micropip of {} takes {}",
                                          releases_text(profile, releases), quoted_list(taken)));
    finding.help = fmt::format("tag it {}", taken.front());
  }
  return finding;
}

Finding only_prereleases(const profile::AbiProfile& profile, const std::vector<std::string>& tags) {
  Finding finding = wheel_finding("WA102"_rule, Severity::warning, Consequence::install);
  finding.profile = profile.id;
  const auto releases = loader::released_runtimes(profile);
  finding.releases = release_names(profile, releases);
  finding.message = fmt::format("only pre-releases take {} so far", quoted_list(tags));
  finding.details.push_back(fmt::format("judged against {}, whose ABI may still change",
                                        releases_text(profile, releases)));
  return finding;
}

Finding refused_by_older(const profile::AbiProfile& profile, const std::vector<std::string>& tags,
                         const std::vector<std::size_t>& refusing, std::size_t first) {
  Finding finding = wheel_finding("WA102"_rule, Severity::note, Consequence::install);
  finding.profile = profile.id;
  finding.releases = release_names(profile, refusing);
  finding.since = profile.runtimes[first].version;
  finding.message = say("Pyodide {} is the first whose installer takes {}",
                        profile.runtimes[first].version, saying(Says::found, quoted_list(tags)));
  finding.found = tags.front();
  const auto taken = taken_tags(profile, refusing);
  finding.details.push_back(
      fmt::format("micropip of {} refuses it", releases_text(profile, refusing)));
  if (!taken.empty()) {
    finding.details.push_back(fmt::format("micropip takes {} there", quoted_list(taken)));
    finding.help =
        fmt::format("for these a wheel needs the tag {} as well; PyPI takes only pyemscripten tags",
                    taken.front());
  }
  return finding;
}

/// The findings about one ABI; `tags` are all tags of the wheel that name the ABI.
void judge(const profile::AbiProfile& profile, const std::vector<std::string>& tags,
           FindingSink& findings) {
  const auto releases = loader::released_runtimes(profile);
  std::vector<std::size_t> refusing;
  std::optional<std::size_t> first;
  for (const std::size_t release : releases) {
    if (!takes_any(profile.runtimes[release], tags)) {
      refusing.push_back(release);
    } else if (!first) {
      first = release;
    }
  }
  if (!first) {
    findings.add(refused_by_all(profile, tags, releases));
  } else if (!refusing.empty()) {
    findings.add(refused_by_older(profile, tags, refusing, *first));
  }
  if (first && profile.prerelease) findings.add(only_prereleases(profile, tags));
}

Finding not_judged(const RuleInput& input, std::string_view tag,
                   const std::vector<std::string>& platforms) {
  Finding finding = wheel_finding("WA102"_rule, Severity::error, Consequence::install);
  finding.found = tag;
  finding.message = say("no released runtime's installer takes {}", quoted(the_found(finding)));
  if (const profile::UnprofiledAbi* abi = unprofiled(tag))
    finding.details.emplace_back(abi->remark);
  const std::string other = other_name(input.catalog, tag);
  if (std::ranges::find(platforms, other) != platforms.end()) {
    finding.severity = Severity::note;
    finding.details.push_back(fmt::format("the wheel's tag {} names the same ABI", other));
    return finding;
  }
  finding.details.emplace_back(
      "there is no profile of this name, so the wheel was not judged for it");
  // A known ABI is not a typing error, so the nearest tag would mislead.
  finding.expected = other.empty() && !unprofiled(tag) ? nearest_tag(input.catalog, tag) : other;
  finding.help =
      other.empty()
          ? std::string(
                "build it for a tag of `wheelaudit profile list`, or have it judged as another: "
                "--profile ID")
          : fmt::format("the runtimes of this ABI take {}: wheelaudit repair --plat {} {}", other,
                        other, file_name_of(input.wheel));
  return finding;
}

}  // namespace

void uninstallable_tag(const RuleInput& input, FindingSink& findings) {
  std::map<const profile::AbiProfile*, std::vector<std::string>> by_profile;
  const auto platforms = platform_tags(input.wheel);
  for (const std::string& tag : platforms) {
    if (!is_emscripten_family(tag)) continue;
    if (const profile::AbiProfile* profile = profile_of_tag(input.catalog, tag)) {
      by_profile[profile].push_back(tag);
    } else if (newest_older_than(input.catalog, tag).empty() || unprofiled(tag)) {
      findings.add(not_judged(input, tag, platforms));
    }
  }
  // The map is in the order of the catalog: its elements lie in one array.
  for (const auto& [profile, tags] : by_profile) judge(*profile, tags, findings);
}

}  // namespace wheelaudit::rules
