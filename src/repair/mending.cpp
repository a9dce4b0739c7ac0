// Repairs what no single module shows: the sessions of the loader's model are asked what is loaded
// twice and which calls depend on the order (docs/design/repair.md#mending). What the model says of
// the result decides, so an edit that does not help is made once and then refused by the audit.
//
// - A library that 0.28 and 0.29 load again, because its path is spelled in several ways, moves to
//   where every path is spelled alike, with the libraries that it needs itself.
// - A function that a module finds only while no earlier module brought its library in: the module
//   names the library that has the function.
// - A library behind a module that needs it, or behind a library that needs it: it moves in front.

#include "repair/mending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "base/digest.hpp"
#include "base/path.hpp"
#include "loader/keeps_state.hpp"
#include "loader/libraries.hpp"
#include "loader/target.hpp"
#include "repair/archive_order.hpp"
#include "repair/layout.hpp"
#include "repair/library_edits.hpp"
#include "repair/reads_run_paths.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

bool can_load(const wheel::WheelModule& module) {
  return module.facts.can_be_linked() && module.facts.dylink;
}

class Mender {
 public:
  Mender(const wheel::Wheel& wheel, const profile::AbiProfile& abi, const RepairOptions& options)
      : wheel_(wheel),
        abi_(abi),
        options_(options),
        index_(loader::index_for_linking(wheel)),
        needed_(wheel.modules.size()) {}

  RepairPlan run() {
    std::vector<std::size_t> judged(abi_.runtimes.size());
    std::iota(judged.begin(), judged.end(), 0);
    const loader::Target target = loader::make_target(wheel_, index_, abi_, judged);
    for (std::size_t m = 0; m < needed_.size(); ++m) libraries_of(target, m);
    move_libraries(target.sessions);
    if (plan_.edits.empty()) add_needed(target.sessions);
    if (depends_on_order(target)) order_members();
    return std::move(plan_);
  }

 private:
  /// Which modules of the wheel the needed names of a module lead to, on any release.
  void libraries_of(const loader::Target& target, std::size_t module) {
    if (!can_load(wheel_.modules[module])) return;
    for (const loader::ModuleBindings& bindings : target.bindings[module].distinct()) {
      for (std::size_t n = 0; n < bindings.needed.size(); ++n) {
        const auto library = bindings.needed[n].library;
        if (library && *library != module && can_load(wheel_.modules[*library]))
          needed_[module].emplace(static_cast<std::uint32_t>(n), *library);
      }
    }
  }

  // --- a layout that is spelled alike -----------------------------------------------------------

  void move_libraries(const loader::Sessions& sessions) {
    if (!options_.keys_as_spelled && !keeps_keys_as_spelled(abi_)) return;
    std::vector<std::uint32_t> open;
    for (const loader::RepeatedLoad& repeated : sessions.repeated) {
      const bool spelled = std::ranges::any_of(repeated.releases, [&](std::size_t release) {
        return abi_.runtimes[release].loader.keys_as_spelled;
      });
      if (spelled && loader::keeps_state(wheel_.modules[repeated.module].facts))
        open.push_back(repeated.module);
    }
    std::set<std::uint32_t> group;
    while (!open.empty()) {
      const std::uint32_t library = open.back();
      open.pop_back();
      // An extension module is imported where it lies, and what lies at the top is found first.
      const bool stays = !wheel_.modules[library].facts.init_functions().empty() ||
                         folder_of(installed_name(wheel_.modules[library].path)).empty();
      if (stays || !group.insert(library).second) continue;
      for (const auto& [name, needed] : needed_[library]) open.push_back(needed);
    }
    if (!group.empty()) move_together(group);
  }

