// WA106 pure-tag-native-code and WA107 native-platform-tag: WebAssembly side modules under a tag
// that says `any` or names a native platform. The code may be right and only the tag wrong, so both
// are repairable when some ABI is a candidate; whether one passes is for the audit to say.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/tags/platform_tags.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

std::vector<std::string> platforms_of_family(const wheel::Wheel& wheel,
                                             wheel::PlatformFamily family) {
  std::vector<std::string> platforms = platform_tags(wheel);
  std::erase_if(platforms,
                [&](const std::string& tag) { return wheel::platform_family(tag) != family; });
  return platforms;
}

std::string enumerated(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

/// The runtime whose words are quoted: the newest judged one, else the newest known.
const profile::Runtime* speaking_runtime(const RuleInput& input) {
  if (!input.targets.empty() && !input.targets.back().judged.empty()) {
    const loader::Target& target = input.targets.back();
    return &target.profile->runtimes[target.judged.back()];
  }
  for (auto profile = input.catalog.rbegin(); profile != input.catalog.rend(); ++profile) {
    if (!profile->prerelease && !profile->runtimes.empty()) {
      return &profile->runtimes[profile->newest()];
    }
  }
  return nullptr;
}

/// What to do: `repair` when some ABI fits the Python tag.
void add_way_out(const RuleInput& input, Finding& finding) {
  finding.repairable = !input.targets.empty();
  finding.help = finding.repairable
                     ? fmt::format("wheelaudit repair {}", file_name_of(input.wheel))
                     : std::string(
                           "no ABI fits this wheel's Python tag: build it for one of "
                           "`wheelaudit profile list`");
}

}  // namespace

void pure_tag_native_code(const RuleInput& input, FindingSink& findings) {
  if (platforms_of_family(input.wheel, wheel::PlatformFamily::any).empty() ||
      !has_side_modules(input.wheel)) {
    return;
  }
  const auto module =
      std::ranges::find(input.wheel.modules, wasm::ModuleKind::side_module,
                        [](const wheel::WheelModule& candidate) { return candidate.facts.kind; });
  Finding finding = wheel_finding("WA106"_rule, Severity::error, Consequence::load, module->path);
  finding.expected = "the platform tag of one ABI";
  finding.found = "any";
  finding.message = say("the tag says {}, the code is WebAssembly", the_found(finding));
  finding.details.push_back(
      "every Python takes the wheel, and all but one ABI fail to load the module");
  add_way_out(input, finding);
  findings.add(std::move(finding));
}

void native_platform_tag(const RuleInput& input, FindingSink& findings) {
  const auto platforms = platforms_of_family(input.wheel, wheel::PlatformFamily::native);
  if (platforms.empty() || !has_side_modules(input.wheel)) return;
  Finding finding = wheel_finding("WA107"_rule, Severity::error, Consequence::install);
  finding.expected = "the platform tag of one ABI";
  finding.found = enumerated(platforms);
  finding.message = say("the {} {}, the code is WebAssembly",
                        platforms.size() == 1 ? "tag says" : "tags say", the_found(finding));
  if (const profile::Runtime* runtime = speaking_runtime(input)) {
    finding.details.push_back(
        fmt::format("Pyodide {} would say: \"Wheel platform '{}' is not compatible with Pyodide's "
                    "platform 'emscripten-{}-wasm32'\"",
                    runtime->version, platforms.front(), runtime->emscripten));
  }
  add_way_out(input, finding);
  findings.add(std::move(finding));
}

}  // namespace wheelaudit::rules
