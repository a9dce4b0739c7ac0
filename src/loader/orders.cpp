// Which orders are tried (docs/design/sessions.md#orders). The package loader knows one order: the
// archive's. Python imports in any order, but what an earlier import changes for a later one is
// only which libraries are loaded already; so each module is tried alone and behind one other, and
// all together in both directions. Modules that load the same libraries are alike as the earlier
// one.

#include "loader/orders.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/path.hpp"
#include "loader/linker.hpp"
#include "loader/module_name.hpp"
#include "loader/session.hpp"

namespace wheelaudit::loader {
namespace {

/// Loads that are simulated per release; 2,000 modules behind 10 others, with one library each. A
/// wheel that needs more is not judged to its end, and says so.
constexpr std::size_t most_loads = 40'000;
/// Steps of all sessions of a release together, and functions looked up in them. Some seconds at
/// most; the largest of the real wheels takes a thousandth of them.
constexpr std::size_t most_steps = 50'000'000;

/// Whether a library that the module itself needs gives the function. Such a library is in the
/// scope of every load of the module.
bool is_direct(const ModuleBindings& bindings, const Binding& binding) {
  return binding.resolution == Resolution::library &&
         std::ranges::any_of(bindings.needed, [&](const NeededBinding& needed) {
           return needed.library == binding.library;
         });
}

/// The names of a module that the session decides on: those that the runtime does not have.
SharedNames shared_names(const wasm::SideModule& facts, const std::vector<std::uint32_t>& by_name,
                         const ModuleBindings& bindings, const profile::LoaderBehaviour& loader) {
  SharedNames names;
  if (bindings.imports.size() != facts.imports.size()) return names;
  // Up to 0.27 a needed name can lead to another file than the search does.
  const bool search_decides = loader.library_search == profile::LibrarySearch::run_path;
  for (const std::uint32_t i : by_name) {
    const Binding& binding = bindings.imports[i];
    const bool open = binding.resolution == Resolution::library ||
                      binding.resolution == Resolution::unresolved ||
                      binding.resolution == Resolution::weak;
    if (!open || binding.mismatch == Mismatch::kind) continue;
    if (is_address(loader, facts.imports[i])) {
      names.addresses.push_back(i);
    } else if (facts.imports[i].kind == wasm::ExternalKind::function && !facts.imports[i].weak &&
               !(search_decides && is_direct(bindings, binding))) {
      names.functions.push_back(i);
    }
  }
  return names;
}

/// What became of a function of a module over all orders.
struct Fate {
  bool works = false;  ///< in some order
  std::optional<LoadOrder> failing;
  std::uint32_t provider = 0;
};

class Orders {
 public:
  Orders(const wheel::Wheel& wheel, const LinkIndex& index, const profile::AbiProfile& profile,
         const profile::LoaderBehaviour& loader, const std::vector<const ModuleBindings*>& bindings)
      : wheel_(wheel),
        bindings_(bindings),
        loader_(loader),
        shared_(wheel.modules.size()),
        fates_(wheel.modules.size()),
        facts_{.wheel = wheel,
               .index = index,
               .profile = profile,
               .loader = loader,
               .shared = shared_} {
    for (std::size_t m = 0; m < wheel.modules.size(); ++m) {
      shared_[m] =
          shared_names(wheel.modules[m].facts, index.imports_by_name[m], *bindings[m], loader);
      fates_[m].resize(shared_[m].functions.size());
    }
    find_givers();
    find_roots();
  }

  SessionResult run() && {
    package_order();
    // Before 0.28 a plain import finds no library of a wheel: these releases know the package
    // loader alone (docs/design/sessions.md#installers).
    if (loader_.library_search == profile::LibrarySearch::run_path) import_orders();
    static_cast<void>(is_over());  // of the last order, too
    collect();
    return std::move(result_);
  }

 private:
  /// Which modules export each shared name: one walk over all exports, instead of a question per
  /// name and module.
  void find_givers() {
    const auto name_of = [&](std::size_t m, std::uint32_t import) -> std::string_view {
      return wheel_.modules[m].facts.imports[import].name;
    };
    for (std::size_t m = 0; m < shared_.size(); ++m) {
      for (const std::uint32_t i : shared_[m].functions) functions_[name_of(m, i)];
      for (const std::uint32_t i : shared_[m].addresses) address_givers_[name_of(m, i)];
    }
    for (std::uint32_t m = 0; m < shared_.size(); ++m) {
      for (const wasm::ExportedSymbol& symbol : wheel_.modules[m].facts.exports) {
        const auto function = functions_.find(symbol.name);
        if (function != functions_.end()) function->second.push_back(m);
        const auto address = address_givers_.find(symbol.name);
        if (address != address_givers_.end() && gives_address(&symbol))
          address->second.push_back(m);
      }
    }
    for (std::size_t m = 0; m < shared_.size(); ++m) {
      for (const std::uint32_t i : shared_[m].functions) {
        shared_[m].function_givers.push_back(&functions_.at(name_of(m, i)));
      }
      for (const std::uint32_t i : shared_[m].addresses) {
        shared_[m].address_givers.push_back(&address_givers_.at(name_of(m, i)));
      }
    }
  }

