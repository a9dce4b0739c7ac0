// WA301 unresolved-function and WA302 unresolved-address: strong imports that neither the runtime,
// the module itself nor its needed libraries offer. A missing function loads and kills the
// interpreter when it is called; a missing address fails the load, and from Pyodide 0.28 on every
// later load as well (docs/design/linking.md#poison). Symbols of an exception or setjmp model are
// WA308 and WA309, those expected of a library in the wheel WA406; symbols behind a missing library
// are notes that name it.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <ranges>

#include "base/path.hpp"
#include "loader/needed_chain.hpp"
#include "rules/libraries/order_words.hpp"
#include "rules/linking/first_offender.hpp"
#include "rules/linking/linking_finding.hpp"
#include "rules/linking/wheel_exporter.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// A missing function or address that no other rule speaks for.
bool is_plainly_unresolved(const RuleInput& input, std::size_t module,
                           const loader::Problem& problem) {
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  return problem.binding.mismatch == loader::Mismatch::none &&
         problem.binding.resolution == loader::Resolution::unresolved &&
         model_of(facts, facts.imports[problem.import].name) == SymbolModel::none &&
         !is_expected_of_library(input, module, problem);
}

/// Why the runtime has the name but no address for it; empty when the runtime does not have the
/// name.
std::string_view why_without_address(const RuleInput& input, const loader::Problem& problem,
                                     std::string_view name) {
  if (!problem.address) return {};
  for (const std::size_t release : problem.releases) {
    const auto symbol = input.target->profile->symbols.find(name, release);
    if (!symbol) continue;
    return symbol->kind == profile::ProvidedKind::tag
               ? "an exception tag, which has no address"
               : "a JavaScript function without a signature, of which "
                 "the loader cannot make an address";
  }
  return {};
}

/// Adds which profiles offer the symbol, and the help that follows.
void add_offers(const RuleInput& input, Finding& finding) {
  const profile::AbiProfile& profile = *input.target->profile;
  std::vector<std::string> offers = profiles_offering(input, finding.symbol);
  std::erase(offers, profile.id);
  if (offers.empty()) {
    finding.details.push_back("no profile offers it");
    finding.help = fmt::format(
        "link the static library that defines it into the module, or name a library that does in "
        "its "
        "needed list; `wheelaudit profile show {}` lists what the runtime offers",
        profile.id);
    return;
  }
  finding.details.push_back(
      fmt::format("{} {}", enumerate(offers), offers.size() == 1 ? "does" : "do"));
  finding.help =
      fmt::format("if this wheel was built for {}, tag it so; else rebuild it with Emscripten {}",
                  enumerate(offers), profile.emscripten);
}

bool needs(const wasm::SideModule& facts, std::string_view library) {
  return facts.dylink && std::ranges::find(facts.dylink->needed, last_component(library)) !=
                             facts.dylink->needed.end();
}

/// Says that a member of the wheel has the symbol, why the module does not get it, and what to do.
void add_exporter(const RuleInput& input, std::size_t module, const loader::Problem& problem,
                  std::uint32_t exporter, Finding& finding) {
  const auto& modules = input.wheel.modules;
  const wasm::SideModule& facts = modules[module].facts;
  const wasm::ImportedSymbol& import = facts.imports[problem.import];
  const std::string& library = modules[exporter].path;
  finding.found = library;
  finding.details.push_back(
      say("{} {} not offer it; {} of this wheel has it{}",
          releases_text(*input.target->profile, problem.releases),
          verb(problem.releases, "does", "do"), quoted(the_found(finding)),
          needs(facts, library) ? "" : ", and this module does not need that library"));
  const wasm::ExportedSymbol* symbol =
      input.index.exports[exporter].find(input.index.import_names[module][problem.import]);
  if (!problem.address && !(modules[exporter].facts.type_of(*symbol) == facts.type_of(import))) {
    finding.details.push_back(fmt::format("the function there is of another type: {}",
                                          modules[exporter].facts.type_of(*symbol).str()));
  }
  for (const wheel::OpenedLibrary& opened : input.wheel.opened_libraries) {
    if (!opened.is_global || opened.library != installed_name(library)) continue;
    finding.details.push_back(
        fmt::format("`{}`, line {}, opens it with RTLD_GLOBAL: {}", opened.source, opened.line,
                    loader::reaches_loaded_modules(
                        input.target->profile->runtimes[problem.releases.back()].loader)
                        ? "too late, or not for every use of this module"
                        : "from 0.28 on that does not reach a module which loadPackage or micropip "
                          "has loaded"));
    break;
  }
  finding.help =
      fmt::format("link this module with `{}`, so that its needed list names the library",
                  last_component(library));
}

