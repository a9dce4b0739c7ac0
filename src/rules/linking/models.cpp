// WA308 exception-model and WA309 setjmp-model: the module was built for another model of
// exceptions, or of setjmp, than the release has. Up to Pyodide 0.27 both go through JavaScript
// (`invoke_*`), from 0.28 on through wasm instructions and tags
// (docs/design/linking.md#exception-models). One static library built for the other model is
// enough.

#include <fmt/format.h>

#include "rules/linking/linking_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

bool uses_wasm(const profile::AbiProfile& profile) {
  return profile.runtimes[profile.newest()].loader.exceptions == wasm::ExceptionModel::wasm_legacy;
}

std::string exception_help(bool wasm) {
  return wasm ? "compile and link everything, static libraries too, with -fwasm-exceptions; for "
                "Rust use "
                "1.93 or newer, or -Zemscripten-wasm-eh with a standard library built so"
              : "compile and link everything with -fexceptions (JavaScript exceptions), not "
                "-fwasm-exceptions; "
                "for Rust leave out -Zemscripten-wasm-eh (the default before 1.93)";
}

std::string setjmp_help(const profile::AbiProfile& profile, bool wasm) {
  return wasm ? "compile and link everything with -sSUPPORT_LONGJMP=wasm (the default with "
                "-fwasm-exceptions)"
              : fmt::format(
                    "compile and link everything with Emscripten {} and "
                    "-sSUPPORT_LONGJMP=emscripten",
                    profile.emscripten);
}

Finding model_finding(const RuleInput& input, std::size_t module, const loader::Problem& problem,
                      SymbolModel model) {
  const profile::AbiProfile& profile = *input.target->profile;
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  const bool wasm = uses_wasm(profile);
  const bool exceptions = model == SymbolModel::exceptions;
  Finding finding =
      linking_finding(input, exceptions ? "WA308"_rule : "WA309"_rule, module, problem);
  const std::string_view what = exceptions ? "exceptions" : "setjmp";
  finding.expected = fmt::format("{} {}", wasm ? "wasm" : "JavaScript", what);
  finding.found = fmt::format("`{}`, which belongs to another {} model", finding.symbol,
                              exceptions ? "exception" : "setjmp");
  finding.message =
      say("{} belongs to {} {}, but {} {} {}", the_symbol(finding), wasm ? "JavaScript" : "wasm",
          what, releases_text(profile, problem.releases), verb(problem.releases, "has", "have"),
          the_expected(finding));
  // The setjmp functions changed within the JavaScript model too (docs/design/abis.md#the-table).
  if (!exceptions && !wasm && !finding.symbol.starts_with("__wasm_longjmp") &&
      finding.symbol != "__c_longjmp") {
    finding.message = say("{} belongs to another Emscripten's setjmp than {}'s",
                          the_symbol(finding), releases_text(profile, problem.releases));
  }
  finding.place.import = import_place(facts, problem.import);
  finding.details.push_back(consequence_sentence(problem.outcome));
  finding.help = exceptions ? exception_help(wasm) : setjmp_help(profile, wasm);
  return finding;
}

void of_model(const RuleInput& input, SymbolModel model, FindingSink& findings) {
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    const wasm::SideModule& facts = input.wheel.modules[module].facts;
    for (const loader::Problem& problem : input.target->problems[module]) {
      const loader::Mismatch mismatch = problem.binding.mismatch;
      const wasm::ImportedSymbol& import = facts.imports[problem.import];
      const bool missing =
          mismatch == loader::Mismatch::none ||
          (mismatch == loader::Mismatch::kind && import.kind == wasm::ExternalKind::tag);
      if (problem.binding.resolution == loader::Resolution::library) continue;  // WA406
      if (!missing || model_of(facts, import.name) != model) continue;
      findings.add(model_finding(input, module, problem, model));
    }
  }
}

}  // namespace

void exception_model(const RuleInput& input, FindingSink& findings) {
  of_model(input, SymbolModel::exceptions, findings);
}

void setjmp_model(const RuleInput& input, FindingSink& findings) {
  of_model(input, SymbolModel::setjmp, findings);
}

}  // namespace wheelaudit::rules
