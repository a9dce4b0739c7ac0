// WA101 unknown-platform-tag: a platform tag of no known form on WebAssembly, or a well-formed one
// newer than every profile. Either way nothing in the wheel could be judged for that tag.

#include <fmt/format.h>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/tags/platform_tags.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// Whether the tag is a typing error of a tag for Pyodide: told whatever the wheel holds.
bool resembles_family(std::string_view tag) {
  return tag.find("wasm32") != std::string_view::npos ||
         tag.find("emscripten") != std::string_view::npos ||
         tag.find("pyodide") != std::string_view::npos;
}

std::string without_ending(std::string_view tag) {
  constexpr std::string_view ending = "_wasm32";
  return std::string(tag.ends_with(ending) ? tag.substr(0, tag.size() - ending.size()) : tag);
}

Finding newer(std::string_view tag, std::string_view newest) {
  Finding finding = wheel_finding("WA101"_rule, Severity::error, Consequence::install);
  finding.found = tag;
  finding.message = say("platform tag {} is newer than this version's profiles (up to {})",
                        quoted(the_found(finding)), without_ending(newest));
  finding.details.push_back("nothing in this wheel was judged for it");
  finding.help =
      "use a newer wheelaudit, or make the profile from its runtime (wheelaudit profile generate "
      "DIR "
      "-o FILE) and pass --profile FILE";
  return finding;
}

/// The tag that maturin gives to modules for a CPython built for WASI.
constexpr std::string_view wasi_tag = "wasi_0_0_0_wasm32";

Finding for_wasi(std::string_view tag) {
  Finding finding = wheel_finding("WA101"_rule, Severity::error, Consequence::install);
  finding.message =
      fmt::format("`{}` is the tag of CPython for WASI, not of an Emscripten runtime", tag);
  finding.found = tag;
  finding.details.emplace_back("no installer takes a wheel of this tag for Pyodide");
  finding.help = "for Pyodide build the wheel with Emscripten; wheelaudit judges no WASI wheels";
  return finding;
}

Finding unknown(const RuleInput& input, std::string_view tag) {
  Finding finding = wheel_finding("WA101"_rule, Severity::error, Consequence::install);
  const std::string nearest = nearest_tag(input.catalog, tag);
  finding.found = tag;
  finding.message = say("unknown platform tag {}", quoted(the_found(finding)));
  finding.details.push_back("no installer takes a wheel of this tag for Pyodide");
  if (nearest.empty()) return finding;
  finding.expected = nearest;
  finding.details.push_back(fmt::format("the nearest known tag is `{}`", nearest));
  finding.repairable = !input.targets.empty();
  finding.help = finding.repairable
                     ? fmt::format("wheelaudit repair --plat {} {}", without_ending(nearest),
                                   file_name_of(input.wheel))
                     : std::string("wheelaudit profile list names the known tags");
  return finding;
}

}  // namespace

void unknown_platform_tag(const RuleInput& input, FindingSink& findings) {
  for (const std::string& tag : platform_tags(input.wheel)) {
    if (wheel::platform_family(tag) == wheel::PlatformFamily::unknown) {
      if (input.wheel.has_loadable_wasm() || resembles_family(tag)) {
        findings.add(tag == wasi_tag ? for_wasi(tag) : unknown(input, tag));
      }
      continue;
    }
    if (!is_emscripten_family(tag) || profile_of_tag(input.catalog, tag) || unprofiled(tag)) {
      continue;
    }
    const std::string newest = newest_older_than(input.catalog, tag);
    if (!newest.empty()) findings.add(newer(tag, newest));
  }
}

}  // namespace wheelaudit::rules
