// Which ABI a platform tag speaks of (docs/design/abis.md#tags-and-aliases): by the catalog, by
// form and number, or by likeness.

#include "rules/tags/platform_tags.hpp"

#include <algorithm>

#include "base/edit_distance.hpp"
#include "base/text.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

constexpr std::string_view ending = "_wasm32";

/// "2025.0" of `pyodide_2025_0_wasm32`: the numbers behind the form's name, as a version.
std::string version_in(std::string_view tag) {
  const std::size_t first = tag.find('_');
  if (first == std::string_view::npos || !tag.ends_with(ending)) return {};
  const std::size_t end = tag.size() - ending.size();
  if (end <= first) return {};
  std::string version(tag.substr(first + 1, end - first - 1));
  std::ranges::replace(version, '_', '.');
  return version;
}

}  // namespace

std::vector<std::string> platform_tags(const wheel::Wheel& wheel) {
  std::vector<std::string> platforms;
  const auto add = [&](const std::string& platform) {
    std::string lower = ascii_lower(platform);
    if (std::ranges::find(platforms, lower) == platforms.end()) {
      platforms.push_back(std::move(lower));
    }
  };
  if (wheel.filename) {
    std::ranges::for_each(wheel.filename->tags.platforms, add);
  } else {
    for (const wheel::Tag& tag : wheel.tags()) add(tag.platform);
  }
  return platforms;
}

bool is_emscripten_family(std::string_view platform_tag) {
  switch (wheel::platform_family(platform_tag)) {
    case wheel::PlatformFamily::emscripten:
    case wheel::PlatformFamily::pyodide:
    case wheel::PlatformFamily::pyemscripten:
      return true;
    case wheel::PlatformFamily::any:
    case wheel::PlatformFamily::native:
    case wheel::PlatformFamily::unknown:
      break;
  }
  return false;
}

const profile::AbiProfile* profile_of_tag(std::span<const profile::AbiProfile> catalog,
                                          std::string_view platform_tag) {
  const auto found = std::ranges::find_if(
      catalog, [&](const profile::AbiProfile& profile) { return profile.has_tag(platform_tag); });
  return found == catalog.end() ? nullptr : &*found;
}

std::string other_name(std::span<const profile::AbiProfile> catalog,
                       std::string_view platform_tag) {
  // PEP 783 gave the tags that Pyodide had introduced a new name and kept their numbers.
  constexpr std::string_view older = "pyodide_";
  constexpr std::string_view newer = "pyemscripten_";
  std::string other;
  if (platform_tag.starts_with(newer)) {
    other = std::string(older) + std::string(platform_tag.substr(newer.size()));
  } else if (platform_tag.starts_with(older)) {
    other = std::string(newer) + std::string(platform_tag.substr(older.size()));
  }
  return profile_of_tag(catalog, other) == nullptr ? std::string() : other;
}

const profile::UnprofiledAbi* unprofiled(std::string_view platform_tag) {
  const auto abis = profile::unprofiled_abis();
  const auto found = std::ranges::find(abis, platform_tag, &profile::UnprofiledAbi::tag);
  return found == abis.end() ? nullptr : &*found;
}

std::string newest_older_than(std::span<const profile::AbiProfile> catalog,
                              std::string_view platform_tag) {
  const wheel::PlatformFamily family = wheel::platform_family(platform_tag);
  std::string newest;
  for (const profile::AbiProfile& profile : catalog) {
    for (const std::string& tag : profile.tags) {
      if (wheel::platform_family(tag) != family) continue;
      const auto order = wheel::compare_versions(version_in(tag), version_in(newest));
      if (newest.empty() || order.value_or(-1) > 0) newest = tag;
    }
  }
  const auto order = wheel::compare_versions(version_in(platform_tag), version_in(newest));
  return order.value_or(-1) > 0 ? newest : std::string();
}

std::string nearest_tag(std::span<const profile::AbiProfile> catalog,
                        std::string_view platform_tag) {
  // Longer texts are not typing errors, and the cost is the product of both lengths.
  constexpr std::size_t longest = 100;
  std::string nearest;
  std::size_t least = platform_tag.size() + longest;
  for (const profile::AbiProfile& profile : catalog) {
    for (const std::string& tag : profile.tags) {
      const std::size_t here = edit_distance(platform_tag.substr(0, longest), tag);
      if (here >= least) continue;
      least = here;
      nearest = tag;
    }
  }
  return nearest;
}

bool has_side_modules(const wheel::Wheel& wheel) {
  return std::ranges::any_of(wheel.modules, [](const wheel::WheelModule& module) {
    return module.facts.kind == wasm::ModuleKind::side_module;
  });
}

}  // namespace wheelaudit::rules
