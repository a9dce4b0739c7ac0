// Links a target and groups what fails: one entry per symbol over all judged releases
// (docs/design/verdicts.md#one-finding-per-symbol: each unresolved symbol is exactly one finding
// per profile and member). The profile's loader behaviour states the outcome.

#include "loader/target.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "loader/linker.hpp"
#include "wasm/call_graph.hpp"

namespace wheelaudit::loader {
namespace {

/// Which imports are reached at load, by import index; empty when function bodies were not read.
std::vector<bool> reached_flags(const wasm::SideModule& facts) {
  std::vector<bool> flags(facts.imports.size(), false);
  const auto reached = wasm::reached_at_load(facts);
  if (!reached) return flags;
  std::vector<std::size_t> import_of_function;
  for (std::size_t i = 0; i < facts.imports.size(); ++i) {
    if (facts.imports[i].kind == wasm::ExternalKind::function) import_of_function.push_back(i);
  }
  for (const std::uint32_t function : *reached) {
    if (function < import_of_function.size()) flags[import_of_function[function]] = true;
  }
  return flags;
}

/// Imports that may fail on some release, sorted by name: a handful of tens of thousands.
std::vector<std::uint32_t> doubtful_imports(const BindingsByRelease& by_release,
                                            const wasm::SideModule& facts,
                                            const std::vector<std::uint32_t>& by_name) {
  std::vector<bool> doubtful(facts.imports.size(), false);
  for (const ModuleBindings& bindings : by_release.distinct()) {
    for (std::size_t i = 0; i < bindings.imports.size(); ++i) {
      if (may_fail(facts.imports[i], bindings.imports[i])) doubtful[i] = true;
    }
  }
  std::vector<std::uint32_t> imports;
  std::ranges::copy_if(by_name, std::back_inserter(imports),
                       [&](std::uint32_t i) { return doubtful[i]; });
  return imports;
}

/// A doubtful import on one judged release where it fails.
struct Doubt {
  std::uint32_t import = 0;
  std::uint32_t judged = 0;  ///< index into Target::judged
};

/// Collects the problems of one module, symbol by symbol.
class ProblemFinder {
 public:
  ProblemFinder(const Target& target, const wasm::SideModule& facts, std::size_t module)
      : target_(target),
        facts_(facts),
        bindings_(target.bindings[module]),
        reached_(reached_flags(facts)) {}

  /// Adds the imports that share a name. They are one symbol or, mismatched, several.
  void add(std::span<const std::uint32_t> imports) {
    doubts_.clear();
    for (const std::uint32_t i : imports) {
      for (std::uint32_t r = 0; r < target_.judged.size(); ++r) {
        const ModuleBindings& bindings = bindings_[r];
        if (bindings.imports.empty()) continue;
        const profile::Outcome outcome =
            import_outcome(loader_of(r), facts_.imports[i], bindings.imports[i], reached_[i]);
        if (outcome != profile::Outcome::ok) doubts_.push_back({.import = i, .judged = r});
      }
    }
    const auto key = [this](Doubt doubt) { return key_of(doubt); };
    // Order within a symbol: older releases first, then the order of the imports. The doubts nearly
    // always have this order already: one import, or each from another import module.
    const auto order = [&](Doubt doubt) {
      return std::tuple(key(doubt), doubt.judged, doubt.import);
    };
    if (!std::ranges::is_sorted(doubts_, {}, order)) std::ranges::sort(doubts_, {}, order);
    for (std::size_t i = 0; i < doubts_.size(); ++i) {
      if (i == 0 || key(doubts_[i]) != key(doubts_[i - 1])) result_.emplace_back();
      add_doubt(result_.back(), doubts_[i]);
    }
  }

  std::vector<Problem> take() && { return std::move(result_); }

 private:
  /// Unresolved function and address imports of one name are one symbol; a mismatch stands for
  /// itself.
  [[nodiscard]] std::pair<Mismatch, std::string_view> key_of(Doubt doubt) const {
    const Mismatch mismatch = bindings_[doubt.judged].imports[doubt.import].mismatch;
    if (mismatch == Mismatch::none) return {mismatch, {}};
    return {mismatch, facts_.imports[doubt.import].module};
  }
  [[nodiscard]] const profile::LoaderBehaviour& loader_of(std::size_t judged) const {
    return target_.profile->runtimes[target_.judged[judged]].loader;
  }

