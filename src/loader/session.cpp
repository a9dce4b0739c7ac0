// Simulates Emscripten's dynamic loader and Pyodide's package loader over the files of one wheel,
// step by step as the real ones work (docs/design/sessions.md): one table of loaded files, one
// table of addresses, one scope per load. The model follows the loaders' own order of steps,
// because what fails depends on the step at which it is asked for.

#include "loader/session.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>

#include "base/path.hpp"
#include "loader/libraries.hpp"
#include "loader/linker.hpp"
#include "loader/module_name.hpp"

namespace wheelaudit::loader {
namespace {

/// A chain of more libraries is not followed. The longest of the real wheels has five.
constexpr std::size_t deepest_chain = 200;
/// Steps of one session; ours. The largest of the real wheels takes some thousands.
constexpr std::size_t most_work = 20'000'000;

}  // namespace

Session::Session(const SessionFacts& facts, Arrival arrival)
    : facts_(facts), arrival_(arrival), complete_(facts.wheel.modules.size(), false) {}

bool Session::load(std::uint32_t module) {
  if (!facts_.wheel.modules[module].facts.can_be_linked()) return true;
  const std::string path = path_after(arrival_, facts_.wheel.modules[module].path);
  const std::size_t before = unset_.size();
  const auto scope = static_cast<std::uint32_t>(scopes_.size());
  scopes_.emplace_back();
  const std::uint32_t loaded = load_file(module, "/" + path, scope, false, module);
  if (gave_up_) return false;
  instances_[loaded].is_root = true;
  return !failed_ && unset_.size() == before;
}

bool Session::load_package() {
  const std::vector<wheel::WheelModule>& modules = facts_.wheel.modules;
  std::vector<std::uint32_t> order;
  for (std::uint32_t m = 0; m < modules.size(); ++m) {
    if (modules[m].facts.can_be_linked() && is_preloaded(modules[m].path, facts_.profile))
      order.push_back(m);
  }
  std::ranges::sort(order, {}, [&](std::uint32_t m) { return modules[m].member; });
  const bool globals_first = facts_.loader.needed_anywhere_in_wheel;
  const auto is_needed = [&, names = needed_names()](std::uint32_t m) {
    return names.contains(last_component(modules[m].path));
  };
  if (globals_first) {
    std::ranges::sort(order, {},
                      [&](std::uint32_t m) { return std::pair(!is_needed(m), modules[m].member); });
  }
  const bool by_base_name = facts_.loader.library_search == profile::LibrarySearch::wheel_libs;
  for (const std::uint32_t m : order) {
    const std::string path = path_after(arrival_, modules[m].path);
    const bool is_global = globals_first && is_needed(m);
    const auto scope = static_cast<std::uint32_t>(scopes_.size());
    scopes_.emplace_back();
    const std::uint32_t loaded = load_file(m, "/" + path, scope, is_global, m);
    if (gave_up_ || failed_) return false;
    instances_[loaded].is_root = true;
    // The package loader gives each file a second name, for those that need the file.
    if (by_base_name && (is_global || !globals_first)) {
      by_key_.try_emplace(std::string(last_component(path)), loaded);
    }
  }
  report_unset();
  return !failed_;
}

std::unordered_set<std::string_view> Session::needed_names() const {
  std::unordered_set<std::string_view> names;
  for (const wheel::WheelModule& module : facts_.wheel.modules) {
    if (!module.facts.can_be_linked() || !module.facts.dylink) continue;
    names.insert(module.facts.dylink->needed.begin(), module.facts.dylink->needed.end());
  }
  return names;
}

std::uint32_t Session::load_file(std::uint32_t module, const std::string& key, std::uint32_t scope,
                                 bool is_global, std::uint32_t top) {
  if (const auto known = by_key_.find(key); known != by_key_.end()) return known->second;
  const auto id = static_cast<std::uint32_t>(instances_.size());
  instances_.push_back({.module = module, .key = key, .scope = scope, .is_global = is_global});
  by_key_.emplace(key, id);
  weak_names_of_ = module;
  if (depth_ >= deepest_chain) gave_up_ = true;
  if (gave_up_ || failed_) return id;
  ++depth_;
  ++loads_;
  const wasm::SideModule& facts = facts_.wheel.modules[module].facts;
  if (facts.dylink) {
    for (const std::string& name : facts.dylink->needed) {
      const std::optional<std::uint32_t> library = load_needed(id, name, top);
      if (gave_up_ || failed_) break;
      if (library) instances_[id].needed.push_back(*library);
    }
  }
  --depth_;
  if (!gave_up_ && !failed_) instantiate(id);
  return id;
}

std::optional<std::uint32_t> Session::load_needed(std::uint32_t id, const std::string& name,
                                                  std::uint32_t top) {
  const std::uint32_t parent = instances_[id].module;
  std::optional<std::uint32_t> library;
  // Up to 0.27 a needed name is looked up as written before any folder is searched.
  if (facts_.loader.library_search != profile::LibrarySearch::run_path) {
    if (const auto known = by_key_.find(name); known != by_key_.end()) library = known->second;
  }
  if (!library) {
    std::optional<FoundLibrary> found = find_library(
        facts_.wheel, facts_.index, facts_.loader, arrival_, instances_[id].key, parent, top, name);
    if (!found) {
      // A library that lies where the loader does not look is a finding of its own (WA401 to
      // WA404). The rest is judged as if the library lay right.
      const NeededBinding elsewhere =
          find_needed(facts_.wheel, facts_.index, parent, facts_.loader, name);
      if (!elsewhere.library) return std::nullopt;
      found = {.module = *elsewhere.library,
               .key = "/" + path_after(arrival_, facts_.wheel.modules[*elsewhere.library].path)};
    }
    // Nothing is known of a library that could not be read; that is a finding of its own, too.
    if (!facts_.wheel.modules[found->module].facts.can_be_linked()) return std::nullopt;
    library =
        load_file(found->module, found->key, instances_[id].scope, instances_[id].is_global, top);
  }
  // Up to 0.26 no scope is handed on: what is not global is not seen.
  if (!facts_.loader.needed_anywhere_in_wheel && instances_[*library].is_complete) {
    add_to_scope(instances_[id].scope, instances_[*library].module);
  }
  return library;
}

void Session::instantiate(std::uint32_t id) {
  ask_for_addresses(instances_[id]);
  Instance& instance = instances_[id];
  instance.is_complete = true;
  complete_[instance.module] = true;
  if (instance.is_global) globals_.try_emplace(instance.module, globals_.size());
  add_to_scope(instance.scope, instance.module);
  take_steps(requests_.size());
  std::erase_if(requests_, [&](const auto& request) {
    if (!gives_address(export_of(facts_.index, instance.module, request.first))) return false;
    for (const std::size_t fate : request.second.fates) addresses_[fate].provider = instance.module;
    return true;
  });
  // The package loader of 0.27 and older allows unset addresses and looks at the end.
  const bool looks_now = arrival_ == Arrival::import ||
                         facts_.loader.library_search == profile::LibrarySearch::run_path;
  if (looks_now) report_unset();
}

void Session::ask_for_addresses(const Instance& instance) {
  const wasm::SideModule& facts = facts_.wheel.modules[instance.module].facts;
  const std::uint32_t weak_of = facts_.loader.shared_weak_names ? weak_names_of_ : instance.module;
  const SharedNames& shared = facts_.shared[instance.module];
  for (std::size_t k = 0; k < shared.addresses.size(); ++k) {
    const std::uint32_t import = shared.addresses[k];
    const wasm::ImportedSymbol& symbol = facts.imports[import];
    if (gives_address(facts_.index.own_exports[instance.module][import])) continue;
    const std::vector<std::uint32_t>& givers = *shared.address_givers[k];
    take_steps(givers.size() + 1);
    if (gave_up_) return;
    const auto giver =
        std::ranges::find_if(givers, [&](std::uint32_t module) { return complete_[module]; });
    AddressFate& fate = addresses_.emplace_back();
    fate = {.module = instance.module, .import = import, .provider = {}};
    if (giver != givers.end()) {
      fate.provider = *giver;
      continue;
    }
    const bool weak = weak_of == instance.module ? symbol.weak : is_weak_in(weak_of, symbol.name);
    Request& request = requests_[symbol.name];
    request.fates.push_back(addresses_.size() - 1);
    if (request.required) continue;
    request.module = instance.module;
    request.import = import;
    request.required = !weak;
    request.is_weak_here = symbol.weak;
    request.weak_names_of = weak_of;
  }
}

bool Session::is_weak_in(std::uint32_t module, std::string_view name) const {
  const wasm::SideModule& facts = facts_.wheel.modules[module].facts;
  const std::vector<std::uint32_t>& by_name = facts_.index.imports_by_name[module];
  const auto [first, last] = std::ranges::equal_range(
      by_name, name, {},
      [&](std::uint32_t i) -> std::string_view { return facts.imports[i].name; });
  return std::any_of(first, last, [&](std::uint32_t i) { return facts.imports[i].weak; });
}

void Session::take_steps(std::size_t count) {
  work_ += count;
  if (work_ > most_work) gave_up_ = true;
}

void Session::report_unset() {
  take_steps(requests_.size() * (facts_.loader.shared_weak_names ? 1 : instances_.size()));
  if (gave_up_) return;
  for (const auto& [name, request] : requests_) {
    // Only from Emscripten 5.0.3 on is an address that is not required null for good.
    if (!request.required && facts_.loader.shared_weak_names) continue;
    const auto unfinished = std::ranges::find_if(instances_, [&](const Instance& other) {
      return !other.is_complete && gives_address(export_of(facts_.index, other.module, name));
    });
    if (!request.required) {
      if (unfinished == instances_.end()) continue;
      unset_.push_back({.module = request.module,
                        .import = request.import,
                        .why = UnsetAddress::Why::null_for_good,
                        .other = unfinished->module});
      continue;
    }
    failed_ = true;
    if (unfinished != instances_.end()) {
      unset_.push_back({.module = request.module,
                        .import = request.import,
                        .why = UnsetAddress::Why::provider_unfinished,
                        .other = unfinished->module});
    } else if (request.is_weak_here) {
      unset_.push_back({.module = request.module,
                        .import = request.import,
                        .why = UnsetAddress::Why::weak_turned_strong,
                        .other = request.weak_names_of});
    }
  }
  // From Emscripten 5.0.3 on an address that nobody offers is null for good.
  if (!facts_.loader.shared_weak_names) requests_.clear();
}

void Session::add_to_scope(std::uint32_t scope, std::uint32_t module) {
  scopes_[scope][module] = ++scope_places_;
}

std::optional<std::uint32_t> Session::provider(const Instance& instance, std::size_t k) const {
  const std::vector<std::uint32_t>& givers = *facts_.shared[instance.module].function_givers[k];
  const auto best = [&](const Scope& scope, auto is_better) {
    std::optional<std::pair<std::size_t, std::uint32_t>> found;
    for (const std::uint32_t giver : givers) {
      const auto place = scope.find(giver);
      if (place != scope.end() && (!found || is_better(place->second, found->first))) {
        found = std::pair(place->second, giver);
      }
    }
    return found ? std::optional(found->second) : std::nullopt;
  };
  // Of what is global the first of a name counts; in a scope later exports overwrite earlier ones.
  if (const auto global = best(globals_, std::less<>())) return global;
  if (facts_.loader.needed_anywhere_in_wheel) return std::nullopt;
  return best(scopes_[instance.scope], std::greater<>());
}

}  // namespace wheelaudit::loader
