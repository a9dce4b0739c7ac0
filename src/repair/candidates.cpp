// `--plat auto`: every ABI whose Python fits is tried in earnest, the wheel repaired for it in
// memory and the result audited. What a wheel was built for is proven by nothing less.

#include <fmt/format.h>

#include <algorithm>

#include "repair/repair.hpp"
#include "wheel/tags.hpp"

namespace wheelaudit {
namespace {

bool an_installer_takes(const AbiProfile& profile, std::string_view platform) {
  return std::ranges::any_of(profile.runtimes, [&](const Runtime& runtime) {
    return std::ranges::find(runtime.installer_tags, platform) != runtime.installer_tags.end();
  });
}

std::string preferred_platform(const AbiProfile& profile) {
  const auto for_pypi = std::ranges::find_if(profile.tags, [&](const std::string& tag) {
    return platform_family(tag) == PlatformFamily::pyemscripten && an_installer_takes(profile, tag);
  });
  return for_pypi == profile.tags.end() ? profile.id + "_wasm32" : *for_pypi;
}

/// A wheel that has a tag of the ABI already keeps it: auto asks for an ABI, not for another name.
std::string platform_for(const Wheel& wheel, const AbiProfile& profile) {
  for (const Tag& tag : wheel.tags()) {
    if (profile.has_tag(tag.platform) && an_installer_takes(profile, tag.platform))
      return tag.platform;
  }
  return preferred_platform(profile);
}

/// What the audit of the repaired wheel says against it.
std::vector<std::string> audit_repaired(const Wheel& repaired, std::span<const AbiProfile> catalog,
                                        std::size_t profile) {
  AuditOptions asked;
  asked.selections = {{.profile = profile, .release = std::nullopt}};
  asked.matrix = false;
  asked.findings_size = 1U << 20;  // of each of nine ABIs; the rest is a count, as elsewhere
  const Audit result = audit(repaired, catalog, asked);
  std::vector<std::string> against;
  for (const Finding& finding : result.findings) {
    if (finding.severity == Severity::error) against.push_back(finding.message);
  }
  const bool fit = result.verdict == Verdict::compatible || result.verdict == Verdict::pure;
  // Fail closed, should a verdict ever come without a reason.
  if (against.empty() && !fit)
    against.push_back(fmt::format("the result is {}", verdict_name(result.verdict)));
  return against;
}

}  // namespace

Result<std::vector<Candidate>> repair_candidates(const Wheel& wheel,
                                                 std::span<const AbiProfile> catalog,
                                                 const RepairOptions& options,
                                                 const ReadOptions& read) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    const AbiProfile& profile = catalog[i];
    // Pre-releases take no part in defaults (ABI.md section 2).
    if (profile.prerelease || !python_fits(wheel, profile.python)) continue;
    Candidate candidate{
        .profile = profile.id, .platform = platform_for(wheel, profile), .against = {}};
    RepairOptions asked = options;
    asked.platform = candidate.platform;
    auto repaired = repair_in_memory(wheel, {&profile}, asked, read);
    if (!repaired) return tl::unexpected(repaired.error());
    candidate.against = repaired->obstacles.empty() ? audit_repaired(*repaired->result, catalog, i)
                                                    : std::move(repaired->obstacles);
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace wheelaudit
