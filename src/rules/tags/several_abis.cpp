// WA109 several-abis: one wheel that claims platform tags of two ABIs and does not satisfy both.
// The installer of each runtime takes the wheel by that runtime's tag, so a wheel that fits one ABI
// alone breaks on the other. The rules of that ABI (WA103, WA3, WA4) say what fails; this rule says
// which tags to keep.

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/text.hpp"
#include "loader/matrix.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"
#include "wheel/python_tag.hpp"

namespace wheelaudit::rules {
namespace {

/// How the wheel fits one ABI that it claims.
struct Claim {
  const loader::Target* target = nullptr;
  bool python_fits = true;
  profile::Outcome links = profile::Outcome::ok;  ///< on the newest release judged
  std::uint64_t unresolved = 0;
  std::uint64_t mismatched = 0;

  [[nodiscard]] bool satisfied() const { return python_fits && links == profile::Outcome::ok; }
};

Claim claim_of(const RuleInput& input, const loader::Target& target) {
  Claim claim{.target = &target};
  claim.python_fits = std::ranges::any_of(input.wheel.tags(), [&](const wheel::Tag& tag) {
    return std::ranges::find(target.claimed, tag.platform) != target.claimed.end() &&
           wheel::python_accepts(target.profile->python, ascii_lower(tag.python),
                                 ascii_lower(tag.abi));
  });
  if (target.judged.empty()) return claim;
  const auto rows = loader::runtime_rows(
      input.wheel,
      loader::make_target(input.wheel, input.index, *target.profile, {target.judged.back()}));
  claim.links = rows.back().links;
  claim.unresolved = rows.back().unresolved;
  claim.mismatched = rows.back().mismatched;
  return claim;
}

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// "pyemscripten_2025_0: 3 unresolved symbols on Pyodide 0.29.5".
std::string shortcoming(const Claim& claim) {
  const profile::AbiProfile& profile = *claim.target->profile;
  std::vector<std::string> parts;
  if (!claim.python_fits) {
    parts.push_back(fmt::format("its CPython {} does not take the Python tags", profile.python));
  }
  if (claim.unresolved > 0) parts.push_back(counted(claim.unresolved, "unresolved symbol"));
  if (claim.mismatched > 0) parts.push_back(counted(claim.mismatched, "symbol"));
  if (claim.mismatched > 0) parts.back() += " of another type or kind";
  if (claim.links != profile::Outcome::ok && claim.unresolved + claim.mismatched == 0) {
    parts.emplace_back("a module or a needed library cannot be loaded");
  }
  return fmt::format("{}: {} (Pyodide {})", profile.id, enumerate(parts),
                     profile.runtimes[claim.target->judged.back()].version);
}

std::vector<std::string> ids_of(const std::vector<Claim>& claims, bool satisfied) {
  std::vector<std::string> ids;
  for (const Claim& claim : claims) {
    if (claim.satisfied() == satisfied) ids.push_back(claim.target->profile->id);
  }
  return ids;
}

std::string help_of(const std::vector<Claim>& claims) {
  std::vector<std::string> tags;
  for (const Claim& claim : claims) {
    if (!claim.satisfied()) continue;
    tags.insert(tags.end(), claim.target->claimed.begin(), claim.target->claimed.end());
  }
  if (tags.empty()) return "build one wheel for each ABI, each with its own tag";
  return fmt::format("keep only {}, and build another wheel for each other ABI", quoted_list(tags));
}

}  // namespace

void several_abis(const RuleInput& input, FindingSink& findings) {
  std::vector<Claim> claims;
  const auto claimed = [](const loader::Target& target) { return !target.claimed.empty(); };
  if (std::ranges::count_if(input.targets, claimed) < 2) return;
  for (const loader::Target& target : input.targets | std::views::filter(claimed)) {
    claims.push_back(claim_of(input, target));
  }
  const auto broken = ids_of(claims, false);
  if (broken.empty()) return;

  profile::Outcome outcome = profile::Outcome::ok;
  for (const Claim& claim : claims) outcome = loader::worst(outcome, claim.links);
  Finding finding = wheel_finding(
      "WA109"_rule, Severity::error,
      outcome == profile::Outcome::ok ? Consequence::install : consequence_of(outcome));
  const auto kept = ids_of(claims, true);
  finding.message =
      kept.empty()
          ? fmt::format("the tags claim {} ABIs, and the wheel fits none of them", claims.size())
          : fmt::format("the tags claim {} ABIs, and the wheel fits only {}", claims.size(),
                        quoted_list(kept));
  finding.expected = "one ABI for each wheel, or modules that fit all of those claimed";
  finding.found = fmt::format("not fit for {}", enumerate(broken));
  for (const Claim& claim : claims) {
    if (!claim.satisfied()) finding.details.push_back(shortcoming(claim));
  }
  finding.details.emplace_back(
      "the installer of each ABI goes by its own tag, and takes the wheel");
  finding.help = help_of(claims);
  findings.add(std::move(finding));
}

}  // namespace wheelaudit::rules
