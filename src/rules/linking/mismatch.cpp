// WA303 type-mismatch and WA304 kind-mismatch: the runtime has the name, but as something else. The
// engine compares a function's type exactly when the provider is wasm and refuses data where a
// function is asked for, and the reverse (docs/design/linking.md#types). A JavaScript provider
// takes any type.

#include <fmt/format.h>

#include "rules/linking/linking_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// The engine compares when it links, so no call is ever made.
std::string link_error_sentence(profile::Outcome outcome) {
  return outcome == profile::Outcome::poison
             ? "the load fails with a LinkError, and so does every library "
               "loaded later in that session"
             : "the load fails with a LinkError";
}

/// The type after binaryen's legalize-js-interface: each i64 as two i32, one i32 as result.
wasm::FunctionType legalised(const wasm::FunctionType& type) {
  wasm::FunctionType result;
  for (const char letter : type.params)
    result.params += letter == 'j' ? "ii" : std::string(1, letter);
  for (const char letter : type.results) result.results += letter == 'j' ? 'i' : letter;
  return result;
}

/// The advice when one side was linked with -sWASM_BIGINT and the other without. A different result
/// alone does not show that: a time_t that grew to 64 bits looks the same.
std::optional<std::string> legalisation_help(const wasm::FunctionType& runtime,
                                             const wasm::FunctionType& module) {
  if (runtime.params.size() == module.params.size()) return std::nullopt;
  if (legalised(runtime) == module) {
    return "the module passes 64-bit integers as two i32 and this runtime passes them whole: link "
           "the module with -sWASM_BIGINT";
  }
  if (legalised(module) == runtime) {
    return "this runtime passes 64-bit integers as two i32: link the module without -sWASM_BIGINT";
  }
  return std::nullopt;
}

Finding type_finding(const RuleInput& input, std::size_t module, const loader::Problem& problem) {
  const profile::AbiProfile& profile = *input.target->profile;
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  Finding finding = linking_finding(input, "WA303"_rule, module, problem);
  finding.message = say("type of {} differs from the runtime's", the_symbol(finding));
  finding.place.import = import_place(facts, problem.import);
  finding.details.push_back(say("{} {} {}", releases_text(profile, problem.releases),
                                verb(problem.releases, "has", "have"), the_expected(finding)));
  finding.details.push_back(link_error_sentence(problem.outcome));
  const wasm::FunctionType& asked = facts.type_of(facts.imports[problem.import]);
  std::vector<std::string> fitting;
  for (const profile::AbiProfile& other : input.catalog) {
    if (other.prerelease || other.runtimes.empty() || other.id == profile.id) continue;
    const auto symbol = other.symbols.find(finding.symbol, other.newest());
    if (symbol && symbol->type && *symbol->type == asked) fitting.push_back(other.id);
  }
  const auto offered = profile.symbols.find(finding.symbol, problem.releases.back());
  const auto help = offered && offered->type ? legalisation_help(*offered->type, asked)
                                             : std::optional<std::string>();
  if (fitting.empty() && help) {
    finding.help = *help;
  } else if (fitting.empty() && profile.python.empty()) {
    finding.help = fmt::format("rebuild with Emscripten {} and the headers of this runtime",
                               profile.emscripten);
  } else if (fitting.empty()) {
    finding.help = fmt::format(
        "rebuild against the headers of CPython {} with Emscripten {}; a library of "
        "another version may have been linked in",
        profile.python, profile.emscripten);
  } else {
    finding.details.push_back(fmt::format("{} {} the module's type", enumerate(fitting),
                                          fitting.size() == 1 ? "has" : "have"));
    finding.help = fmt::format(
        "if this wheel was built for {}, tag it so; else rebuild it with Emscripten {} and CPython "
        "{}",
        enumerate(fitting), profile.emscripten, profile.python);
  }
  return finding;
}

Finding kind_finding(const RuleInput& input, std::size_t module, const loader::Problem& problem) {
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  Finding finding = linking_finding(input, "WA304"_rule, module, problem);
  finding.message = say("{} is asked for as {}, but the runtime has {}", the_symbol(finding),
                        the_found(finding), the_expected(finding));
  finding.place.import = import_place(facts, problem.import);
  finding.details.push_back(link_error_sentence(problem.outcome));
  finding.help =
      "declare the symbol as what it is, and rebuild; a variable declared as a function, or the "
      "reverse, is the usual cause";
  return finding;
}

}  // namespace

void type_mismatch(const RuleInput& input, FindingSink& findings) {
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    for (const loader::Problem& problem : input.target->problems[module]) {
      if (problem.binding.mismatch != loader::Mismatch::type) continue;
      if (is_expected_of_library(input, module, problem)) continue;  // WA406
      findings.add(findings.is_full() ? counted_finding(input, "WA303"_rule, module, problem)
                                      : type_finding(input, module, problem));
    }
  }
}

void kind_mismatch(const RuleInput& input, FindingSink& findings) {
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    const wasm::SideModule& facts = input.wheel.modules[module].facts;
    for (const loader::Problem& problem : input.target->problems[module]) {
      if (problem.binding.mismatch != loader::Mismatch::kind) continue;
      const wasm::ImportedSymbol& import = facts.imports[problem.import];
      // A tag of an exception or setjmp model on a runtime of the other is WA308 or WA309.
      if (import.kind == wasm::ExternalKind::tag &&
          model_of(facts, import.name) != SymbolModel::none)
        continue;
      findings.add(findings.is_full() ? counted_finding(input, "WA304"_rule, module, problem)
                                      : kind_finding(input, module, problem));
    }
  }
}

}  // namespace wheelaudit::rules
