// `--plat auto`: for every ABI whose Python fits, the wheel is repaired in memory and the result is
// audited. Only that audit proves that a wheel fits an ABI; its tags do not.

#include "repair/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "audit/audit.hpp"
#include "repair/in_memory.hpp"
#include "wheel/tags.hpp"

namespace wheelaudit::repair {
namespace {

bool an_installer_takes(const profile::AbiProfile& profile, std::string_view platform) {
  return std::ranges::any_of(profile.runtimes, [&](const profile::Runtime& runtime) {
    return std::ranges::find(runtime.installer_tags, platform) != runtime.installer_tags.end();
  });
}

std::string preferred_platform(const profile::AbiProfile& profile) {
  const auto for_pypi = std::ranges::find_if(profile.tags, [&](const std::string& tag) {
    return wheel::platform_family(tag) == wheel::PlatformFamily::pyemscripten &&
           an_installer_takes(profile, tag);
  });
  return for_pypi == profile.tags.end() ? profile.id + "_wasm32" : *for_pypi;
}

/// A wheel that already has a tag of the ABI keeps the tag: auto asks for an ABI, not for another
/// name of the same ABI.
std::string platform_for(const wheel::Wheel& wheel, const profile::AbiProfile& profile) {
  for (const wheel::Tag& tag : wheel.tags()) {
    if (profile.has_tag(tag.platform) && an_installer_takes(profile, tag.platform))
      return tag.platform;
  }
  return preferred_platform(profile);
}

/// Messages of the errors in the audit of the repaired wheel; none: the wheel fits the ABI.
std::vector<std::string> audit_repaired(const wheel::Wheel& repaired,
                                        std::span<const profile::AbiProfile> catalog,
                                        std::size_t profile) {
  audit::AuditOptions asked;
  asked.selections = {{.profile = profile, .release = std::nullopt}};
  asked.matrix = false;
  asked.findings_size = 1U << 20;  // bytes per ABI, of nine; further findings are counted
  const audit::Audit result = audit::audit(repaired, catalog, asked);
  std::vector<std::string> against;
  for (const rules::Finding& finding : result.findings) {
    if (finding.severity == rules::Severity::error) against.push_back(finding.message.text());
  }
  const bool fit =
      result.verdict == audit::Verdict::compatible || result.verdict == audit::Verdict::pure;
  // Fail closed: a wrong verdict without an error still counts against the ABI.
  if (against.empty() && !fit)
    against.push_back(fmt::format("the result is {}", audit::verdict_name(result.verdict)));
  return against;
}

}  // namespace

Result<std::vector<Candidate>> repair_candidates(const wheel::Wheel& wheel,
                                                 std::span<const profile::AbiProfile> catalog,
                                                 const RepairOptions& options,
                                                 const wheel::ReadOptions& read) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    const profile::AbiProfile& profile = catalog[i];
    // Pre-releases take no part in defaults (docs/design/abis.md#pre-releases).
    if (profile.prerelease || !wheel::python_fits(wheel, profile.python)) continue;
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

}  // namespace wheelaudit::repair