  /// Roots are what somebody loads for itself: extension modules, and libraries that no module of
  /// the wheel needs (ctypes).
  void find_roots() {
    const std::size_t count = wheel_.modules.size();
    is_needed_.resize(count, false);
    for (std::size_t m = 0; m < count; ++m) {
      for (const NeededBinding& needed : bindings_[m]->needed) {
        if (needed.library && *needed.library != m) is_needed_[*needed.library] = true;
      }
    }
    for (std::uint32_t m = 0; m < count; ++m) {
      const wheel::WheelModule& module = wheel_.modules[m];
      if (!module.facts.can_be_linked()) continue;
      const bool importable = init_export(module, facts_.profile) != nullptr;
      if (importable || !is_needed_[m]) roots_.push_back(m);
      if (importable && !bindings_[m]->needed.empty()) importable_.push_back(m);
    }
  }

  [[nodiscard]] bool is_root(std::uint32_t m) const {
    return std::ranges::binary_search(roots_, m);
  }

  /// Whether the limits are reached; if so, the result says that not all was tried.
  bool is_over() {
    if (loads_ <= most_loads && steps_ <= most_steps) return false;
    result_.gave_up = true;
    return true;
  }

  void package_order() {
    Session session(facts_, Arrival::package_loader);
    session.load_package();
    note(session, {.arrival = Arrival::package_loader, .modules = {}});
  }

  void one_order(const std::vector<std::uint32_t>& modules) {
    if (is_over()) return;
    Session session(facts_, Arrival::import);
    for (const std::uint32_t m : modules) {
      if (!session.load(m)) break;
    }
    note(session, {.arrival = Arrival::import, .modules = modules});
  }

  void import_orders() {
    for (const std::uint32_t m : importable_) one_order({m});
    if (importable_.size() < 2) return;
    // What a module needs, from where: modules that agree load the same files first.
    std::map<std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>,
             std::vector<std::uint32_t>>
        alike;
    for (const std::uint32_t m : importable_) {
      const wasm::DylinkInfo& dylink = *wheel_.modules[m].facts.dylink;
      alike[{std::string(folder_of(installed_name(wheel_.modules[m].path))), dylink.needed,
             dylink.runtime_path}]
          .push_back(m);
    }
    for (const auto& [key, group] : alike) {
      for (const std::uint32_t m : importable_) {
        const auto earlier = std::ranges::find_if(group, [&](auto other) { return other != m; });
        if (earlier == group.end()) continue;
        one_order({*earlier, m});
        if (is_over()) return;
      }
    }
    if (importable_.size() < 3) return;
    one_order(importable_);
    one_order({importable_.rbegin(), importable_.rend()});
  }

