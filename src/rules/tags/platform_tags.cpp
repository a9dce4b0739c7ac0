// Which ABI a platform tag speaks of (ABI.md section 1): by the catalog, by form and number, or by
// likeness.

#include "rules/tags/platform_tags.hpp"

#include <algorithm>
#include <numeric>

#include "rules/words.hpp"

namespace wheelaudit {
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

/// Levenshtein's distance, in the space of one row.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> platform_tags(const Wheel& wheel) {
  std::vector<std::string> platforms;
  const auto add = [&](const std::string& platform) {
    std::string lower = lower_case(platform);
    if (std::ranges::find(platforms, lower) == platforms.end()) {
      platforms.push_back(std::move(lower));
    }
  };
  if (wheel.filename) {
    std::ranges::for_each(wheel.filename->tags.platforms, add);
  } else {
    for (const Tag& tag : wheel.tags()) add(tag.platform);
  }
  return platforms;
}

bool is_emscripten_family(std::string_view platform_tag) {
  switch (platform_family(platform_tag)) {
    case PlatformFamily::emscripten:
    case PlatformFamily::pyodide:
    case PlatformFamily::pyemscripten:
      return true;
    case PlatformFamily::any:
    case PlatformFamily::native:
    case PlatformFamily::unknown:
      break;
  }
  return false;
}

const AbiProfile* profile_of_tag(std::span<const AbiProfile> catalog,
                                 std::string_view platform_tag) {
  const auto found = std::ranges::find_if(
      catalog, [&](const AbiProfile& profile) { return profile.has_tag(platform_tag); });
  return found == catalog.end() ? nullptr : &*found;
}

std::string other_name(std::span<const AbiProfile> catalog, std::string_view platform_tag) {
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

const UnprofiledAbi* unprofiled(std::string_view platform_tag) {
  const auto abis = unprofiled_abis();
  const auto found = std::ranges::find(abis, platform_tag, &UnprofiledAbi::tag);
  return found == abis.end() ? nullptr : &*found;
}

std::string newest_older_than(std::span<const AbiProfile> catalog, std::string_view platform_tag) {
  const PlatformFamily family = platform_family(platform_tag);
  std::string newest;
  for (const AbiProfile& profile : catalog) {
    for (const std::string& tag : profile.tags) {
      if (platform_family(tag) != family) continue;
      const auto order = compare_versions(version_in(tag), version_in(newest));
      if (newest.empty() || order.value_or(-1) > 0) newest = tag;
    }
  }
  const auto order = compare_versions(version_in(platform_tag), version_in(newest));
  return order.value_or(-1) > 0 ? newest : std::string();
}

std::string nearest_tag(std::span<const AbiProfile> catalog, std::string_view platform_tag) {
  // Longer texts are no typing errors, and the cost is a product of lengths.
  constexpr std::size_t longest = 100;
  std::string nearest;
  std::size_t least = platform_tag.size() + longest;
  for (const AbiProfile& profile : catalog) {
    for (const std::string& tag : profile.tags) {
      const std::size_t here = distance(platform_tag.substr(0, longest), tag);
      if (here >= least) continue;
      least = here;
      nearest = tag;
    }
  }
  return nearest;
}

bool has_side_modules(const Wheel& wheel) {
  return std::ranges::any_of(wheel.modules, [](const WheelModule& module) {
    return module.facts.kind == ModuleKind::side_module;
  });
}

std::vector<std::size_t> released_runtimes(const AbiProfile& profile) {
  std::vector<std::size_t> releases;
  for (std::size_t i = 0; i < profile.runtimes.size(); ++i) {
    if (profile.prerelease || !profile.runtimes[i].prerelease) releases.push_back(i);
  }
  return releases;
}

}  // namespace wheelaudit