  void add_doubt(Problem& problem, Doubt doubt) const {
    const profile::LoaderBehaviour& loader = loader_of(doubt.judged);
    const wasm::ImportedSymbol& import = facts_.imports[doubt.import];
    const bool reached = reached_[doubt.import];
    const bool address = is_address(loader, import);
    if (problem.releases.empty() || (address && !problem.address)) problem.import = doubt.import;
    problem.address = problem.address || address;
    problem.reached_at_load = problem.reached_at_load || reached;
    problem.newest = doubt.import;
    problem.binding = bindings_[doubt.judged].imports[doubt.import];
    problem.outcome =
        worst(problem.outcome, import_outcome(loader, import, problem.binding, reached));
    problem.releases.insert(target_.judged[doubt.judged]);
  }

  const Target& target_;
  const wasm::SideModule& facts_;
  const BindingsByRelease& bindings_;
  std::vector<bool> reached_;
  std::vector<Doubt> doubts_;  ///< of the imports being added
  std::vector<Problem> result_;
};

/// Groups the imports by sorting their names, not in a map, because a module of a megabyte can have
/// 100,000 unresolved imports (docs/design/safety.md#promise-10), and every ABI groups them again.
std::vector<Problem> problems_of(const Target& target, const wasm::SideModule& facts,
                                 const LinkIndex& index, std::size_t module) {
  const std::vector<std::uint32_t> doubtful =
      doubtful_imports(target.bindings[module], facts, index.imports_by_name[module]);
  if (doubtful.empty()) return {};
  const auto name = [&](std::uint32_t i) -> std::string_view { return facts.imports[i].name; };
  ProblemFinder finder(target, facts, module);
  for (std::size_t first = 0; first < doubtful.size();) {
    std::size_t last = first + 1;
    while (last < doubtful.size() && name(doubtful[last]) == name(doubtful[first])) ++last;
    finder.add(std::span(doubtful).subspan(first, last - first));
    first = last;
  }
  std::vector<Problem> result = std::move(finder).take();
  result.shrink_to_fit();
  return result;
}

/// Whether two judged releases give every session of the wheel the same.
bool sessions_alike(const Target& target, std::size_t left, std::size_t right) {
  const std::vector<profile::Runtime>& runtimes = target.profile->runtimes;
  return runtimes[target.judged[left]].loader == runtimes[target.judged[right]].loader &&
         std::ranges::all_of(target.bindings, [&](const BindingsByRelease& bindings) {
           return &bindings[left] == &bindings[right];
         });
}

void merge(const SessionResult& result, std::size_t release, Sessions& sessions) {
  if (result.gave_up) sessions.gave_up.insert(release);
  for (RepeatedLoad repeated : result.repeated) {
    const auto known = std::ranges::find(sessions.repeated, repeated.module, &RepeatedLoad::module);
    if (known != sessions.repeated.end()) repeated.releases = known->releases;
    repeated.releases.insert(release);
    if (known != sessions.repeated.end()) {
      *known = std::move(repeated);
    } else {
      sessions.repeated.push_back(std::move(repeated));
    }
  }
  const auto key = [](const OrderProblem& problem) {
    return std::tuple(problem.module, problem.import, problem.kind);
  };
  std::map<std::tuple<std::uint32_t, std::uint32_t, OrderProblem::Kind>, std::size_t> places;
  for (std::size_t i = 0; i < sessions.problems.size(); ++i) {
    places.emplace(key(sessions.problems[i]), i);
  }
  for (OrderProblem problem : result.problems) {
    const auto [known, is_new] = places.try_emplace(key(problem), sessions.problems.size());
    if (is_new) {
      problem.releases.insert(release);
      sessions.problems.push_back(std::move(problem));
      continue;
    }
    problem.releases = sessions.problems[known->second].releases;
    problem.releases.insert(release);
    sessions.problems[known->second] = std::move(problem);
  }
}

/// Tries the orders on every judged release, oldest first. Functions that every session gives to a
/// module through others are bound then, where linking the module alone did not find them.
void add_sessions(const wheel::Wheel& wheel, const LinkIndex& index, Target& target) {
  std::vector<SessionResult> results;
  std::vector<std::size_t> result_of(target.judged.size());
  for (std::size_t r = 0; r < target.judged.size(); ++r) {
    const bool same = r > 0 && sessions_alike(target, r - 1, r);
    if (!same) {
      std::vector<const ModuleBindings*> bindings;
      for (const BindingsByRelease& module : target.bindings) bindings.push_back(&module[r]);
      results.push_back(try_orders(wheel, index, *target.profile, target.judged[r], bindings));
    }
    result_of[r] = results.size() - 1;
    merge(results.back(), target.judged[r], target.sessions);
  }
  for (std::size_t r = 0; r < target.judged.size(); ++r) {
    std::map<std::uint32_t, std::vector<BindingsByRelease::Rebinding>> by_module;
    for (const Callback& callback : results[result_of[r]].callbacks) {
      by_module[callback.module].push_back(
          {.import = callback.import,
           .binding = bound_to(wheel, index, callback.module, *target.profile, target.judged[r],
                               callback.import, callback.provider)});
    }
    for (const auto& [module, rebound] : by_module) target.bindings[module].rebind(r, rebound);
  }
  std::ranges::sort(target.sessions.repeated, {}, &RepeatedLoad::module);
  std::ranges::sort(target.sessions.problems, {}, [](const OrderProblem& problem) {
    return std::tuple(problem.module, problem.import, problem.kind);
  });
}

/// Binds calls to libraries that Python code of the wheel has opened before the call can be made. A
/// call that is made at load comes too early.
void add_opened(const wheel::Wheel& wheel, const LinkIndex& index, Target& target) {
  if (wheel.opened_libraries.empty()) return;
  for (std::size_t m = 0; m < wheel.modules.size(); ++m) {
    if (target.bindings[m].empty()) continue;
    const std::vector<Opening> openings = openings_before(wheel, index, m);
    if (openings.empty()) continue;
    const wasm::SideModule& facts = wheel.modules[m].facts;
    const std::vector<bool> reached = reached_flags(facts);
    std::vector<OpenedBinding> bound;
    for (const std::uint32_t i :
         doubtful_imports(target.bindings[m], facts, index.imports_by_name[m])) {
      const auto opening = opening_with(wheel, index, openings, m, i);
      if (opening && !reached[i]) {
        bound.push_back({.module = static_cast<std::uint32_t>(m),
                         .import = i,
                         .opening = *opening,
                         .releases = {}});
      }
    }
    for (std::size_t r = 0; r < target.judged.size(); ++r) {
      const ModuleBindings& bindings = target.bindings[m][r];
      const profile::Runtime& runtime = target.profile->runtimes[target.judged[r]];
      if (bindings.imports.empty() || !reaches_loaded_modules(runtime.loader)) continue;
      std::vector<BindingsByRelease::Rebinding> rebound;
      for (OpenedBinding& opened : bound) {
        const Binding& binding = bindings.imports[opened.import];
        const bool is_library = binding == Binding{.resolution = Resolution::library,
                                                   .library = opened.opening.provider};
        const bool is_open =
            binding.resolution == Resolution::unresolved && binding.mismatch == Mismatch::none;
        // An older release that had the same bindings has been bound already.
        if (!is_open && !(is_library && !opened.releases.empty())) continue;
        rebound.push_back(
            {.import = opened.import,
             .binding = {.resolution = Resolution::library, .library = opened.opening.provider}});
        opened.releases.insert(target.judged[r]);
      }
      target.bindings[m].rebind(r, rebound);
    }
    std::ranges::copy_if(bound, std::back_inserter(target.opened),
                         [](const OpenedBinding& opened) { return !opened.releases.empty(); });
  }
}

}  // namespace

Target link_target(const wheel::Wheel& wheel, const LinkIndex& index, Target target) {
  target.bindings.reserve(wheel.modules.size());
  target.problems.reserve(wheel.modules.size());
  for (std::size_t module = 0; module < wheel.modules.size(); ++module) {
    target.bindings.push_back(link_module(wheel, index, module, *target.profile, target.judged));
  }
  add_sessions(wheel, index, target);
  add_opened(wheel, index, target);
  for (std::size_t module = 0; module < wheel.modules.size(); ++module) {
    target.problems.push_back(problems_of(target, wheel.modules[module].facts, index, module));
  }
  return target;
}

Target make_target(const wheel::Wheel& wheel, const LinkIndex& index,
                   const profile::AbiProfile& profile, std::vector<std::size_t> judged,
                   std::vector<std::string> claimed) {
  return link_target(wheel, index,
                     {.profile = &profile,
                      .judged = std::move(judged),
                      .claimed = std::move(claimed),
                      .bindings = {},
                      .problems = {},
                      .sessions = {},
                      .opened = {}});
}

}  // namespace wheelaudit::loader
