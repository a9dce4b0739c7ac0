// WA408 load-order: what works or fails by what was loaded before: a function that only a library
// of a library has, a library that calls back into the module which needs it, an address in a cycle
// (docs/design/sessions.md#scopes). The finding names an order that fails.

#include <fmt/format.h>

#include <algorithm>

#include "loader/orders.hpp"
#include "rules/libraries/order_words.hpp"
#include "rules/linking/linking_finding.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

using Kind = loader::OrderProblem::Kind;

std::string_view what_happens(Kind kind) {
  switch (kind) {
    case Kind::hidden:
      return "a library that is loaded already brings its own functions, and not those of the "
             "libraries it needs itself";
    case Kind::callback:
      return "the library sees the functions of the module that brought it in, and no others";
    case Kind::unfinished:
      return "the libraries need each other, and one asks for the address before the other is "
             "loaded";
    case Kind::null:
      return "the libraries need each other, and an address that is weak and not there yet stays "
             "null";
    case Kind::weak:
      break;
  }
  return {};
}

Finding order_finding(const RuleInput& input, const loader::OrderProblem& problem) {
  const loader::Target& target = *input.target;
  const wheel::WheelModule& module = input.wheel.modules[problem.module];
  const wheel::WheelModule& provider = input.wheel.modules[problem.provider];
  Finding finding = target_finding(target, "WA408"_rule, problem.releases,
                                   consequence_of(problem.outcome), module.path);
  finding.symbol = module.facts.imports[problem.import].name;
  finding.place.import = import_place(module.facts, problem.import);
  finding.message = problem.fails_always
                        ? say("{} of `{}` is not found in {}", the_symbol(finding), provider.path,
                              releases_text(*target.profile, problem.releases))
                        : say("whether {} of `{}` is found depends on what was loaded before",
                              the_symbol(finding), provider.path);
  finding.details.push_back(fmt::format("{} by {}",
                                        problem.kind == Kind::null ? "the address is null"
                                        : problem.outcome == profile::Outcome::call
                                            ? "the call dies"
                                            : "the load fails, and later loads with it,",
                                        order_text(input, problem.order)));
  finding.details.emplace_back(what_happens(problem.kind));
  switch (problem.kind) {
    case Kind::hidden:
      finding.repairable = true;
      finding.help = fmt::format(
          "wheelaudit repair {}; or name `{}` in this module's own needed list (link with it)",
          file_name_of(input.wheel), provider.path);
      break;
    case Kind::callback:
      finding.help =
          "hand the function to the library as a pointer, or put the module in front of the "
          "library in the archive";
      break;
    case Kind::unfinished:
    case Kind::null:
    case Kind::weak:
      finding.help = "break the cycle: move what both libraries need into a third one";
      break;
  }
  return finding;
}

}  // namespace

void load_order(const RuleInput& input, FindingSink& findings) {
  for (const loader::OrderProblem& problem : input.target->sessions.problems) {
    if (problem.kind == Kind::weak) continue;  // WA302
    findings.add(order_finding(input, problem));
  }
  if (input.target->sessions.gave_up.empty()) return;
  Finding finding = target_finding(*input.target, "WA408"_rule, input.target->sessions.gave_up,
                                   Consequence::load);
  finding.severity = Severity::error;
  finding.message = "not every order of loading was tried: the wheel's modules have too many";
  finding.help = "split the wheel, or report it: no wheel known comes near this limit";
  findings.add(std::move(finding));
}

}  // namespace wheelaudit::rules
