// WA311 feature: instructions that not every engine takes. What the reader itself does not
// understand may be right; it cannot be judged, so it is never compatible
// (docs/design/modules.md#not-understood). The rest is a matter of browsers: an engine that does
// not know an instruction refuses the whole module. Pyodide runs in the stable browsers of its day;
// which browser knows which feature is public (the numbers below are from
// webassembly.org/features).

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"

namespace wheelaudit::rules {
namespace {

constexpr int never = 999'999;

/// A feature and the last of the three engines to have it in a stable release.
struct Baseline {
  std::string_view feature;
  int since = 0;  ///< year and month, 202403; `never`: one engine lacks it
  std::string_view last;
  std::string_view others;
};
constexpr auto baselines = std::to_array<Baseline>({
    {"exceptions", 202112, "Safari 15.2", "Chrome 95 and Firefox 100"},
    {"extended-const", 202403, "Safari 17.4", "Chrome 114, Firefox 112 and Node 21"},
    {"relaxed-simd", never, "Safari", "Chrome 114, Firefox 145 and Node 21"},
    {"simd", 202303, "Safari 16.4", "Chrome 91 and Firefox 89"},
    {"tail-call", 202412, "Safari 18.2", "Chrome 112 and Firefox 121"},
});

/// When the first release of each line of Pyodide came out: the stable browsers of its day are
/// those of that month. Later lines came out when browsers had every feature above, except the one
/// that Safari lacks.
struct Line {
  std::string_view prefix;
  int published = 0;
};
constexpr auto lines = std::to_array<Line>({
    {"0.21.", 202208},
    {"0.22.", 202301},
    {"0.23.", 202303},
    {"0.24.", 202309},
    {"0.25.", 202401},
    {"0.26.", 202405},
});

int published(const profile::Runtime& runtime) {
  const auto line = std::ranges::find_if(
      lines, [&](const Line& known) { return runtime.version.starts_with(known.prefix); });
  return line == lines.end() ? never - 1 : line->published;
}

Finding not_understood(const wheel::WheelModule& module, const wasm::ModuleFault& fault) {
  Finding finding{.rule = "WA311"_rule};
  finding.severity = Severity::error;
  finding.consequence = Consequence::load;
  finding.place.member = module.path;
  finding.place.offset = fault.offset;
  finding.message = fmt::format("not understood: {}", fault.message);
  if (fault.function) finding.details.push_back(fmt::format("in function {}", *fault.function));
  finding.details.push_back("an engine that does not know it refuses the module");
  finding.help = "build without the feature, or use a newer wheelaudit";
  return finding;
}

std::string place_of(const wasm::FeatureUse& use) {
  return use.function == wasm::no_function ? std::string("first in an initialiser")
                                           : fmt::format("first in function {}", use.function);
}

/// A finding for the releases of the target that are older than the feature is in all engines;
/// nullopt when there are none.
std::optional<Finding> beyond_baseline(const loader::Target& target,
                                       const wheel::WheelModule& module,
                                       const wasm::FeatureUse& use) {
  const auto baseline = std::ranges::find(baselines, use.feature, &Baseline::feature);
  if (baseline == baselines.end()) return std::nullopt;
  std::vector<std::size_t> releases;
  for (const std::size_t release : target.judged) {
    if (published(target.profile->runtimes[release]) < baseline->since) releases.push_back(release);
  }
  if (releases.empty()) return std::nullopt;
  const bool lacking = baseline->since == never;
  Finding finding = target_finding(target, "WA311"_rule, releases,
                                   lacking ? Consequence::latent : Consequence::style, module.path);
  finding.place.offset = use.offset;
  finding.found = use.feature;
  finding.message =
      lacking ? fmt::format("the code uses {}, which not every browser has", use.feature)
              : fmt::format(
                    "the code uses {}, which some browsers lacked when this Pyodide was published",
                    use.feature);
  finding.details.push_back(place_of(use));
  finding.details.push_back(
      lacking ? fmt::format("{} have it, {} only behind a flag: there the module cannot be loaded",
                            baseline->others, baseline->last)
              : fmt::format("{} was the last to add it (after {}): older ones refuse the "
                            "module",
                            baseline->last, baseline->others));
  finding.help = fmt::format("compile without it (-mno-{})", use.feature);
  return finding;
}

/// Every engine takes atomic instructions, and Pyodide has no other thread to wait for.
Finding atomics(const loader::Target& target, const wheel::WheelModule& module,
                const wasm::FeatureUse& use) {
  Finding finding =
      target_finding(target, "WA311"_rule, target.judged, Consequence::style, module.path);
  finding.place.offset = use.offset;
  finding.found = use.feature;
  finding.message = "the code has atomic instructions, and Pyodide no threads";
  finding.details.push_back(place_of(use));
  finding.details.push_back("they work on its unshared memory; waiting traps");
  finding.help = "compile without -pthread and -matomics";
  return finding;
}

}  // namespace

void feature(const RuleInput& input, FindingSink& findings) {
  for (const wheel::WheelModule& module : input.wheel.modules) {
    for (const wasm::ModuleFault& fault : module.facts.faults) {
      if (fault.kind == wasm::ModuleFaultKind::not_understood) {
        findings.add(not_understood(module, fault));
      }
    }
    if (!module.facts.code || module.facts.kind != wasm::ModuleKind::side_module) continue;
    for (const loader::Target& target : input.targets) {
      for (const wasm::FeatureUse& use : module.facts.code->features) {
        if (use.feature == "threads") findings.add(atomics(target, module, use));
        if (auto finding = beyond_baseline(target, module, use)) {
          findings.add(*std::move(finding));
        }
      }
    }
  }
}

}  // namespace wheelaudit::rules
