// WA406 library-symbol: the needed libraries are there, but a symbol is not: no runtime and no
// needed library has the function or address, or the library's function has another type. Up to
// Pyodide 0.26 libraries are loaded globally and the engine compares types; later releases bind
// them by JavaScript stubs, and a call fails only where one side has a 64-bit integer and the other
// has not (seen by running needed_* of testdata). Pyodide 0.21 binds no call into needed libraries:
// one finding per library says so.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/path.hpp"
#include "loader/libraries.hpp"
#include "loader/needed_chain.hpp"
#include "rules/libraries/same_name.hpp"
#include "rules/linking/first_offender.hpp"
#include "rules/linking/linking_finding.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

constexpr std::size_t listed_libraries = 10;
constexpr std::size_t listed_calls = 3;

using loader::ChainLink;

/// "`a.so` needs `x.libs/libb.so`, which needs `x.libs/libc.so`"
std::string path_text(const RuleInput& input, const std::vector<ChainLink>& chain,
                      std::size_t last) {
  std::vector<std::size_t> path{last};
  while (path.back() != 0) path.push_back(chain[path.back()].needed_by);
  std::ranges::reverse(path);
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i > 0) text += i == 1 ? " needs " : ", which needs ";
    text += fmt::format("`{}`", input.wheel.modules[chain[path[i]].module].path);
  }
  return text;
}

void add_chain(const RuleInput& input, const std::vector<ChainLink>& chain, Finding& finding) {
  const std::size_t listed = std::min(chain.size(), listed_libraries + 1);
  for (std::size_t i = 1; i < listed; ++i) {
    // Only the ends of paths: the line of an end names the libraries before it.
    const bool leads_on =
        std::ranges::any_of(chain, [&](const ChainLink& link) { return link.needed_by == i; });
    if (!leads_on) finding.details.push_back(path_text(input, chain, i));
  }
  if (listed < chain.size()) {
    finding.details.push_back(fmt::format("and {} more libraries", chain.size() - listed));
  }
}

/// What a loader looks up in a library: all exports but those that the loader itself calls.
bool exports_nothing(const wasm::SideModule& facts) {
  return std::ranges::all_of(facts.exports, [](const wasm::ExportedSymbol& symbol) {
    return symbol.name == "__wasm_call_ctors" || symbol.name == "__wasm_apply_data_relocs";
  });
}

/// A library that exports nothing was linked with nothing marked for export: the version is right
/// and the build is wrong.
void add_empty_library(const RuleInput& input, const std::vector<ChainLink>& chain,
                       Finding& finding) {
  const auto empty =
      std::ranges::find_if(chain.begin() + 1, chain.end(), [&](const ChainLink& link) {
        return exports_nothing(input.wheel.modules[link.module].facts);
      });
  if (empty == chain.end()) return;
  const std::string& path = input.wheel.modules[empty->module].path;
  finding.details.push_back(fmt::format("`{}` exports nothing at all", path));
  finding.help = fmt::format(
      "link `{}` again so that it exports its functions: -sSIDE_MODULE=1 (all of them), or "
      "-sSIDE_MODULE=2 with -sEXPORTED_FUNCTIONS; and compile without -fvisibility=hidden",
      path);
}

Finding missing_symbol(const RuleInput& input, std::size_t module,
                       const std::vector<ChainLink>& chain, const loader::Problem& problem,
                       const Offenders& offenders) {
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  Finding finding = linking_finding(input, "WA406"_rule, module, problem);
  finding.message = say("no needed library has {}, nor does any runtime", the_symbol(finding));
  finding.place.import = import_place(facts, problem.import);
  add_chain(input, chain, finding);
  finding.details.insert(finding.details.end(), offenders.details.begin(), offenders.details.end());
  finding.details.push_back(problem.outcome == profile::Outcome::call
                                ? death_sentence(offenders)
                                : consequence_sentence(problem.outcome));
  finding.help =
      "ship the version of the library that the module was linked against, or link the module "
      "again";
  add_empty_library(input, chain, finding);
  return finding;
}

std::size_t place_in(const std::vector<ChainLink>& chain, std::size_t library) {
  const auto found = std::ranges::find(chain, library, &ChainLink::module);
  return found == chain.end() ? 0 : static_cast<std::size_t>(found - chain.begin());
}

void describe_types(const RuleInput& input, std::size_t module, const std::vector<ChainLink>& chain,
                    const loader::Problem& problem, Finding& finding) {
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  finding.message = say("type of {} differs from the needed library's", the_symbol(finding));
  finding.place.import = import_place(facts, problem.import);
  finding.details.push_back(path_text(input, chain, place_in(chain, problem.binding.library)));
  finding.details.push_back(say("the library has {}", the_expected(finding)));
  finding.help =
      "ship the version of the library that the module was linked against, or link the module "
      "again";
}

