// A target's linkages, and the grouping of what does not work out: one entry per symbol over all
// judged releases (RULES.md: each unresolved symbol is exactly one finding per profile and member).
// The outcome is the one that the profile's loader behaviour states.

#include "wheelaudit/target.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <tuple>

namespace wheelaudit {
namespace {

/// Unresolved function and address imports of one name are one symbol; a mismatch stands for
/// itself.
struct SymbolKey {
  std::string_view name;
  Mismatch mismatch = Mismatch::none;
  std::string_view import_module;  ///< only for mismatches
  auto operator<=>(const SymbolKey&) const = default;
};

bool is_address(const LoaderBehaviour& loader, const ImportedSymbol& import) {
  return std::ranges::find(loader.address_modules, import.module) != loader.address_modules.end();
}

/// Which imports are reached at load, by import index; empty when the bodies were not read.
std::vector<bool> reached_flags(const SideModule& facts) {
  std::vector<bool> flags(facts.imports.size(), false);
  const auto reached = reached_at_load(facts);
  if (!reached) return flags;
  std::vector<std::size_t> import_of_function;
  for (std::size_t i = 0; i < facts.imports.size(); ++i) {
    if (facts.imports[i].kind == ExternalKind::function) import_of_function.push_back(i);
  }
  for (const std::uint32_t function : *reached) {
    if (function < import_of_function.size()) flags[import_of_function[function]] = true;
  }
  return flags;
}

void note_sides(AffectedImport& entry, const Linkage& linkage, std::size_t import) {
  const auto sides =
      std::ranges::lower_bound(linkage.mismatches, import, {}, &MismatchSides::import);
  if (sides == linkage.mismatches.end() || sides->import != import) return;
  entry.expected = sides->expected;
  entry.found = sides->found;
}

/// Imports that may not work out on some release: of tens of thousands, a handful.
std::vector<std::size_t> doubtful_imports(std::span<const Linkage> linkages,
                                          const SideModule& facts) {
  std::vector<bool> doubtful(facts.imports.size(), false);
  for (const Linkage& linkage : linkages) {
    for (std::size_t i = 0; i < linkage.imports.size(); ++i) {
      if (may_fail(facts.imports[i], linkage.imports[i])) doubtful[i] = true;
    }
  }
  std::vector<std::size_t> imports;
  for (std::size_t i = 0; i < doubtful.size(); ++i) {
    if (doubtful[i]) imports.push_back(i);
  }
  return imports;
}

/// A doubtful import on one of the judged releases where it does not work out.
struct Doubt {
  std::uint32_t import = 0;
  std::uint32_t judged = 0;  ///< index into Target::judged
};

SymbolKey key_of(const Target& target, const SideModule& facts, std::size_t module, Doubt doubt) {
  const ImportedSymbol& import = facts.imports[doubt.import];
  const Mismatch mismatch = target.linkages[module][doubt.judged].imports[doubt.import].mismatch;
  return {.name = import.name,
          .mismatch = mismatch,
          .import_module = mismatch == Mismatch::none ? std::string_view{} : import.module};
}

void add_doubt(AffectedImport& affected, const Target& target, const SideModule& facts,
               std::size_t module, Doubt doubt, bool reached) {
  const std::size_t release = target.judged[doubt.judged];
  const LoaderBehaviour& loader = target.profile->runtimes[release].loader;
  const Linkage& linkage = target.linkages[module][doubt.judged];
  const ImportedSymbol& import = facts.imports[doubt.import];
  const bool address = is_address(loader, import);
  if (affected.releases.empty() || (address && !affected.address)) affected.import = doubt.import;
  affected.address = affected.address || address;
  affected.reached_at_load = affected.reached_at_load || reached;
  affected.linkage = linkage.imports[doubt.import];
  affected.outcome =
      worst(affected.outcome, import_outcome(loader, import, affected.linkage, reached));
  if (affected.releases.empty() || affected.releases.back() != release) {
    affected.releases.push_back(release);
  }
  note_sides(affected, linkage, doubt.import);
}

/// Grouped by sorting small numbers, not in a map: 100,000 unresolved imports are a module of a
/// megabyte (SAFETY.md, promise 10).
std::vector<AffectedImport> affected_imports(const Target& target, const SideModule& facts,
                                             std::size_t module) {
  const std::vector<std::size_t> doubtful = doubtful_imports(target.linkages[module], facts);
  if (doubtful.empty()) return {};
  const std::vector<bool> reached = reached_flags(facts);
  std::vector<Doubt> doubts;
  for (std::size_t r = 0; r < target.judged.size(); ++r) {
    const LoaderBehaviour& loader = target.profile->runtimes[target.judged[r]].loader;
    const Linkage& linkage = target.linkages[module][r];
    if (linkage.imports.empty()) continue;
    for (const std::size_t i : doubtful) {
      if (import_outcome(loader, facts.imports[i], linkage.imports[i], reached[i]) == Outcome::ok)
        continue;
      doubts.push_back(
          {.import = static_cast<std::uint32_t>(i), .judged = static_cast<std::uint32_t>(r)});
    }
  }
  const auto key = [&](Doubt doubt) { return key_of(target, facts, module, doubt); };
  // Within a symbol as found: older releases first, then in the order of the imports.
  std::ranges::sort(doubts, [&](Doubt left, Doubt right) {
    const auto order = key(left) <=> key(right);
    if (order != 0) return order < 0;
    return std::tie(left.judged, left.import) < std::tie(right.judged, right.import);
  });
  std::size_t symbols = 0;
  for (std::size_t i = 0; i < doubts.size(); ++i) {
    if (i == 0 || key(doubts[i]) != key(doubts[i - 1])) ++symbols;
  }
  std::vector<AffectedImport> result;
  result.reserve(symbols);
  for (std::size_t i = 0; i < doubts.size(); ++i) {
    if (i == 0 || key(doubts[i]) != key(doubts[i - 1])) result.emplace_back();
    add_doubt(result.back(), target, facts, module, doubts[i], reached[doubts[i].import]);
  }
  return result;
}

}  // namespace

Target make_target(const Wheel& wheel, const LinkIndex& index, const AbiProfile& profile,
                   std::vector<std::size_t> judged, std::vector<std::string> claimed) {
  Target target{.profile = &profile,
                .judged = std::move(judged),
                .claimed = std::move(claimed),
                .linkages = {},
                .affected = {}};
  for (std::size_t module = 0; module < wheel.modules.size(); ++module) {
    target.linkages.push_back(link_module(wheel, index, module, profile, target.judged));
  }
  for (std::size_t module = 0; module < wheel.modules.size(); ++module) {
    target.affected.push_back(affected_imports(target, wheel.modules[module].facts, module));
  }
  return target;
}

}  // namespace wheelaudit
