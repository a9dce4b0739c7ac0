// WA312 js-glue: JavaScript inside the module. `EM_JS` puts the body of a function into an export
// `__em_js__X`, which the loader evaluates when it loads the module; `EM_ASM` puts pieces into data
// that `emscripten_asm_const_*` evaluates by address. Loaders of some releases do not look for such
// code (docs/design/linking.md#javascript-in-modules): then an EM_JS function is unresolved, which
// is WA301's error, and EM_ASM's pieces are not found when they are to run, which is the error
// here.

#include <fmt/format.h>

#include <algorithm>

#include "rules/linking/linking_finding.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

constexpr std::string_view js_prefix = "__em_js__";
constexpr std::string_view asm_prefix = "emscripten_asm_const_";

std::vector<std::string> glue_functions(const wasm::SideModule& facts) {
  std::vector<std::string> names;
  for (const wasm::ExportedSymbol& symbol : facts.exports) {
    if (symbol.name.starts_with(js_prefix)) names.push_back(symbol.name.substr(js_prefix.size()));
  }
  return names;
}

/// Whether the module imports `emscripten_asm_const_*`, as a function or by its address.
bool asks_for_asm(const wasm::SideModule& facts) {
  return std::ranges::any_of(facts.imports, [](const wasm::ImportedSymbol& import) {
    return import.name.starts_with(asm_prefix);
  });
}

std::vector<std::size_t> releases_where(const loader::Target& target,
                                        profile::Outcome profile::LoaderBehaviour::* row, bool ok) {
  std::vector<std::size_t> releases;
  for (const std::size_t release : target.judged) {
    const bool works = target.profile->runtimes[release].loader.*row == profile::Outcome::ok;
    if (works == ok) releases.push_back(release);
  }
  return releases;
}

/// The note for releases where the JavaScript works: the page must allow eval.
Finding needs_eval(const loader::Target& target, const std::vector<std::size_t>& releases,
                   const wheel::WheelModule& module, std::string what) {
  Finding finding = target_finding(target, "WA312"_rule, releases, Consequence::style, module.path);
  finding.message = fmt::format("the module holds JavaScript: {}", what);
  finding.details.push_back(
      "it is evaluated when the module is loaded: where a content security policy forbids eval, "
      "the load fails with an EvalError");
  return finding;
}

void add_em_js(const loader::Target& target, const wheel::WheelModule& module,
               FindingSink& findings) {
  const std::vector<std::string> names = glue_functions(module.facts);
  if (names.empty()) return;
  const std::string what = fmt::format("{} by EM_JS", quoted_list(names));
  if (auto working = releases_where(target, &profile::LoaderBehaviour::em_js, true);
      !working.empty()) {
    findings.add(needs_eval(target, working, module, what));
  }
  const auto failing = releases_where(target, &profile::LoaderBehaviour::em_js, false);
  if (failing.empty()) return;
  Finding finding = target_finding(target, "WA312"_rule, failing, Consequence::style, module.path);
  finding.message = fmt::format("{} {} not make functions out of EM_JS: {}",
                                releases_text(*target.profile, failing),
                                verb(failing, "does", "do"), quoted_list(names));
  finding.details.push_back("Pyodide 0.24.0 is the first that does; here they are unresolved");
  finding.help = "write them in Python with the js module, or in C";
  findings.add(std::move(finding));
}

void add_em_asm(const RuleInput& input, std::size_t module, FindingSink& findings) {
  const loader::Target& target = *input.target;
  const wheel::WheelModule& member = input.wheel.modules[module];
  if (!asks_for_asm(member.facts)) return;
  if (auto working = releases_where(target, &profile::LoaderBehaviour::em_asm, true);
      !working.empty()) {
    findings.add(needs_eval(target, working, member, "pieces of EM_ASM"));
  }
  for (const loader::Problem& problem : target.problems[module]) {
    const wasm::ImportedSymbol& import = member.facts.imports[problem.import];
    const bool found = problem.binding.mismatch == loader::Mismatch::none &&
                       problem.binding.resolution != loader::Resolution::unresolved;
    if (!found || !import.name.starts_with(asm_prefix)) continue;
    Finding finding = linking_finding(input, "WA312"_rule, module, problem);
    finding.message =
        say("{} finds no code: {} {} not look for EM_ASM in side modules", the_symbol(finding),
            releases_text(*target.profile, problem.releases), verb(problem.releases, "does", "do"));
    finding.place.import = import_place(member.facts, problem.import);
    finding.details.push_back(
        "importing succeeds; the process dies when the code is to run (from 0.22.0 on it works)");
    finding.help = "write it in Python with the js module, or in C";
    findings.add(std::move(finding));
  }
}

}  // namespace

void js_glue(const RuleInput& input, FindingSink& findings) {
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    if (input.wheel.modules[module].facts.kind != wasm::ModuleKind::side_module) continue;
    add_em_js(*input.target, input.wheel.modules[module], findings);
    add_em_asm(input, module, findings);
  }
}

}  // namespace wheelaudit::rules
