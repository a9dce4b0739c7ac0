// WA409 same-name: a module needs a library of which the wheel holds two of that name. Each release
// takes the first that its search meets (docs/design/linking.md#needed-libraries), which need not
// be the one that the module was linked with. An error when the file taken lacks what the module
// asks for, and the other has it.

#include "rules/libraries/same_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/path.hpp"
#include "rules/linking/linking_finding.hpp"
#include "rules/new_finding.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

bool is_library(const wheel::WheelModule& module) {
  return module.facts.kind == wasm::ModuleKind::side_module && module.facts.sound();
}

/// Another library of the same file name; nullopt when the name is the only one.
std::optional<std::uint32_t> namesake(const RuleInput& input, std::size_t module,
                                      std::uint32_t taken) {
  const auto& modules = input.wheel.modules;
  for (const std::uint32_t m :
       loader::modules_named(input.wheel, input.index, last_component(modules[taken].path))) {
    if (m != taken && m != module && is_library(modules[m])) return m;
  }
  return std::nullopt;
}

}  // namespace

std::optional<NamesakeWithSymbol> namesake_with(const RuleInput& input, std::size_t module,
                                                std::string_view symbol) {
  const auto& modules = input.wheel.modules;
  const auto& needed = input.target->bindings[module].back().needed;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i].library) continue;
    const std::uint32_t taken = *needed[i].library;
    for (const std::uint32_t m :
         loader::modules_named(input.wheel, input.index, last_component(modules[taken].path))) {
      if (m == taken || m == module || !is_library(modules[m])) continue;
      if (loader::export_of(input.index, m, symbol) == nullptr) continue;
      return NamesakeWithSymbol{
          .needed = modules[module].facts.dylink->needed[i], .taken = taken, .with_symbol = m};
    }
  }
  return std::nullopt;
}

void same_name(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (std::size_t m = 0; m < input.wheel.modules.size(); ++m) {
    const wheel::WheelModule& module = input.wheel.modules[m];
    if (!module.facts.dylink || target.bindings[m].empty()) continue;
    // The worst that happens with a needed name, by that name.
    std::map<std::string, loader::Problem> lacking;
    std::map<std::string, NamesakeWithSymbol> takes;
    for (const loader::Problem& problem : target.problems[m]) {
      const std::string& symbol = module.facts.imports[problem.import].name;
      const bool is_open = problem.binding.resolution == loader::Resolution::unresolved ||
                           problem.binding.resolution == loader::Resolution::library;
      if (!is_open) continue;
      const auto namesake = namesake_with(input, m, symbol);
      if (!namesake) continue;
      takes.emplace(namesake->needed, *namesake);
      const auto [worst, is_new] = lacking.try_emplace(namesake->needed, problem);
      if (!is_new && worst->second.outcome < problem.outcome) worst->second = problem;
    }
    for (const auto& [name, problem] : lacking) {
      const NamesakeWithSymbol& namesake = takes.at(name);
      Finding finding = target_finding(target, "WA409"_rule, problem.releases,
                                       consequence_of(problem.outcome), module.path);
      finding.symbol = name;
      finding.found = input.wheel.modules[namesake.taken].path;
      finding.expected = input.wheel.modules[namesake.with_symbol].path;
      finding.message =
          say("needed library {} is taken from {}, which lacks `{}`", the_symbol(finding),
              quoted(the_found(finding)), module.facts.imports[problem.import].name);
      finding.details.push_back(say("{} has it", quoted(the_expected(finding))));
      finding.details.push_back(
          fmt::format("{} {} at the top of site-packages first, then along the run paths",
                      releases_text(*target.profile, problem.releases),
                      verb(problem.releases, "searches", "search")));
      finding.help =
          "give one of the two libraries another name, in the file and in the needed list";
      findings.add(std::move(finding));
    }
    const auto& needed = target.bindings[m].back().needed;
    for (std::size_t i = 0; i < needed.size(); ++i) {
      const std::string& name = module.facts.dylink->needed[i];
      if (!needed[i].library || lacking.contains(name)) continue;
      const auto other = namesake(input, m, *needed[i].library);
      if (!other) continue;
      Finding finding =
          target_finding(target, "WA409"_rule, target.judged, Consequence::latent, module.path);
      finding.symbol = name;
      finding.found = input.wheel.modules[*needed[i].library].path;
      finding.expected = input.wheel.modules[*other].path;
      finding.message =
          say("two libraries are called {}: this module gets {}, not {}", the_symbol(finding),
              quoted(the_found(finding)), quoted(the_expected(finding)));
      finding.help =
          "give one of the two libraries another name, in the file and in the needed list";
      findings.add(std::move(finding));
    }
  }
}

}  // namespace wheelaudit::rules
