// Which ABIs a wheel is judged for (docs/design/verdicts.md#targets): what the user asked for,
// else what its platform tags say, else, for wasm under a native, unknown or `any` tag, every
// released ABI whose Python fits the Python tag.

#include "loader/choose_targets.hpp"

#include <algorithm>
#include <map>
#include <ranges>

#include "base/text.hpp"
#include "wheel/python_tag.hpp"
#include "wheel/tags.hpp"

namespace wheelaudit::loader {
namespace {

/// The releases whose own installer takes one of `tags`; all releases when none does. The tag
/// itself is then the finding (WA102), and the rest is judged as if the tag were taken.
std::vector<std::size_t> taking(const profile::AbiProfile& profile,
                                const std::vector<std::string>& tags) {
  std::vector<std::size_t> releases;
  for (const std::size_t release : released_runtimes(profile)) {
    const auto& taken = profile.runtimes[release].installer_tags;
    const bool takes = std::ranges::any_of(
        tags, [&](const std::string& tag) { return std::ranges::find(taken, tag) != taken.end(); });
    if (takes) releases.push_back(release);
  }
  return releases.empty() ? released_runtimes(profile) : releases;
}

std::vector<std::string> platforms_of(const wheel::Wheel& wheel) {
  std::vector<std::string> platforms;
  for (const wheel::Tag& tag : wheel.tags()) {
    // Installers compare tags in lower case.
    std::string platform = ascii_lower(tag.platform);
    if (std::ranges::find(platforms, platform) == platforms.end())
      platforms.push_back(std::move(platform));
  }
  return platforms;
}

/// The CPython that a bare module's file name names: "3.12" for
/// `.cpython-312-wasm32-emscripten.so`.
std::optional<std::string> python_of_file_name(std::string_view path) {
  constexpr std::string_view marker = ".cpython-3";
  const auto at = path.rfind(marker);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = path.substr(at + marker.size());
  const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789"));
  if (digits.empty()) return std::nullopt;
  return "3." + std::string(digits);
}

bool may_be_candidate(const wheel::Wheel& wheel, const profile::AbiProfile& profile) {
  if (wheel.bare_module) {
    const auto python = python_of_file_name(wheel.path);
    return !python || *python == profile.python;
  }
  return wheel::python_fits(wheel, profile.python);
}

}  // namespace

std::vector<std::size_t> released_runtimes(const profile::AbiProfile& profile) {
  std::vector<std::size_t> releases;
  for (std::size_t i = 0; i < profile.runtimes.size(); ++i) {
    if (profile.prerelease || !profile.runtimes[i].prerelease) releases.push_back(i);
  }
  return releases;
}

std::vector<Target> choose_targets(const wheel::Wheel& wheel,
                                   std::span<const profile::AbiProfile> catalog,
                                   std::span<const profile::ProfileSelection> selections) {
  struct Choice {
    std::vector<std::size_t> releases;
    std::vector<std::string> claimed;
  };
  std::map<std::size_t, Choice> chosen;  // by index into the catalog: oldest ABI first
  for (const profile::ProfileSelection& selection : selections) {
    const profile::AbiProfile& profile = catalog[selection.profile];
    Choice& choice = chosen[selection.profile];
    const auto wanted =
        selection.release ? std::vector{*selection.release} : released_runtimes(profile);
    choice.releases.insert(choice.releases.end(), wanted.begin(), wanted.end());
    std::ranges::sort(choice.releases);
    const auto duplicates = std::ranges::unique(choice.releases);
    choice.releases.erase(duplicates.begin(), duplicates.end());
  }
  const auto platforms = platforms_of(wheel);
  if (chosen.empty()) {
    for (std::size_t i = 0; i < catalog.size(); ++i) {
      std::vector<std::string> claimed;
      std::ranges::copy_if(platforms, std::back_inserter(claimed),
                           [&](const std::string& tag) { return catalog[i].has_tag(tag); });
      if (!claimed.empty())
        chosen[i] = {.releases = taking(catalog[i], claimed), .claimed = claimed};
    }
  }
  const bool of_the_family = std::ranges::any_of(platforms, [](const std::string& tag) {
    const wheel::PlatformFamily family = wheel::platform_family(tag);
    return family == wheel::PlatformFamily::emscripten ||
           family == wheel::PlatformFamily::pyodide ||
           family == wheel::PlatformFamily::pyemscripten;
  });
  if (chosen.empty() && !of_the_family && wheel.has_loadable_wasm()) {
    for (std::size_t i = 0; i < catalog.size(); ++i) {
      if (catalog[i].prerelease || !may_be_candidate(wheel, catalog[i])) continue;
      chosen[i] = {.releases = released_runtimes(catalog[i]), .claimed = {}};
    }
  }
  std::vector<Target> targets;
  for (auto& [profile, choice] : chosen) {
    targets.push_back({.profile = &catalog[profile],
                       .judged = std::move(choice.releases),
                       .claimed = std::move(choice.claimed),
                       .bindings = {},
                       .problems = {}});
  }
  return targets;
}

}  // namespace wheelaudit::loader
