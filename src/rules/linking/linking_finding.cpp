// Which rule speaks for a missing symbol or library depends on names alone, and several rules must
// agree: so the choice stands here once.

#include "rules/linking/linking_finding.hpp"

#include <algorithm>
#include <ranges>
#include <string_view>
#include <utility>

#include "rules/new_finding.hpp"

namespace wheelaudit::rules {

std::vector<std::size_t> imports_behind_missing(const RuleInput& input, std::size_t module) {
  const loader::Target& target = *input.target;
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  std::vector<bool> is_behind(facts.imports.size(), false);
  for (const loader::ModuleBindings& bindings : target.bindings[module].distinct()) {
    for (std::size_t i = 0; i < bindings.imports.size(); ++i) {
      if (bindings.imports[i].resolution == loader::Resolution::behind_missing) is_behind[i] = true;
    }
  }
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < is_behind.size(); ++i) {
    if (is_behind[i]) result.push_back(i);
  }
  const auto name = [&](std::size_t i) -> std::string_view { return facts.imports[i].name; };
  std::ranges::sort(result, {}, [&](std::size_t i) { return std::pair(name(i), i); });
  const auto repeated = std::ranges::unique(result, {}, name);
  result.erase(repeated.begin(), repeated.end());
  return result;
}

RuleId rule_about(loader::NeededBinding::State state) {
  using State = loader::NeededBinding::State;
  switch (state) {
    case State::run_path_missing:
      return "WA402"_rule;
    case State::run_path_ignored:
      return "WA403"_rule;
    case State::run_path_invalid:
    case State::name_with_slash:
      return "WA404"_rule;
    case State::missing:
    case State::in_wheel_elsewhere:
    case State::run_path_useless:
    case State::found:
      break;
  }
  return "WA401"_rule;
}

std::optional<Cause> missing_library(const RuleInput& input, std::size_t module, bool absent) {
  using State = loader::NeededBinding::State;
  for (const loader::ModuleBindings& bindings : input.target->bindings[module].distinct()) {
    for (std::size_t i = 0; i < bindings.needed.size(); ++i) {
      const State state = bindings.needed[i].state;
      if (absent ? state != State::missing : state == State::found) continue;
      return Cause{.rule = rule_about(state),
                   .symbol = input.wheel.modules[module].facts.dylink->needed[i]};
    }
  }
  return std::nullopt;
}

SymbolModel model_of(const wasm::SideModule& module, std::string_view symbol) {
  const auto is_catch = [](std::string_view name) {
    return name.starts_with("__cxa_find_matching_catch_") || name == "__resumeException" ||
           name == "llvm_eh_typeid_for";
  };
  if (is_catch(symbol) || symbol == "__cpp_exception" || symbol == "_Unwind_CallPersonality" ||
      symbol == "__wasm_lpad_context") {
    return SymbolModel::exceptions;
  }
  if (symbol == "saveSetjmp" || symbol == "testSetjmp" || symbol == "__wasm_setjmp" ||
      symbol == "__wasm_setjmp_test" || symbol == "__wasm_longjmp" ||
      symbol == "emscripten_longjmp" || symbol == "__c_longjmp") {
    return SymbolModel::setjmp;
  }
  if (!symbol.starts_with("invoke_")) return SymbolModel::none;
  const bool catches = std::ranges::any_of(
      module.imports, [&](const wasm::ImportedSymbol& import) { return is_catch(import.name); });
  return catches || module.setjmp() == wasm::SetjmpModel::none ? SymbolModel::exceptions
                                                               : SymbolModel::setjmp;
}

bool is_expected_of_library(const RuleInput& input, std::size_t module,
                            const loader::Problem& problem) {
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  const wasm::ImportedSymbol& import = facts.imports[problem.import];
  if (problem.binding.mismatch != loader::Mismatch::none) {
    return problem.binding.mismatch == loader::Mismatch::type &&
           problem.binding.resolution == loader::Resolution::library;
  }
  if (problem.binding.resolution != loader::Resolution::unresolved || !facts.dylink ||
      model_of(facts, import.name) != SymbolModel::none) {
    return false;
  }
  const loader::ModuleBindings& newest = input.target->bindings[module].back();
  const bool has_library = std::ranges::any_of(
      newest.needed,
      [](const loader::NeededBinding& needed) { return needed.library.has_value(); });
  return has_library && profiles_offering(input, import.name).empty();
}

Finding counted_finding(const RuleInput& input, RuleId rule, std::size_t module,
                        const loader::Problem& problem) {
  const profile::AbiProfile& profile = *input.target->profile;
  Finding finding{.rule = rule};
  finding.profile = profile.id;
  finding.releases = release_names(profile, problem.releases);
  finding.severity = target_severity(*input.target, problem.releases);
  finding.consequence = consequence_of(problem.outcome);
  finding.place.member = input.wheel.modules[module].path;
  finding.symbol = input.wheel.modules[module].facts.imports[problem.import].name;
  return finding;
}

Finding linking_finding(const RuleInput& input, RuleId rule, std::size_t module,
                        const loader::Problem& problem) {
  Finding finding = counted_finding(input, rule, module, problem);
  if (problem.binding.mismatch != loader::Mismatch::none) {
    loader::MismatchSides sides =
        loader::mismatch_sides(input.wheel, input.index, module, *input.target->profile,
                               problem.releases.back(), problem.newest, problem.binding);
    finding.expected = std::move(sides.expected);
    finding.found = std::move(sides.found);
  }
  return finding;
}

std::vector<std::string> profiles_offering(const RuleInput& input, std::string_view symbol) {
  std::vector<std::string> ids;
  for (const profile::AbiProfile& profile : input.catalog) {
    if (profile.prerelease || profile.runtimes.empty()) continue;
    const auto offered = profile.symbols.find(symbol, profile.newest());
    if (offered && offered->kind != profile::ProvidedKind::tag) ids.push_back(profile.id);
  }
  return ids;
}

ImportPlace import_place(const wasm::SideModule& module, std::size_t import) {
  const wasm::ImportedSymbol& symbol = module.imports[import];
  std::string what;
  switch (symbol.kind) {
    case wasm::ExternalKind::function:
      what = module.type_of(symbol).str();
      break;
    case wasm::ExternalKind::tag:
      what = "tag " + module.type_of(symbol).str();
      break;
    case wasm::ExternalKind::global:
      what = "global " + symbol.global.str();
      break;
    case wasm::ExternalKind::memory:
      what = "memory";
      break;
    case wasm::ExternalKind::table:
      what = "table";
      break;
  }
  return {.index = static_cast<std::uint32_t>(import),
          .module = symbol.module,
          .type = std::move(what)};
}

}  // namespace wheelaudit::rules
