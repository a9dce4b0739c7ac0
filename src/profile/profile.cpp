// Questions to a profile, and the choice of one by what users write after `--profile`: an ABI's id,
// one of its tags with or without `_wasm32`, or a release (docs/design/abis.md#choosing-a-profile).

#include "profile/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/edit_distance.hpp"

namespace wheelaudit::profile {
namespace {

/// Emscripten tags whose ABI is known, but of which no npm package holds a runtime that could be
/// profiled (docs/design/abis.md#abis-without-a-profile).
constexpr auto unprofiled = std::to_array<UnprofiledAbi>({
    {.tag = "emscripten_wasm32",
     .remark =
         "Pyodide 0.20 and older (Emscripten 2.0.27, CPython 3.10) built wheels without a "
         "version in the tag; no npm package holds that runtime, and no later one takes them"},
    {.tag = "emscripten_3_1_39_wasm32",
     .remark = "Emscripten 3.1.39 was used only between Pyodide 0.23 and 0.24; no release of "
               "Pyodide carries it"},
    {.tag = "pyemscripten_2024_0_wasm32",
     .remark = "no released runtime takes this tag: Pyodide 0.26 and 0.27 take "
               "emscripten_3_1_58_wasm32, and 0.27 also pyodide_2024_0_wasm32"},
});

constexpr std::string_view architecture = "_wasm32";

std::string_view without_architecture(std::string_view tag) {
  if (tag.ends_with(architecture)) tag.remove_suffix(architecture.size());
  return tag;
}

/// Every word that selects a profile or a release, in the catalog's order.
std::vector<std::string> selectors(std::span<const AbiProfile> catalog) {
  std::vector<std::string> all;
  for (const AbiProfile& profile : catalog) {
    all.push_back(profile.id);
    for (const std::string& tag : profile.tags) all.emplace_back(without_architecture(tag));
    for (const Runtime& runtime : profile.runtimes) all.push_back(runtime.version);
  }
  return all;
}

/// Longest text that is compared with the selectors for a suggestion; the longest real selector has
/// 21 bytes.
constexpr std::size_t longest_selector = 64;

std::string nearest_selector(std::span<const AbiProfile> catalog, std::string_view selector) {
  selector = without_architecture(selector).substr(0, longest_selector);
  std::string nearest;
  std::size_t best = longest_selector;
  for (const std::string& each : selectors(catalog)) {
    const std::size_t distance = edit_distance(selector, each);
    if (distance > best) continue;  // of equally near selectors the newest wins
    best = distance;
    nearest = each;
  }
  return nearest;
}

}  // namespace

std::size_t AbiProfile::newest() const {
  for (std::size_t i = runtimes.size(); i > 0; --i) {
    if (!runtimes[i - 1].prerelease) return i - 1;
  }
  return runtimes.empty() ? 0 : runtimes.size() - 1;
}

std::optional<std::size_t> AbiProfile::find_release(std::string_view version) const {
  const auto found = std::ranges::find(runtimes, version, &Runtime::version);
  if (found == runtimes.end()) return std::nullopt;
  return static_cast<std::size_t>(found - runtimes.begin());
}

bool AbiProfile::has_tag(std::string_view platform_tag) const {
  return std::ranges::find(tags, platform_tag) != tags.end();
}

std::span<const UnprofiledAbi> unprofiled_abis() { return unprofiled; }

Result<ProfileSelection> select_profile(std::span<const AbiProfile> catalog,
                                        std::string_view selector) {
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    const auto is_tag = [&](std::string_view tag) {
      return tag == selector || without_architecture(tag) == selector;
    };
    if (catalog[i].id == selector || std::ranges::any_of(catalog[i].tags, is_tag)) {
      return ProfileSelection{.profile = i, .release = {}};
    }
    if (const auto release = catalog[i].find_release(selector)) {
      return ProfileSelection{.profile = i, .release = release};
    }
  }
  for (const auto& [tag, remark] : unprofiled_abis()) {
    if (tag == selector || without_architecture(tag) == selector) {
      return fail(ErrorKind::usage,
                  fmt::format("there is no profile of `{}`: {}", selector, remark));
    }
  }
  const std::string nearest = nearest_selector(catalog, selector);
  return fail(ErrorKind::usage,
              fmt::format("`{}` is not a profile, tag or release known here{}; `wheelaudit profile "
                          "list` shows all",
                          selector.substr(0, longest_selector),
                          nearest.empty() ? "" : fmt::format(", the nearest is `{}`", nearest)));
}

Result<ProfileSelection> select_named(std::span<const AbiProfile> catalog,
                                      const std::string& name) {
  auto selection = select_profile(catalog, name);
  if (selection) return selection;
  const auto with_suffix = select_profile(catalog, name + "_wasm32");
  return with_suffix ? with_suffix : selection;
}

}  // namespace wheelaudit::profile
