// WA104 index-rejects-tag, with `--index pypi`: PyPI takes, for WebAssembly, only
// `pyemscripten_N_N_wasm32` (pypi/warehouse, warehouse/forklift/legacy.py, `_valid_platform_tag`;
// PEP 783). PyPI takes some native tags too, and then offers the wheel to machines that cannot run
// it.

#include <fmt/format.h>

#include <algorithm>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/tags/platform_tags.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// `linux_x86_64` and the like are refused; the tags of the platform standards are taken.
bool pypi_takes_native(std::string_view tag) {
  return !tag.starts_with("linux_") || tag == "linux_armv6l" || tag == "linux_armv7l";
}

/// The alias of the tag's ABI that PyPI and a release's installer both take; empty when there is
/// none.
std::string alias_for_pypi(const RuleInput& input, std::string_view tag) {
  const profile::AbiProfile* profile = profile_of_tag(input.catalog, tag);
  if (profile == nullptr) return {};
  for (const std::string& alias : profile->tags) {
    const bool installs =
        std::ranges::any_of(profile->runtimes, [&](const profile::Runtime& runtime) {
          return std::ranges::find(runtime.installer_tags, alias) != runtime.installer_tags.end();
        });
    if (installs && wheel::pypi_takes_platform(alias)) return alias;
  }
  return {};
}

/// What helps a wheel of native tags: a tag of the ABIs it is judged for that PyPI and a runtime
/// take. Some ABIs have none.
std::string help_for_native(const RuleInput& input) {
  std::vector<std::string> tags;
  for (const loader::Target& target : input.targets) {
    const std::string alias =
        target.profile->tags.empty() ? "" : alias_for_pypi(input, target.profile->tags.front());
    if (!alias.empty()) tags.push_back(alias);
  }
  if (tags.size() == 1) {
    return fmt::format("wheelaudit repair --plat {} {}", tags.front(), file_name_of(input.wheel));
  }
  if (!tags.empty())
    return fmt::format("tag it for the ABI it was built for: {}", quoted_list(tags));
  if (!input.targets.empty()) {
    return "PyPI has no tag for the ABIs of this Python that a runtime takes: host the wheel "
           "yourself, or build it for a newer Python";
  }
  return "tag it for the ABI it was built for, if PyPI and a runtime take one of its tags "
         "(wheelaudit profile list)";
}

Finding rejected(const RuleInput& input, const std::string& tag) {
  Finding finding = wheel_finding("WA104"_rule, Severity::error, Consequence::index);
  finding.found = tag;
  finding.expected = "pyemscripten_N_N_wasm32";
  if (wheel::platform_family(tag) == wheel::PlatformFamily::native && pypi_takes_native(tag)) {
    finding.message =
        say("PyPI would take {} and offer this WebAssembly to machines that cannot run it",
            quoted(the_found(finding)));
  } else {
    finding.message = say("PyPI does not take the platform tag {}", quoted(the_found(finding)));
    finding.details.push_back(
        fmt::format("PyPI would say: \"Binary wheel '{}' has an unsupported platform tag '{}'.\"",
                    file_name_of(input.wheel), tag));
  }
  const std::string alias = alias_for_pypi(input, tag);
  if (!alias.empty()) {
    finding.expected = alias;
    finding.repairable = true;
    finding.help = fmt::format("wheelaudit repair --plat {} {}", alias, file_name_of(input.wheel));
  } else if (is_emscripten_family(tag)) {
    finding.help =
        "PyPI has no tag for this ABI that a runtime takes: host the wheel yourself, or build for "
        "a "
        "pyemscripten ABI (wheelaudit profile list)";
  } else {
    finding.help = help_for_native(input);
  }
  return finding;
}

}  // namespace

void index_rejects_tag(const RuleInput& input, FindingSink& findings) {
  if (!input.index_pypi) return;
  for (const std::string& tag : platform_tags(input.wheel)) {
    const wheel::PlatformFamily family = wheel::platform_family(tag);
    if (family == wheel::PlatformFamily::any || wheel::pypi_takes_platform(tag)) continue;
    const bool foreign =
        family == wheel::PlatformFamily::native || family == wheel::PlatformFamily::unknown;
    if (foreign && !input.wheel.has_loadable_wasm()) continue;
    findings.add(rejected(input, tag));
  }
}

}  // namespace wheelaudit::rules
