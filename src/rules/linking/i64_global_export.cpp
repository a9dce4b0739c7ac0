// WA314 i64-global-export: an exported immutable i64 global. From Pyodide 314 on the loader takes
// every such export for an address and fails on a BigInt
// (docs/design/linking.md#dylink-section-on-the-loader).

#include <fmt/format.h>

#include <algorithm>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

Finding i64_finding(const loader::Target& target, const wheel::WheelModule& module,
                    const wasm::ExportedSymbol& symbol, const std::vector<std::size_t>& releases,
                    profile::Outcome outcome) {
  Finding finding{.rule = "WA314"_rule};
  finding.profile = target.profile->id;
  finding.releases = release_names(*target.profile, releases);
  finding.severity = target_severity(target, releases);
  finding.consequence = consequence_of(outcome);
  finding.place.member = module.path;
  finding.symbol = symbol.name;
  finding.expected = "a global i32";
  finding.found = "a global " + symbol.global.str();
  finding.message =
      say("exports {} as {}, which {} {} not load", the_symbol(finding), the_found(finding),
          releases_text(*target.profile, releases), verb(releases, "does", "do"));
  finding.help = "do not export it, or make it an i32; addresses are 32 bits wide here";
  return finding;
}

}  // namespace

void i64_global_export(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  std::vector<std::size_t> releases;
  profile::Outcome outcome = profile::Outcome::ok;
  for (const std::size_t release : target.judged) {
    const profile::Outcome here = target.profile->runtimes[release].loader.i64_global_export;
    if (here == profile::Outcome::ok) continue;
    releases.push_back(release);
    outcome = loader::worst(outcome, here);
  }
  if (releases.empty()) return;
  for (std::size_t m = 0; m < input.wheel.modules.size(); ++m) {
    const wheel::WheelModule& module = input.wheel.modules[m];
    const bool unset =
        std::ranges::any_of(target.bindings[m].distinct(), &loader::ModuleBindings::leaves_unset);
    for (const wasm::ExportedSymbol& symbol : module.facts.exports) {
      if (symbol.kind != wasm::ExternalKind::global || symbol.global.value != 'j' ||
          symbol.global.is_mutable)
        continue;
      findings.add(
          i64_finding(target, module, symbol, releases, loader::refused_by_engine(outcome, unset)));
    }
  }
}

}  // namespace wheelaudit::rules
