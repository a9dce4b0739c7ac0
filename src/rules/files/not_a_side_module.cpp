// WA202 not-a-side-module and WA203 legacy-dylink: WebAssembly that the dynamic loader cannot take
// because of its dylink section. Every release wants that section first ("need the dylink section
// to be first"); which of the two forms it understands differs (ABI.md section 3). Files that no
// loader opens by itself (`.wasm`) are data: a note.

#include <fmt/format.h>

#include <algorithm>

#include "rules/findings.hpp"
#include "rules/linking/linking.hpp"
#include "rules/rule_functions.hpp"

namespace wheelaudit {
namespace {

struct Words {
  std::string_view what;
  std::string_view help;
};

std::optional<Words> words_of(ModuleKind kind) {
  switch (kind) {
    case ModuleKind::static_wasm:
      return Words{"a main module or static program",
                   "link it as a side module: emcc -sSIDE_MODULE=2, or wasm-ld -shared "
                   "--experimental-pic"};
    case ModuleKind::relocatable:
      return Words{"an object file that was never linked",
                   "link it: emcc -sSIDE_MODULE=2 FILE.o -o FILE.so"};
    case ModuleKind::component:
      return Words{"a component",
                   "the component model is not dynamic linking: build the core "
                   "module with Emscripten, as a side module"};
    case ModuleKind::wasi:
      return Words{"a WASI program",
                   "build it with Emscripten, as a side module: WASI programs "
                   "are not loaded into Pyodide"};
    case ModuleKind::side_module:
    case ModuleKind::not_wasm:
    case ModuleKind::malformed:
      break;
  }
  return std::nullopt;
}

/// The worst that a judged release does about a missing dylink section; without a target, what all
/// known ones do.
Outcome outcome_without_dylink(const RuleInput& input) {
  if (input.targets.empty()) return Outcome::load;
  Outcome outcome = Outcome::ok;
  for (const Target& target : input.targets) {
    for (const std::size_t release : target.judged) {
      outcome = worst(outcome, target.profile->runtimes[release].loader.no_dylink);
    }
  }
  return outcome;
}

}  // namespace

std::vector<Finding> not_a_side_module(const RuleInput& input) {
  std::vector<Finding> findings;
  const Outcome outcome = outcome_without_dylink(input);
  for (const WheelModule& module : input.wheel.modules) {
    const auto words = words_of(module.facts.kind);
    if (!words) continue;
    const bool loaded =
        (is_preloaded_name(module.path) || input.wheel.bare_module) && outcome != Outcome::ok;
    Finding finding =
        wheel_finding("WA202", loaded ? Severity::error : Severity::note,
                      loaded ? consequence_of(outcome) : Consequence::style, module.path);
    finding.message = fmt::format("{}, not a side module", words->what);
    finding.expected = "a dylink.0 section first";
    finding.found = module_kind_name(module.facts.kind);
    if (loaded) {
      finding.details.push_back("the load fails: \"need the dylink section to be first\"");
      finding.help = words->help;
    } else {
      finding.details.push_back("no loader opens a file of this name by itself: data");
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> legacy_dylink(const RuleInput& input) {
  std::vector<Finding> findings;
  const Target& target = *input.target;
  for (const WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != ModuleKind::side_module) continue;
    if (!module.facts.dylink || !module.facts.dylink->legacy) continue;
    std::vector<std::size_t> refusing;
    Outcome outcome = Outcome::ok;
    for (const std::size_t release : target.judged) {
      const Outcome here = target.profile->runtimes[release].loader.legacy_dylink;
      if (here == Outcome::ok) continue;
      refusing.push_back(release);
      outcome = worst(outcome, here);
    }
    if (refusing.empty()) continue;
    Finding finding =
        target_finding(target, "WA203", refusing, consequence_of(outcome), module.path);
    finding.message = "the old `dylink` section, which this runtime does not read";
    finding.offset = module.facts.dylink->section_offset;
    finding.expected = "dylink.0";
    finding.found = "dylink";
    finding.details.push_back(
        fmt::format("{} {} only `dylink.0`: the load fails with an error that says nothing",
                    releases_text(*target.profile, refusing), verb(refusing, "reads", "read")));
    finding.help = fmt::format("rebuild with Emscripten {}, whose linker writes `dylink.0`",
                               target.profile->emscripten);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace wheelaudit