Finding unresolved_finding(const RuleInput& input, std::size_t module,
                           const loader::Problem& problem, const Offenders& offenders,
                           ExporterSearch& exporters) {
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  Finding finding =
      linking_finding(input, problem.address ? "WA302"_rule : "WA301"_rule, module, problem);
  finding.message =
      say("unresolved {} {}", problem.address ? "address" : "function", the_symbol(finding));
  finding.expected = problem.address ? "an address offered under this name"
                                     : facts.type_of(facts.imports[problem.import]).str();
  finding.place.import = import_place(facts, problem.import);
  const std::string releases = releases_text(*input.target->profile, problem.releases);
  if (const auto why = why_without_address(input, problem, finding.symbol); !why.empty()) {
    finding.found = why;
    finding.details.push_back(fmt::format("in {} it is {}", releases, why));
    finding.help =
        "do not take its address; take the address of a function of your own that calls it";
  } else if (const auto exporter = exporters.find(module, problem.import, problem.address)) {
    add_exporter(input, module, problem, *exporter, finding);
  } else {
    finding.found = "nobody offers it";
    finding.details.push_back(fmt::format("{} {} not offer it, nor does any library in this wheel",
                                          releases, verb(problem.releases, "does", "do")));
    add_offers(input, finding);
  }
  finding.details.insert(finding.details.end(), offenders.details.begin(), offenders.details.end());
  switch (problem.outcome) {
    case profile::Outcome::poison:
      finding.details.push_back(consequence_sentence(problem.outcome));
      break;
    case profile::Outcome::load:
      finding.details.push_back(problem.reached_at_load && !problem.address
                                    ? "start functions or constructors call it: the load fails"
                                    : "importing the module fails");
      break;
    case profile::Outcome::call:
    case profile::Outcome::ok:
      finding.details.push_back(death_sentence(offenders));
      break;
  }
  return finding;
}

Finding behind_finding(const RuleInput& input, std::size_t module, std::size_t import) {
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  const wasm::ImportedSymbol& symbol = facts.imports[import];
  const bool address = symbol.kind == wasm::ExternalKind::global;
  Finding finding{.rule = address ? "WA302"_rule : "WA301"_rule};
  finding.profile = input.target->profile->id;
  finding.releases = release_names(*input.target->profile, input.target->judged);
  finding.place.member = input.wheel.modules[module].path;
  finding.symbol = symbol.name;
  finding.message =
      say("{} is not judged: a needed library that may offer it is missing", the_symbol(finding));
  finding.cause = missing_library(input, module, true).value_or(Cause{.rule = "WA401"_rule});
  finding.place.import = import_place(facts, import);
  return finding;
}

/// The first library in the wheel that the module needs, also through others, and that could not be
/// read; nullopt when there is none, or when a library is missing altogether.
std::optional<std::size_t> unread_library(const RuleInput& input, std::size_t module) {
  const loader::NeededChain chain = loader::needed_chain(*input.target, module);
  const auto unread = std::ranges::find_if(chain.links, [&](const loader::ChainLink& link) {
    return !input.wheel.modules[link.module].facts.sound();
  });
  if (!chain.is_whole || unread == chain.links.end()) return std::nullopt;
  return unread->module;
}

/// One note for everything that might come from a library which could not be read.
void add_unread(const RuleInput& input, const std::map<std::size_t, std::size_t>& names_behind,
                FindingSink& findings) {
  for (const auto& [library, names] : names_behind) {
    Finding finding{.rule = "WA301"_rule};
    finding.profile = input.target->profile->id;
    finding.releases = release_names(*input.target->profile, input.target->judged);
    finding.place.member = input.wheel.modules[library].path;
    finding.message = fmt::format(
        "{} {} of modules that need this library {} not judged: the library could not be read",
        names, names == 1 ? "import" : "imports", names == 1 ? "is" : "are");
    findings.add(std::move(finding));
  }
}

/// What WA301 or WA302 speaks for in one module.
std::vector<const loader::Problem*> plainly_unresolved(const RuleInput& input, std::size_t module,
                                                       bool addresses) {
  std::vector<const loader::Problem*> result;
  for (const loader::Problem& problem : input.target->problems[module]) {
    const bool speaks =
        problem.address == addresses && is_plainly_unresolved(input, module, problem);
    if (speaks) result.push_back(&problem);
  }
  return result;
}