  void move_together(const std::set<std::uint32_t>& group) {
    std::string folder;
    if (!may_lie_at_top(options_)) {
      const DeepestFolder deepest = deepest_folder(folders_of_users(group));
      if (deepest.apart) {
        plan_.obstacles.push_back(no_common_folder(deepest, options_));
        return;
      }
      folder = libraries_folder(wheel_, options_);
      if (!deepest.folder.empty()) folder.insert(0, deepest.folder + "/");
    }
    read_digests(group);
    std::map<std::uint32_t, std::string> names;
    for (const std::uint32_t library : group) {
      const std::string& path = wheel_.modules[library].path;
      const std::string name = name_after(library);
      const std::string to = folder.empty() ? name : folder + "/" + name;
      names.emplace(library, name);
      if (installed_name(path) == to) continue;
      if (wheel_.archive.find(to)) {
        plan_.obstacles.push_back(fmt::format(
            "{} would have to lie at {}, where a file of that name is already", path, to));
        continue;
      }
      edit(EditKind::rename, path, path, to, "WA407"_rule);
    }
    for (std::uint32_t m = 0; m < needed_.size(); ++m) lead_to(group, names, folder, m);
  }

  std::vector<std::string> folders_of_users(const std::set<std::uint32_t>& group) const {
    std::vector<std::string> folders;
    for (std::uint32_t m = 0; m < needed_.size(); ++m) {
      const bool uses = std::ranges::any_of(
          needed_[m], [&](const auto& needed) { return group.contains(needed.second); });
      if (uses && !group.contains(m))
        folders.emplace_back(folder_of(installed_name(wheel_.modules[m].path)));
    }
    // Libraries that only libraries need: below the top.
    if (folders.empty()) folders.emplace_back();
    return folders;
  }

  /// The SHA-256 of the group's files, in hex, as RECORD has them; they were verified.
  void read_digests(const std::set<std::uint32_t>& group) {
    std::set<std::string_view> paths;
    for (const std::uint32_t library : group) paths.insert(wheel_.modules[library].path);
    for (const wheel::RecordEntry& entry : wheel_.dist_info.record.entries) {
      if (entry.algorithm != "sha256" || !paths.contains(entry.path)) continue;
      if (const auto digest = decode_base64_url(entry.digest))
        digests_.emplace(entry.path, hex(*digest));
    }
  }

  /// The new file name of a library: at the top of site-packages it holds a part of its hash.
  std::string name_after(std::uint32_t library) const {
    const wheel::WheelModule& module = wheel_.modules[library];
    const std::string name(last_component(module.path));
    if (!may_lie_at_top(options_) || is_mangled(name)) return name;
    if (const auto digest = digests_.find(module.path); digest != digests_.end())
      return mangled_name(name, std::string_view(digest->second));
    // RECORD has a stronger hash: the checksum of the archive tells the contents apart as well.
    return mangled_name(
        name, std::string_view(fmt::format("{:08x}", wheel_.archive.members[module.member].crc)));
  }

  void lead_to(const std::set<std::uint32_t>& group,
               const std::map<std::uint32_t, std::string>& names, const std::string& folder,
               std::uint32_t module) {
    bool uses = false;
    for (const auto& [entry, library] : needed_[module]) {
      if (!group.contains(library)) continue;
      uses = true;
      const std::string& from = wheel_.modules[module].facts.dylink->needed[entry];
      const std::string& to = names.at(library);
      if (from != to) edit(EditKind::needed, wheel_.modules[module].path, from, to, "WA407"_rule);
    }
    const std::string origin =
        group.contains(module)
            ? folder
            : std::string(folder_of(installed_name(wheel_.modules[module].path)));
    if (uses && !folder.empty()) add_run_path(module, origin, folder, "WA407"_rule);
  }

  void add_run_path(std::uint32_t module, std::string_view origin, const std::string& folder,
                    rules::RuleId why) {
    const std::string to = run_path_to(origin, folder);
    const auto& paths = wheel_.modules[module].facts.dylink->runtime_path;
    if (std::ranges::find(paths, to) == paths.end())
      edit(EditKind::runtime_path, wheel_.modules[module].path, "", to, why);
  }

  // --- needed entries ---------------------------------------------------------------------------

