// The choice has three sources, in this order: the platform that the user names, the ABIs that the
// wheel's tags claim, the one ABI that the wheel fits. If it fits several, nothing is chosen: a
// guess could write a tag that the author did not mean.

#include "repair/choose_abi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "wheel/tags.hpp"

namespace wheelaudit::repair {
namespace {

std::vector<std::size_t> claimed_profiles(const wheel::Wheel& wheel,
                                          std::span<const profile::AbiProfile> profiles) {
  std::vector<std::size_t> claimed;
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    const auto tags = wheel.tags();
    if (std::ranges::any_of(
            tags, [&](const wheel::Tag& tag) { return profiles[i].has_tag(tag.platform); })) {
      claimed.push_back(i);
    }
  }
  return claimed;
}

/// A wheel without native code whose platform is `any` is repaired the same for every ABI, and
/// keeps its tags: the newest ABI stands for all of them.
std::optional<std::size_t> profile_for_pure(const wheel::Wheel& wheel,
                                            std::span<const profile::AbiProfile> catalog) {
  if (!wheel.modules.empty() || !wheel::only_any_platform(wheel)) return std::nullopt;
  for (std::size_t i = catalog.size(); i > 0; --i) {
    if (!catalog[i - 1].prerelease && wheel::python_fits(wheel, catalog[i - 1].python))
      return i - 1;
  }
  return std::nullopt;
}

std::string why_no_choice(const std::vector<std::string>& fitting,
                          const std::vector<Candidate>& candidates) {
  if (!fitting.empty()) {
    return fmt::format("this wheel fits {} ABIs equally well; name one of their tags: --plat TAG",
                       fitting.size());
  }
  return candidates.empty()
             ? "no ABI's Python fits this wheel's Python tag; name a target: --plat TAG"
             : "this wheel can be repaired for no ABI";
}

Result<AbiChoice> choose_candidate(const wheel::Wheel& wheel,
                                   std::span<const profile::AbiProfile> catalog,
                                   const RepairOptions& options, const wheel::ReadOptions& read) {
  auto candidates = repair_candidates(wheel, catalog, options, read);
  if (!candidates) return tl::unexpected(candidates.error());
  AbiChoice choice;
  std::vector<std::string> fitting;
  for (const Candidate& candidate : *candidates) {
    if (!candidate.against.empty()) continue;
    fitting.push_back(candidate.platform);
    const auto found = std::ranges::find(catalog, candidate.profile, &profile::AbiProfile::id);
    choice.profiles = {static_cast<std::size_t>(found - catalog.begin())};
    choice.tag = candidate.platform;
  }
  if (fitting.size() == 1) return choice;
  choice.candidates = std::move(*candidates);
  choice.profiles.clear();
  choice.refusals.push_back(why_no_choice(fitting, choice.candidates));
  return choice;
}

Result<NamedPlatform> platform_named(std::span<const profile::AbiProfile> catalog,
                                     const std::string& platform) {
  const auto selection = profile::select_named(catalog, platform);
  if (!selection) return tl::unexpected(selection.error());
  const profile::AbiProfile& profile = catalog[selection->profile];
  for (const std::string& tag : {platform, platform + "_wasm32"}) {
    if (profile.has_tag(tag)) return NamedPlatform{.profile = selection->profile, .tag = tag};
  }
  if (profile.tags.empty()) {
    return fail(ErrorKind::usage, fmt::format("the profile {} names no platform tag", profile.id));
  }
  return NamedPlatform{.profile = selection->profile, .tag = profile.tags.front()};
}

}  // namespace

Result<PlatformWish> platform_wish(std::span<const profile::AbiProfile> catalog,
                                   const std::string& words) {
  if (words.empty() || words == "auto") return PlatformWish{.automatic = !words.empty()};
  auto platform = platform_named(catalog, words);
  if (!platform) return tl::unexpected(platform.error());
  return PlatformWish{.platform = std::move(*platform)};
}

Result<AbiChoice> choose_abi(const wheel::Wheel& wheel,
                             std::span<const profile::AbiProfile> catalog, const PlatformWish& wish,
                             const RepairOptions& options, const wheel::ReadOptions& read) {
  AbiChoice choice;
  if (wish.platform) {
    choice.profiles = {wish.platform->profile};
    choice.tag = wish.platform->tag;
    return choice;
  }
  if (!wish.automatic) {
    choice.profiles = claimed_profiles(wheel, catalog);
    if (!choice.profiles.empty()) return choice;
    if (const auto any = profile_for_pure(wheel, catalog)) {
      choice.profiles = {*any};
      return choice;
    }
  }
  return choose_candidate(wheel, catalog, options, read);
}

}  // namespace wheelaudit::repair
