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

/// A module of more namesakes is judged by the first ones; ours. Real wheels have one or two.
constexpr std::size_t most_namesakes = 100;

Finding namesake_finding(const RuleInput& input, std::size_t module, const Namesake& namesake,
                         const std::vector<std::size_t>& releases, Consequence consequence) {
  Finding finding = target_finding(*input.target, "WA409"_rule, releases, consequence,
                                   input.wheel.modules[module].path);
  finding.symbol = input.wheel.modules[module].facts.dylink->needed[namesake.entry];
  finding.found = input.wheel.modules[namesake.taken].path;
  finding.expected = input.wheel.modules[namesake.other].path;
  finding.help = "give one of the two libraries another name, in the file and in the needed list";
  return finding;
}

/// How the newest of the releases came to the file that it takes.
std::string_view search_order(const profile::LoaderBehaviour& loader) {
  switch (loader.library_search) {
    case profile::LibrarySearch::run_path:
      return "the top of site-packages is searched first, then the run paths";
    case profile::LibrarySearch::wheel_libs:
      return "what is loaded already under the name comes first, then <name>.libs, the top of "
             "site-packages, and the module's folder";
    case profile::LibrarySearch::flat_name:
      break;
  }
  return "what is loaded already under the name is taken";
}

Finding lacking_finding(const RuleInput& input, std::size_t module, const Namesake& namesake,
                        const loader::Problem& problem) {
  Finding finding =
      namesake_finding(input, module, namesake, problem.releases, consequence_of(problem.outcome));
  finding.message = say("needed library {} is taken from {}, which lacks `{}`", the_symbol(finding),
                        quoted(the_found(finding)),
                        input.wheel.modules[module].facts.imports[problem.import].name);
  finding.details.push_back(say("{} has it", quoted(the_expected(finding))));
  const profile::AbiProfile& profile = *input.target->profile;
  finding.details.push_back(
      fmt::format("{}: {}", releases_text(profile, problem.releases),
                  search_order(profile.runtimes[problem.releases.back()].loader)));
  return finding;
}

Finding doubtful_finding(const RuleInput& input, std::size_t module, const Namesake& namesake) {
  Finding finding =
      namesake_finding(input, module, namesake, input.target->judged, Consequence::latent);
  finding.message =
      say("two libraries are called {}: this module gets {}, not {}", the_symbol(finding),
          quoted(the_found(finding)), quoted(the_expected(finding)));
  return finding;
}

}  // namespace

std::vector<Namesake> namesakes(const RuleInput& input, std::size_t module) {
  const auto& modules = input.wheel.modules;
  const auto& needed = input.target->bindings[module].back().needed;
  std::vector<Namesake> found;
  for (std::size_t i = 0; i < needed.size() && found.size() < most_namesakes; ++i) {
    if (!needed[i].library) continue;
    const std::uint32_t taken = *needed[i].library;
    for (const std::uint32_t m :
         loader::modules_named(input.wheel, input.index, last_component(modules[taken].path))) {
      if (found.size() == most_namesakes) break;
      if (m == taken || m == module || !modules[m].facts.can_be_linked()) continue;
      found.push_back({.entry = i, .taken = taken, .other = m});
    }
  }
  return found;
}

const Namesake* with_symbol(const RuleInput& input, const std::vector<Namesake>& namesakes,
                            std::string_view symbol) {
  const auto found = std::ranges::find_if(namesakes, [&](const Namesake& namesake) {
    return loader::export_of(input.index, namesake.other, symbol) != nullptr;
  });
  return found == namesakes.end() ? nullptr : &*found;
}

void same_name(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (std::size_t m = 0; m < input.wheel.modules.size(); ++m) {
    const wheel::WheelModule& module = input.wheel.modules[m];
    if (!module.facts.dylink || target.bindings[m].empty()) continue;
    const std::vector<Namesake> others = namesakes(input, m);
    if (others.empty()) continue;
    // By needed entry, the worst that the file taken lacks.
    std::map<std::size_t, std::pair<const Namesake*, const loader::Problem*>> lacking;
    for (const loader::Problem& problem : target.problems[m]) {
      const bool is_open = problem.binding.resolution == loader::Resolution::unresolved ||
                           problem.binding.resolution == loader::Resolution::library;
      if (!is_open) continue;
      const Namesake* namesake =
          with_symbol(input, others, module.facts.imports[problem.import].name);
      if (namesake == nullptr) continue;
      const auto [worst, is_new] = lacking.try_emplace(namesake->entry, namesake, &problem);
      if (!is_new && worst->second.second->outcome < problem.outcome) {
        worst->second = {namesake, &problem};
      }
    }
    for (const auto& [entry, worst] : lacking) {
      findings.add(lacking_finding(input, m, *worst.first, *worst.second));
    }
    std::optional<std::size_t> told;  // one finding per needed entry
    for (const Namesake& namesake : others) {
      if (lacking.contains(namesake.entry) || told == namesake.entry) continue;
      told = namesake.entry;
      findings.add(doubtful_finding(input, m, namesake));
    }
  }
}

}  // namespace wheelaudit::rules