  void add_needed(const loader::Sessions& sessions) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> added;
    for (const loader::OrderProblem& problem : sessions.problems) {
      if (problem.kind != loader::OrderProblem::Kind::hidden || problem.module == problem.provider)
        continue;
      const wheel::WheelModule& user = wheel_.modules[problem.module];
      const wheel::WheelModule& library = wheel_.modules[problem.provider];
      const std::string name(last_component(library.path));
      if (!can_load(user) || !can_load(library)) continue;
      const auto& needed = user.facts.dylink->needed;
      if (std::ranges::find(needed, name) != needed.end()) continue;
      if (!added.emplace(problem.module, problem.provider).second) continue;
      edit(EditKind::needed, user.path, "", name, "WA408"_rule);
      const std::string folder(folder_of(installed_name(library.path)));
      const std::string_view origin = folder_of(installed_name(user.path));
      const bool leads = std::ranges::any_of(
          user.facts.dylink->runtime_path,
          [&](const std::string& path) { return loader::leads_to(path, origin, folder, true); });
      if (reads_run_paths(abi_) && !folder.empty() && !leads)
        add_run_path(problem.module, origin, folder, "WA408"_rule);
    }
  }

  // --- the order of the archive -----------------------------------------------------------------

  /// Whether the order in the archive can be the cause of anything: the package loader loads in
  /// that order. A plain import does not ask for it.
  bool depends_on_order(const loader::Target& target) const {
    const bool repeated =
        std::ranges::any_of(target.sessions.repeated, [&](const loader::RepeatedLoad& one) {
          return loader::keeps_state(wheel_.modules[one.module].facts);
        });
    const bool unset =
        std::ranges::any_of(target.sessions.problems, [](const loader::OrderProblem& problem) {
          return problem.order.arrival == loader::Arrival::package_loader &&
                 (problem.kind == loader::OrderProblem::Kind::weak ||
                  problem.kind == loader::OrderProblem::Kind::unfinished);
        });
    const bool flat = std::ranges::any_of(abi_.runtimes, [](const profile::Runtime& runtime) {
      return runtime.loader.library_search == profile::LibrarySearch::flat_name;
    });
    return repeated || unset || flat;
  }

  void order_members() {
    std::vector<std::uint32_t> order(wheel_.modules.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {}, [&](std::uint32_t m) { return wheel_.modules[m].member; });
    std::vector<std::vector<std::uint32_t>> needed(needed_.size());
    for (std::size_t m = 0; m < needed_.size(); ++m) {
      for (const auto& [name, library] : needed_[m]) needed[m].push_back(library);
    }
    for (const MoveInFront& move : moves_in_front(needed, order)) {
      edit(EditKind::order, wheel_.modules[move.module].path, "", wheel_.modules[move.of].path,
           "WA407"_rule);
    }
  }

  void edit(EditKind kind, std::string member, std::string from, std::string to,
            rules::RuleId why) {
    Edit made{.kind = kind,
              .member = std::move(member),
              .from = std::move(from),
              .to = std::move(to),
              .why = why};
    if (done_.insert(made).second) plan_.edits.push_back(std::move(made));
  }

  const wheel::Wheel& wheel_;
  const profile::AbiProfile& abi_;
  const RepairOptions& options_;
  loader::LinkIndex index_;
  /// Of each module: from the index of a needed name to the module that it leads to.
  std::vector<std::map<std::uint32_t, std::uint32_t>> needed_;
  std::map<std::string, std::string> digests_;
  std::set<Edit> done_;
  RepairPlan plan_;
};

}  // namespace

RepairPlan plan_mending(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                        const RepairOptions& options) {
  const bool any_library = std::ranges::any_of(wheel.modules, [](const wheel::WheelModule& module) {
    return can_load(module) && !module.facts.dylink->needed.empty();
  });
  if (!any_library) return {};
  return Mender(wheel, abi, options).run();
}

}  // namespace wheelaudit::repair
