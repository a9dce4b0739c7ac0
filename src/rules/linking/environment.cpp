// WA305 import-module, WA306 memory-import and WA307 table-import: what a side module may ask of
// the loader besides symbols. The loader offers `env`, `wasi_snapshot_preview1`, `GOT.mem` and
// `GOT.func`, one 32-bit unshared memory and one growing table
// (docs/design/linking.md#memory-and-table).

#include <fmt/format.h>

#include <algorithm>

#include "rules/linking/linking_finding.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"

namespace wheelaudit::rules {
namespace {

using Describe = void(const wasm::ImportedSymbol& import, Finding& finding);

void of_mismatch(const RuleInput& input, loader::Mismatch mismatch, RuleId rule, Describe& describe,
                 FindingSink& findings) {
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    const wasm::SideModule& facts = input.wheel.modules[module].facts;
    for (const loader::Problem& problem : input.target->problems[module]) {
      if (problem.binding.mismatch != mismatch) continue;
      if (findings.is_full()) {
        findings.add(counted_finding(input, rule, module, problem));
        continue;
      }
      Finding finding = linking_finding(input, rule, module, problem);
      finding.place.import = import_place(facts, problem.import);
      describe(facts.imports[problem.import], finding);
      findings.add(std::move(finding));
    }
  }
}

/// What was found begins with the import's name in back-quotes (loader::link_memory, link_table).
Sentence not_the_runtimes(std::string_view what, const Finding& finding) {
  const std::string_view found = finding.found;
  const std::string name = fmt::format("`{}`", finding.symbol);
  if (!found.starts_with(name)) {
    return say("the {} asked for is not the runtime's: {}", what, the_found(finding));
  }
  return say("the {} asked for is not the runtime's: {}{}", what, the_symbol(finding),
             saying(Says::found, found.substr(name.size())));
}

void describe_import_module(const wasm::ImportedSymbol& import, Finding& finding) {
  finding.message = say("{} is imported from `{}`, which the loader does not offer",
                        the_symbol(finding), import.module.str());
  finding.help =
      "the import attribute (import_module, wasm_import_module) names a JavaScript module that "
      "only "
      "its own page provides; drop it, or give the function through `env`";
}

void describe_memory(const wasm::ImportedSymbol& import, Finding& finding) {
  finding.message = not_the_runtimes("memory", finding);
  finding.help =
      import.memory && import.memory->shared
          ? "build without -pthread: Pyodide has no threads and its memory is not shared"
      : import.memory && import.memory->is_64
          ? "build for wasm32: Pyodide has no memory64"
          : "build without a memory limit of the module's own (-sMAXIMUM_MEMORY, --max-memory)";
}

void describe_table(const wasm::ImportedSymbol& /*import*/, Finding& finding) {
  finding.message = not_the_runtimes("table", finding);
  finding.help =
      "link with -shared (-sSIDE_MODULE), so that the table is imported without a maximum";
}

}  // namespace

void import_module(const RuleInput& input, FindingSink& findings) {
  of_mismatch(input, loader::Mismatch::import_module, "WA305"_rule, describe_import_module,
              findings);
}

void memory_import(const RuleInput& input, FindingSink& findings) {
  of_mismatch(input, loader::Mismatch::memory, "WA306"_rule, describe_memory, findings);
  const profile::AbiProfile& profile = *input.target->profile;
  for (std::size_t m = 0; m < input.wheel.modules.size(); ++m) {
    const wheel::WheelModule& module = input.wheel.modules[m];
    if (module.facts.kind != wasm::ModuleKind::side_module || module.facts.memories.empty())
      continue;
    Finding finding{.rule = "WA306"_rule};
    finding.profile = profile.id;
    finding.releases = release_names(profile, input.target->judged);
    finding.severity = target_severity(*input.target, input.target->judged);
    profile::Outcome outcome = profile::Outcome::ok;
    for (std::size_t r = 0; r < input.target->judged.size(); ++r) {
      const profile::LoaderBehaviour& loader = profile.runtimes[input.target->judged[r]].loader;
      const bool unset = input.target->bindings[m][r].leaves_unset;
      outcome = loader::worst(outcome, loader::refused_by_engine(loader.memory_or_table, unset));
    }
    if (outcome == profile::Outcome::ok) continue;
    finding.consequence = consequence_of(outcome);
    finding.place.member = module.path;
    finding.message = "the module defines a memory of its own";
    finding.expected = "env.memory imported";
    finding.found = fmt::format("{} memory defined", module.facts.memories.size());
    finding.help = "link with -shared (-sSIDE_MODULE): a side module lives in the runtime's memory";
    findings.add(std::move(finding));
  }
}

void table_import(const RuleInput& input, FindingSink& findings) {
  of_mismatch(input, loader::Mismatch::table, "WA307"_rule, describe_table, findings);
}

}  // namespace wheelaudit::rules