void unresolved(const RuleInput& input, bool addresses, FindingSink& findings) {
  const Offenders untold;
  ExporterSearch exporters(input);
  std::map<std::size_t, std::size_t> behind_unread;  // by library: how many imports
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    const wasm::SideModule& facts = input.wheel.modules[module].facts;
    const auto missing = plainly_unresolved(input, module, addresses);
    // Of the first ones only: those beyond what is kept are counted, not told.
    std::vector<Offenders> offenders;
    if (!addresses) {
      std::vector<std::size_t> imports;
      for (const loader::Problem* problem :
           missing | std::views::take(std::min(findings.most_kept(), missing.size()))) {
        imports.push_back(problem->import);
      }
      offenders = first_offenders(input, module, imports);
    }
    for (std::size_t i = 0; i < missing.size(); ++i) {
      findings.add(
          findings.is_full()
              ? counted_finding(input, addresses ? "WA302"_rule : "WA301"_rule, module, *missing[i])
              : unresolved_finding(input, module, *missing[i],
                                   i < offenders.size() ? offenders[i] : untold, exporters));
    }
    const std::vector<std::size_t> behind = imports_behind_missing(input, module);
    if (const auto unread = behind.empty() ? std::nullopt : unread_library(input, module)) {
      if (!addresses) behind_unread[*unread] += behind.size();
      continue;
    }
    for (const std::size_t import : behind) {
      if ((facts.imports[import].kind == wasm::ExternalKind::global) != addresses) continue;
      findings.add(behind_finding(input, module, import));
    }
  }
  add_unread(input, behind_unread, findings);
}

/// Functions that a module gets because Python code of the wheel opens their library for all
/// (docs/design/sessions.md#libraries-that-python-opens).
void opened_functions(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (const loader::OpenedBinding& bound : target.opened) {
    const wheel::WheelModule& module = input.wheel.modules[bound.module];
    const wheel::OpenedLibrary& opened = input.wheel.opened_libraries[bound.opening.opened];
    Finding finding =
        target_finding(target, "WA301"_rule, bound.releases, Consequence::latent, module.path);
    finding.severity = Severity::warning;
    finding.symbol = module.facts.imports[bound.import].name;
    finding.place.import = import_place(module.facts, bound.import);
    finding.expected = module.facts.type_of(module.facts.imports[bound.import]).str();
    finding.found = input.wheel.modules[bound.opening.provider].path;
    finding.message = say("function {} is found only because Python code opens {}",
                          the_symbol(finding), quoted(the_found(finding)));
    finding.details.push_back(
        fmt::format("`{}`, line {}, opens it with RTLD_GLOBAL", opened.source, opened.line));
    finding.details.push_back(fmt::format(
        "{} {} the call then; from 0.28 on no release does where loadPackage or micropip has "
        "loaded "
        "the module before",
        releases_text(*target.profile, bound.releases), verb(bound.releases, "binds", "bind")));
    finding.help =
        fmt::format("link this module with `{}`, so that its needed list names the library",
                    last_component(finding.found));
    findings.add(std::move(finding));
  }
}

/// A weak address that a release asks for as if it were strong, because the loader has one set of
/// weak names and another load overwrote the set (docs/design/sessions.md#weak-names).
void weak_addresses(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (const loader::OrderProblem& problem : target.sessions.problems) {
    if (problem.kind != loader::OrderProblem::Kind::weak) continue;
    const wheel::WheelModule& module = input.wheel.modules[problem.module];
    Finding finding = target_finding(target, "WA302"_rule, problem.releases,
                                     consequence_of(problem.outcome), module.path);
    finding.symbol = module.facts.imports[problem.import].name;
    finding.place.import = import_place(module.facts, problem.import);
    finding.expected = "an address offered under this name";
    finding.found = "nobody offers it";
    finding.message = say("weak address {} becomes strong when `{}` is loaded with this module",
                          the_symbol(finding), input.wheel.modules[problem.provider].path);
    finding.details.push_back(fmt::format(
        "{} {} one set of weak names for all modules, and each load overwrites it",
        releases_text(*target.profile, problem.releases), verb(problem.releases, "has", "have")));
    finding.details.push_back(fmt::format("seen by {}", order_text(input, problem.order)));
    finding.details.push_back(consequence_sentence(problem.outcome));
    finding.help =
        "load the library before the module (a library at the top of site-packages that stands "
        "first in the archive), or build without `thread_local` variables shared between files";
    findings.add(std::move(finding));
  }
}

}  // namespace

void unresolved_function(const RuleInput& input, FindingSink& findings) {
  unresolved(input, false, findings);
  opened_functions(input, findings);
}

void unresolved_address(const RuleInput& input, FindingSink& findings) {
  unresolved(input, true, findings);
  weak_addresses(input, findings);
}

}  // namespace wheelaudit::rules