Finding retyped_symbol(const RuleInput& input, std::size_t module,
                       const std::vector<ChainLink>& chain, const loader::Problem& problem) {
  Finding finding = linking_finding(input, "WA406"_rule, module, problem);
  describe_types(input, module, chain, problem, finding);
  finding.details.push_back(problem.outcome == profile::Outcome::call
                                ? "a call dies of converting a 64-bit integer "
                                  "(Cannot convert a BigInt value to a number)"
                                : "the load fails with a LinkError");
  return finding;
}

/// A function of another type that a stub binds, without a 64-bit integer on one side only: calls
/// work as long as the values fit.
std::optional<loader::Problem> converted(const RuleInput& input, const loader::LinkIndex& index,
                                         std::size_t module, std::uint32_t import) {
  const loader::Target& target = *input.target;
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  if (facts.imports[import].kind != wasm::ExternalKind::function) return std::nullopt;
  loader::Problem problem{.import = import};
  for (std::size_t r = 0; r < target.judged.size(); ++r) {
    const loader::ModuleBindings& bindings = target.bindings[module][r];
    if (import >= bindings.imports.size()) continue;
    const loader::Binding& bound = bindings.imports[import];
    if (bound.resolution != loader::Resolution::library || bound.mismatch != loader::Mismatch::none)
      continue;
    const wasm::SideModule& library = input.wheel.modules[bound.library].facts;
    const wasm::ExportedSymbol* symbol =
        loader::export_of(index, bound.library, facts.imports[import].name);
    if (symbol->kind != wasm::ExternalKind::function ||
        library.type_of(*symbol) == facts.type_of(facts.imports[import])) {
      continue;
    }
    problem.binding = bound;
    problem.releases.insert(target.judged[r]);
  }
  return problem.releases.empty() ? std::nullopt : std::optional(problem);
}

Finding converted_symbol(const RuleInput& input, std::size_t module,
                         const std::vector<ChainLink>& chain, const loader::Problem& problem) {
  Finding finding = target_finding(*input.target, "WA406"_rule, problem.releases,
                                   Consequence::latent, input.wheel.modules[module].path);
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  const wasm::ImportedSymbol& import = facts.imports[problem.import];
  const std::size_t library = problem.binding.library;
  finding.symbol = import.name;
  finding.expected = input.wheel.modules[library]
                         .facts.type_of(*loader::export_of(input.index, library, import.name))
                         .str();
  finding.found = facts.type_of(import).str();
  describe_types(input, module, chain, problem, finding);
  finding.details.push_back(
      "it is bound by a stub that converts: missing arguments are 0, others are dropped or cut");
  return finding;
}

/// A library of the wheel, and the calls of a module into the library that nothing binds.
struct UnboundLibrary {
  std::size_t library = 0;
  std::vector<const loader::Problem*> calls;  ///< sorted by symbol
};

/// Whether the release finds all needed libraries. A library that is not found fails the load, and
/// WA401 to WA404 say so.
bool are_found(const RuleInput& input, std::size_t module, std::size_t release) {
  const std::vector<std::size_t>& judged = input.target->judged;
  const auto r = static_cast<std::size_t>(std::ranges::find(judged, release) - judged.begin());
  return std::ranges::all_of(input.target->bindings[module][r].needed,
                             [](const loader::NeededBinding& needed) {
                               return needed.state == loader::NeededBinding::State::found;
                             });
}

std::vector<UnboundLibrary> unbound_libraries(const RuleInput& input, std::size_t module) {
  std::map<std::size_t, UnboundLibrary> unbound;
  std::map<std::size_t, bool> found_on;  // by release: asked once, not once per call
  for (const loader::Problem& problem : input.target->problems[module]) {
    if (problem.binding.resolution != loader::Resolution::library ||
        problem.binding.mismatch != loader::Mismatch::none) {
      continue;
    }
    const std::size_t release = problem.releases.back();
    const auto [found, is_new] = found_on.try_emplace(release);
    if (is_new) found->second = are_found(input, module, release);
    if (!found->second) continue;
    UnboundLibrary& entry = unbound[problem.binding.library];
    entry.library = problem.binding.library;
    entry.calls.push_back(&problem);
  }
  std::vector<UnboundLibrary> result;
  for (auto& [library, entry] : unbound) result.push_back(std::move(entry));
  return result;
}

