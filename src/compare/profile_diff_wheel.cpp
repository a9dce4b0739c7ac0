// Finds what a change between two runtimes does to a wheel: links its imports on both sides, as the
// loaders would, and compares the results symbol by symbol. What a module gets from itself or from
// the wheel's libraries on both sides is not a use of the runtime.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "compare/profile_diff.hpp"
#include "loader/link.hpp"
#include "loader/target.hpp"

namespace wheelaudit::compare {
namespace {

using rules::operator""_rule;

/// The imports of one module under one name: a function, its address, or both.
struct UsedName {
  std::size_t import = 0;  ///< index of the function import, else of the first import of this name
  bool is_function = false;
  bool is_address = false;
};
using UsedNames = std::map<std::string_view, UsedName>;

/// One wheel, linked on one side.
struct LinkedSide {
  const wheel::Wheel& wheel;
  const loader::LinkIndex& index;
  RuntimeSide side;
  loader::Target target;
};

/// What one name of one module resolves to on one side, and with which outcome.
struct Outlook {
  loader::Resolution resolution = loader::Resolution::unresolved;
  loader::Mismatch mismatch = loader::Mismatch::none;
  profile::Outcome outcome = profile::Outcome::ok;
  std::optional<profile::ProvidedSymbol> provided;
  std::string offered;  ///< what the runtime offers, as text; empty: nothing
};

bool is_address(const wasm::ImportedSymbol& import) {
  return import.module.str().starts_with("GOT.");
}

UsedNames used_names(const wasm::SideModule& facts) {
  UsedNames names;
  for (std::size_t i = 0; i < facts.imports.size(); ++i) {
    const wasm::ImportedSymbol& import = facts.imports[i];
    const auto [entry, is_new] = names.try_emplace(import.name);
    UsedName& used = entry->second;
    const bool is_function = import.kind == wasm::ExternalKind::function;
    if (is_new || (is_function && !used.is_function)) used.import = i;
    used.is_function = used.is_function || is_function;
    used.is_address = used.is_address || is_address(import);
  }
  return names;
}

bool from_runtime(loader::Resolution resolution) {
  return resolution == loader::Resolution::runtime_wasm ||
         resolution == loader::Resolution::runtime_js ||
         resolution == loader::Resolution::on_demand || resolution == loader::Resolution::loader;
}

/// The problem with the worst outcome per name of a module; names without a problem are missing.
std::map<std::string_view, const loader::Problem*> worst_by_name(const loader::Target& target,
                                                                 const wasm::SideModule& facts,
                                                                 std::size_t module) {
  std::map<std::string_view, const loader::Problem*> worst;
  for (const loader::Problem& problem : target.problems[module]) {
    const loader::Problem*& entry = worst[facts.imports[problem.import].name];
    if (entry == nullptr || entry->outcome < problem.outcome) entry = &problem;
  }
  return worst;
}

Outlook outlook(const LinkedSide& linked, const wasm::SideModule& facts, std::size_t module,
                const UsedName& used, const loader::Problem* problem) {
  const wasm::ImportedSymbol& import = facts.imports[used.import];
  const loader::Binding& binding = linked.target.bindings[module][0].imports[used.import];
  Outlook result{.resolution = binding.resolution,
                 .mismatch = binding.mismatch,
                 .outcome = problem == nullptr ? profile::Outcome::ok : problem->outcome,
                 .provided = std::nullopt,
                 .offered = {}};
  const bool is_symbol =
      used.is_function || used.is_address || import.kind == wasm::ExternalKind::tag;
  if (is_symbol) result.provided = linked.side.find(import.name);
  if (result.provided) {
    result.offered = provided_text(*result.provided);
  } else if (binding.resolution == loader::Resolution::on_demand) {
    result.offered = "made on demand";
  } else if (problem != nullptr && binding.mismatch != loader::Mismatch::none && !is_symbol) {
    result.offered =
        loader::mismatch_sides(linked.wheel, linked.index, module, *linked.side.profile,
                               linked.side.release, problem->newest, problem->binding)
            .expected;
  }
  return result;
}

std::optional<SymbolChange> change_between(const Outlook& before, const Outlook& after) {
  const bool was = before.provided || from_runtime(before.resolution);
  const bool is = after.provided || from_runtime(after.resolution);
  if (!was && !is && before.outcome == after.outcome) return std::nullopt;
  if (!was && !is) return after.outcome > before.outcome ? SymbolChange::gone : SymbolChange::added;
  if (!is) return SymbolChange::gone;
  if (!was) return SymbolChange::added;
  if (before.provided && after.provided) {
    const profile::ProvidedSymbol& old = *before.provided;
    const profile::ProvidedSymbol& now = *after.provided;
    if (old.kind != now.kind) return SymbolChange::kind;
    if (old.type && now.type && *old.type != *now.type) return SymbolChange::retyped;
    if (old.provider != now.provider) return SymbolChange::provider;
  } else if (before.provided || after.provided) {
    return SymbolChange::provider;
  }
  if (before.outcome != after.outcome) return SymbolChange::kind;
  return std::nullopt;
}

Effect effect_of(SymbolChange change, const wasm::FunctionType* asked, const Outlook& before,
                 const Outlook& after) {
  if (after.outcome > before.outcome) return Effect::breaks;
  if (after.outcome < before.outcome) return Effect::mends;
  if (after.outcome != profile::Outcome::ok || !before.provided || !after.provided)
    return Effect::none;
  const bool changed = change == SymbolChange::retyped || change == SymbolChange::kind;
  if (!changed) return Effect::none;
  // The module loads on both sides. A JavaScript function takes any type, and an address is called
  // with the type that its user knows: that call is wrong from now on or, if it was wrong before,
  // right.
  if (asked == nullptr) return Effect::breaks;
  if (after.provided->type == *asked) return Effect::mends;
  return before.provided->type == *asked ? Effect::breaks : Effect::none;
}

std::string asked_text(const wasm::SideModule& facts, const UsedName& used) {
  const wasm::ImportedSymbol& import = facts.imports[used.import];
  if (import.kind == wasm::ExternalKind::function) return facts.type_of(import).str();
  if (import.kind == wasm::ExternalKind::tag) return "a tag " + facts.type_of(import).str();
  if (used.is_address) return "an address";
  return "a " + std::string(wasm::external_kind_name(import.kind));
}

std::vector<UsedChange> module_changes(const wheel::WheelModule& module, std::size_t index,
                                       const LinkedSide& before, const LinkedSide& after) {
  const wasm::SideModule& facts = module.facts;
  std::vector<UsedChange> changes;
  if (before.target.bindings[index][0].imports.size() != facts.imports.size()) return changes;
  const auto worst_before = worst_by_name(before.target, facts, index);
  const auto worst_after = worst_by_name(after.target, facts, index);
  const auto problem_in = [](const auto& worst, std::string_view name) {
    const auto found = worst.find(name);
    return found == worst.end() ? nullptr : found->second;
  };
  for (const auto& [name, used] : used_names(facts)) {
    const Outlook old = outlook(before, facts, index, used, problem_in(worst_before, name));
    const Outlook now = outlook(after, facts, index, used, problem_in(worst_after, name));
    const auto change = change_between(old, now);
    if (!change) continue;
    // When the module has the symbol itself, it makes no difference that the runtime offers it now.
    if (*change == SymbolChange::added && old.outcome == now.outcome) continue;
    const wasm::FunctionType* asked =
        used.is_function ? &facts.type_of(facts.imports[used.import]) : nullptr;
    changes.push_back({.member = module.path,
                       .symbol = std::string(name),
                       .change = *change,
                       .before = old.offered,
                       .after = now.offered,
                       .asked = asked_text(facts, used),
                       .outcome_before = old.outcome,
                       .outcome_after = now.outcome,
                       .effect = effect_of(*change, asked, old, now)});
  }
  return changes;
}

WheelOnRuntime wheel_on(const wheel::Wheel& wheel, const RuntimeSide& side) {
  const audit::Audit result =
      audit::audit(wheel, {side.profile, 1},
                   {.selections = {{.profile = 0, .release = side.release}}, .matrix = false});
  WheelOnRuntime on{
      .verdict = result.verdict, .links = {}, .unresolved = 0, .mismatched = 0, .rules = {}};
  for (const loader::RuntimeRow& row : result.runtimes) {
    on.links = loader::worst(on.links, row.links);
    on.unresolved += row.unresolved;
    on.mismatched += row.mismatched;
  }
  std::set<rules::RuleId> rules;
  for (const rules::Finding& finding : result.findings) {
    if (finding.severity == rules::Severity::error) rules.emplace(finding.rule);
  }
  on.rules.assign(rules.begin(), rules.end());
  return on;
}

}  // namespace

std::string_view effect_name(Effect effect) {
  switch (effect) {
    case Effect::mends:
      return "mends";
    case Effect::breaks:
      return "breaks";
    case Effect::none:
      break;
  }
  return "none";
}

std::string_view fate_name(Fate fate) {
  switch (fate) {
    case Fate::survives:
      return "survives";
    case Fate::links:
      return "links";
    case Fate::fails:
      return "fails";
    case Fate::breaks:
      break;
  }
  return "breaks";
}

Fate WheelDiff::fate() const {
  const bool uses_break =
      std::ranges::find(changes, Effect::breaks, &UsedChange::effect) != changes.end();
  // A wheel that did not load before cannot break.
  if (before.links >= profile::Outcome::load && after.links >= profile::Outcome::load)
    return Fate::fails;
  if (uses_break || after.links > before.links) return Fate::breaks;
  if (after.links != profile::Outcome::ok || after.verdict == audit::Verdict::malformed)
    return Fate::fails;
  // A platform tag of another ABI is expected here: `repair --plat` sets the new one.
  const bool only_tags = std::ranges::all_of(after.rules, [](rules::RuleId rule) {
    return rule == "WA101"_rule || rule == "WA102"_rule || rule == "WA107"_rule;
  });
  return only_tags ? Fate::survives : Fate::links;
}

WheelDiff diff_wheel(const wheel::Wheel& wheel, const RuntimeSide& before,
                     const RuntimeSide& after) {
  WheelDiff diff{.path = wheel.path,
                 .before = wheel_on(wheel, before),
                 .after = wheel_on(wheel, after),
                 .changes = {}};
  const loader::LinkIndex index = loader::index_for_linking(wheel);
  const auto linked = [&](const RuntimeSide& side) {
    return LinkedSide{.wheel = wheel,
                      .index = index,
                      .side = side,
                      .target = loader::make_target(wheel, index, *side.profile, {side.release})};
  };
  const LinkedSide old = linked(before);
  const LinkedSide now = linked(after);
  for (std::size_t i = 0; i < wheel.modules.size(); ++i) {
    std::ranges::move(module_changes(wheel.modules[i], i, old, now),
                      std::back_inserter(diff.changes));
  }
  return diff;
}

ProfileDiff used_only(ProfileDiff diff, std::span<const WheelDiff> wheels) {
  std::set<std::string_view> used;
  for (const WheelDiff& wheel : wheels) {
    for (const UsedChange& change : wheel.changes) used.insert(change.symbol);
  }
  std::erase_if(diff.symbols,
                [&](const ChangedSymbol& symbol) { return !used.contains(symbol.name); });
  return diff;
}

}  // namespace wheelaudit::compare
