#include "cli/repair_target.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wheelaudit::cli {
namespace {

std::vector<std::size_t> claimed_profiles(const Wheel& wheel,
                                          std::span<const AbiProfile> profiles) {
  std::vector<std::size_t> claimed;
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    const auto tags = wheel.tags();
    if (std::ranges::any_of(tags,
                            [&](const Tag& tag) { return profiles[i].has_tag(tag.platform); })) {
      claimed.push_back(i);
    }
  }
  return claimed;
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

Result<TargetChoice> choose_candidate(const Wheel& wheel, const RepairRun& run,
                                      const RepairOptions& options, const ReadOptions& read) {
  auto candidates = repair_candidates(wheel, run.catalog.profiles, options, read);
  if (!candidates) return tl::unexpected(candidates.error());
  TargetChoice choice;
  std::vector<std::string> fitting;
  for (const Candidate& candidate : *candidates) {
    if (!candidate.against.empty()) continue;
    fitting.push_back(candidate.platform);
    const auto& profiles = run.catalog.profiles;
    const auto found = std::ranges::find(profiles, candidate.profile, &AbiProfile::id);
    choice.profiles = {static_cast<std::size_t>(found - profiles.begin())};
    choice.tag = candidate.platform;
  }
  if (fitting.size() == 1) return choice;
  choice.candidates = std::move(*candidates);
  choice.profiles.clear();
  choice.refusals.push_back(why_no_choice(fitting, choice.candidates));
  return choice;
}

}  // namespace

Result<TargetChoice> choose_target(const Wheel& wheel, const RepairRun& run,
                                   const RepairOptions& options, const ReadOptions& read) {
  TargetChoice choice;
  if (run.platform) {
    choice.profiles = {run.platform->profile};
    choice.tag = run.platform->tag;
    return choice;
  }
  if (run.options.repair.platform.empty()) {
    choice.profiles = claimed_profiles(wheel, run.catalog.profiles);
    if (!choice.profiles.empty()) return choice;
  }
  return choose_candidate(wheel, run, options, read);
}

}  // namespace wheelaudit::cli