/// What the first call does, and what to do about it. A call at load dies before Python code can
/// open the library (seen with a constructor that calls into the library).
void tell_of_calls(const wasm::SideModule& facts, const UnboundLibrary& unbound,
                   std::string_view name, Finding& finding) {
  std::vector<std::string> at_load;
  for (const loader::Problem* call : unbound.calls) {
    if (call->outcome != profile::Outcome::call)
      at_load.push_back(facts.imports[call->import].name);
  }
  constexpr std::string_view message = "\"Cannot read properties of undefined (reading 'apply')\"";
  if (at_load.empty()) {
    finding.details.push_back(fmt::format(
        "the load succeeds; the first call, be it in the init function, ends the session: {}",
        message));
    finding.help = fmt::format(
        "have Python code open each such library before the first call: ctypes.CDLL(\"{}\", "
        "ctypes.RTLD_GLOBAL)",
        name);
  } else {
    finding.details.push_back(
        fmt::format("the load fails: {}; start functions or constructors reach {}", message,
                    quoted_list(at_load, listed_calls)));
    finding.help =
        "link the library's code into the module, or have no constructor call the library";
  }
}

/// A warning if opening the library helps, whichever releases are affected.
Finding unbound_library(const RuleInput& input, std::size_t module,
                        const std::vector<ChainLink>& chain, const UnboundLibrary& unbound) {
  const wheel::WheelModule& user = input.wheel.modules[module];
  std::vector<std::string> names;
  std::set<std::size_t> releases;
  profile::Outcome outcome = profile::Outcome::call;
  for (const loader::Problem* call : unbound.calls) {
    names.push_back(user.facts.imports[call->import].name);
    releases.insert(call->releases.begin(), call->releases.end());
    outcome = loader::worst(outcome, call->outcome);
  }
  const std::vector<std::size_t> affected(releases.begin(), releases.end());
  Finding finding =
      target_finding(*input.target, "WA406"_rule, affected, consequence_of(outcome), user.path);
  if (outcome == profile::Outcome::call) finding.severity = Severity::warning;
  const std::string_view library = last_component(input.wheel.modules[unbound.library].path);
  if (names.size() == 1) {
    finding.message =
        fmt::format("`{}` of the needed library `{}` is not bound", names[0], library);
  } else {
    finding.message =
        fmt::format("{} functions of the needed library `{}` are not bound", names.size(), library);
    finding.details.push_back(quoted_list(names, listed_calls));
  }
  finding.details.push_back(path_text(input, chain, place_in(chain, unbound.library)));
  finding.details.push_back(fmt::format(
      "{} {} calls to what is loaded globally, and a wheel's own libraries are not",
      releases_text(*input.target->profile, affected), verb(affected, "binds", "bind")));
  tell_of_calls(user.facts, unbound, library, finding);
  return finding;
}

void add_problems(const RuleInput& input, std::size_t module, const std::vector<ChainLink>& chain,
                  FindingSink& findings) {
  std::vector<const loader::Problem*> missing;
  std::vector<std::size_t> imports;
  for (const loader::Problem& problem : input.target->problems[module]) {
    if (!is_expected_of_library(input, module, problem)) continue;
    if (problem.binding.mismatch != loader::Mismatch::none) {
      findings.add(retyped_symbol(input, module, chain, problem));
      continue;
    }
    missing.push_back(&problem);
    imports.push_back(problem.import);
  }
  const auto offenders = first_offenders(input, module, imports);
  const std::vector<Namesake> others = namesakes(input, module);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    Finding finding = missing_symbol(input, module, chain, *missing[i], offenders[i]);
    // The library is there twice: which one the module gets is the cause.
    if (const Namesake* namesake = with_symbol(input, others, finding.symbol)) {
      const auto& needed = input.wheel.modules[module].facts.dylink->needed;
      finding.cause = Cause{.rule = "WA409"_rule, .symbol = needed[namesake->entry]};
      finding.severity = Severity::note;
      finding.help.clear();
    }
    findings.add(std::move(finding));
  }
}

}  // namespace

void library_symbol(const RuleInput& input, FindingSink& findings) {
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    const wasm::SideModule& facts = input.wheel.modules[module].facts;
    if (!facts.dylink || facts.dylink->needed.empty()) continue;
    const std::vector<ChainLink> chain = loader::needed_chain(*input.target, module).links;
    add_problems(input, module, chain, findings);
    for (const UnboundLibrary& unbound : unbound_libraries(input, module)) {
      findings.add(unbound_library(input, module, chain, unbound));
    }
    for (std::uint32_t import = 0; import < facts.imports.size(); ++import) {
      if (const auto problem = converted(input, input.index, module, import)) {
        findings.add(converted_symbol(input, module, chain, *problem));
      }
    }
  }
}

}  // namespace wheelaudit::rules