  void note(const Session& session, const LoadOrder& order) {
    loads_ += session.loads();
    steps_ += session.work();
    result_.gave_up = result_.gave_up || session.gave_up();
    note_unset(session, order);
    const std::vector<bool> used = used_instances(session);
    note_repeated(session, used, order);
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i]) note_functions(session, session.instances()[i], order);
    }
  }

  std::vector<bool> used_instances(const Session& session) const {
    const std::vector<Instance>& instances = session.instances();
    std::vector<bool> used(instances.size(), false);
    std::vector<std::uint32_t> queue;
    for (std::uint32_t i = 0; i < instances.size(); ++i) {
      if (instances[i].is_root && instances[i].is_complete && is_root(instances[i].module)) {
        used[i] = true;
        queue.push_back(i);
      }
    }
    for (std::size_t head = 0; head < queue.size(); ++head) {
      for (const std::uint32_t library : instances[queue[head]].needed) {
        if (used[library] || !instances[library].is_complete) continue;
        used[library] = true;
        queue.push_back(library);
      }
    }
    return used;
  }

  void note_functions(const Session& session, const Instance& instance, const LoadOrder& order) {
    const std::uint32_t m = instance.module;
    for (std::size_t k = 0; k < shared_[m].functions.size(); ++k) {
      if (++steps_ > most_steps) return;
      Fate& fate = fates_[m][k];
      if (fate.works && fate.failing) continue;
      const auto provider = session.provider(instance, k);
      if (provider) {
        fate.works = true;
        fate.provider = *provider;
      } else if (!fate.failing) {
        fate.failing = order;
      }
    }
  }

  void note_repeated(const Session& session, const std::vector<bool>& used,
                     const LoadOrder& order) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> by_file;
    const std::vector<Instance>& instances = session.instances();
    for (std::uint32_t i = 0; i < instances.size(); ++i) {
      if (instances[i].is_complete) by_file[instances[i].module].push_back(i);
    }
    for (const auto& [module, ids] : by_file) {
      if (ids.size() < 2) continue;
      const auto users = static_cast<std::size_t>(
          std::ranges::count_if(ids, [&](std::uint32_t i) { return used[i]; }));
      RepeatedLoad& known = repeated_[module];
      // The worst order is told: one that splits the state, then the one of the most instances.
      const bool split = users > 1;
      if (known.times > 0 && std::pair(split, ids.size()) <=
                                 std::pair<bool, std::size_t>(known.is_split, known.times)) {
        continue;
      }
      known = {.module = module,
               .times = static_cast<std::uint32_t>(ids.size()),
               .is_split = split,
               .order = order,
               .first_path = instances[ids[0]].key,
               .second_path = instances[ids[1]].key,
               .releases = {}};
    }
  }

  void note_unset(const Session& session, const LoadOrder& order) {
    for (const UnsetAddress& address : session.unset()) {
      const auto key = std::pair(address.module, address.import);
      if (!unset_.insert(key).second) continue;
      const bool fails = address.why != UnsetAddress::Why::null_for_good;
      result_.problems.push_back(
          {.kind = kind_of(address.why),
           .module = address.module,
           .import = address.import,
           .provider = address.other,
           .order = order,
           .fails_always = false,
           .outcome = fails ? profile::Outcome::poison : profile::Outcome::call,
           .releases = {}});
    }
    for (const AddressFate& address : session.addresses()) {
      Fate& fate = addresses_[{address.module, address.import}];
      if (address.provider) {
        fate.works = true;
        fate.provider = *address.provider;
      } else if (!fate.failing) {
        fate.failing = order;
      }
    }
  }

  static OrderProblem::Kind kind_of(UnsetAddress::Why why) {
    switch (why) {
      case UnsetAddress::Why::provider_unfinished:
        return OrderProblem::Kind::unfinished;
      case UnsetAddress::Why::null_for_good:
        return OrderProblem::Kind::null;
      case UnsetAddress::Why::weak_turned_strong:
        break;
    }
    return OrderProblem::Kind::weak;
  }

  void collect() {
    for (const auto& [key, fate] : addresses_) {
      const auto [module, import] = key;
      const bool was_open = bindings_[module]->imports[import].resolution == Resolution::unresolved;
      if (was_open && fate.works && !fate.failing) {
        result_.callbacks.push_back(
            {.module = module, .import = import, .provider = fate.provider});
      }
    }
    for (auto& [module, repeated] : repeated_) result_.repeated.push_back(std::move(repeated));
    for (std::uint32_t m = 0; m < fates_.size(); ++m) {
      for (std::size_t k = 0; k < fates_[m].size(); ++k)
        collect(m, shared_[m].functions[k], fates_[m][k]);
    }
  }

  void collect(std::uint32_t m, std::uint32_t import, const Fate& fate) {
    const Binding& binding = bindings_[m]->imports[import];
    const bool own = binding.resolution == Resolution::library;
    if (!own && fate.works) {
      result_.callbacks.push_back({.module = m, .import = import, .provider = fate.provider});
    }
    if (!fate.failing || (!own && !fate.works)) return;
    result_.problems.push_back(
        {.kind = own ? OrderProblem::Kind::hidden : OrderProblem::Kind::callback,
         .module = m,
         .import = import,
         .provider = own ? binding.library : fate.provider,
         .order = *fate.failing,
         .fails_always = !fate.works,
         .outcome = loader_.missing_function,
         .releases = {}});
  }

  const wheel::Wheel& wheel_;
  const std::vector<const ModuleBindings*>& bindings_;
  const profile::LoaderBehaviour& loader_;
  std::vector<SharedNames> shared_;
  std::map<std::string_view, std::vector<std::uint32_t>> functions_;  ///< who exports
  std::map<std::string_view, std::vector<std::uint32_t>> address_givers_;
  std::vector<std::vector<Fate>> fates_;  ///< parallel to the functions of `shared_`
  SessionFacts facts_;
  std::vector<bool> is_needed_;
  std::vector<std::uint32_t> roots_;
  std::vector<std::uint32_t> importable_;  ///< roots that Python imports and that need a library
  std::map<std::uint32_t, RepeatedLoad> repeated_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> unset_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Fate> addresses_;  ///< by module and import
  std::size_t loads_ = 0;
  std::size_t steps_ = 0;
  SessionResult result_;
};

}  // namespace

SessionResult try_orders(const wheel::Wheel& wheel, const LinkIndex& index,
                         const profile::AbiProfile& profile, std::size_t release,
                         const std::vector<const ModuleBindings*>& bindings) {
  const profile::LoaderBehaviour& loader = profile.runtimes[release].loader;
  const bool any_library = std::ranges::any_of(bindings, [](const ModuleBindings* module) {
    return std::ranges::any_of(
        module->needed, [](const NeededBinding& needed) { return needed.library.has_value(); });
  });
  // Without libraries each module stands for itself. 0.21 binds no call into a library at all.
  if (!any_library || loader.library_search == profile::LibrarySearch::flat_name) return {};
  return Orders(wheel, index, profile, loader, bindings).run();
}

}  // namespace wheelaudit::loader
