// Where a needed library must lie, and how a loader finds it, differs by release
// (docs/design/repair.md#libraries): up to Pyodide 0.27 the package loader searches `<name>.libs`
// and ignores run paths, from 0.28 on it reads `$ORIGIN` run paths. So vendored libraries lie in
// `<name>.libs`, and modules get a run path there where the ABI reads run paths. 0.28 and 0.29 load
// a library again when its path is spelled in another way; for them vendored libraries lie where
// every path is spelled alike. The name of a vendored file holds a part of its hash: the loader
// knows a loaded library by its bare file name, so it would take libraries of one name in two
// wheels for the same library.

#include "repair/library_edits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/glob.hpp"
#include "base/path.hpp"
#include "loader/libraries.hpp"
#include "loader/link.hpp"
#include "repair/layout.hpp"
#include "repair/reads_run_paths.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

/// A module that needs libraries: one of the wheel, or a vendored library.
struct User {
  std::string member;  ///< its path in edits
  std::string folder;  ///< its folder once installed
  const wasm::DylinkInfo& dylink;
};

class LibraryPlanner {
 public:
  LibraryPlanner(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                 const RepairOptions& options)
      : wheel_(wheel),
        abi_(abi),
        options_(options),
        index_(loader::index_for_linking(wheel)),
        reads_run_paths_(reads_run_paths(abi)) {
    for (const zip::ArchiveMember& member : wheel.archive.members) taken_.insert(member.name);
    choose_folder();
  }

  LibraryEdits run() {
    for (std::size_t i = 0; i < wheel_.modules.size(); ++i) edit_needed(i);
    while (!waiting_.empty()) {
      const wheel::OfferedLibrary* library = waiting_.front();
      waiting_.pop_front();
      settle_vendored(*library);
    }
    std::vector<Edit> edits = vendor_edits();
    std::ranges::move(result_.edits, std::back_inserter(edits));
    result_.edits = std::move(edits);
    return std::move(result_);
  }

 private:
  /// Where vendored libraries go. The top of site-packages belongs to all wheels, so only a name
  /// with a hash may go there.
  void choose_folder() {
    folder_ = libraries_folder(wheel_, options_);
    if (!options_.keys_as_spelled && !keeps_keys_as_spelled(abi_)) return;
    if (may_lie_at_top(options_)) {
      folder_.clear();
      return;
    }
    std::vector<std::string> users;
    for (const wheel::WheelModule& module : wheel_.modules) {
      if (!module.facts.sound() || !module.facts.dylink) continue;
      const bool uses =
          std::ranges::any_of(module.facts.dylink->needed, [&](const std::string& needed) {
            return !is_excluded(needed) && offered(needed) != nullptr &&
                   loader::modules_named(wheel_, index_, last_component(needed)).empty();
          });
      if (uses) users.emplace_back(folder_of(installed_name(module.path)));
    }
    if (users.empty()) return;
    const DeepestFolder deepest = deepest_folder(users);
    if (deepest.apart) {
      no_folder_ = no_common_folder(deepest, options_);  // an obstacle once a library is vendored
    } else if (!deepest.folder.empty()) {
      folder_ = deepest.folder + "/" + folder_;
    }
  }

  void edit_needed(std::size_t module) {
    const wasm::SideModule& facts = wheel_.modules[module].facts;
    if (!facts.can_be_linked() || !facts.dylink) return;
    const std::string_view installed = installed_name(wheel_.modules[module].path);
    const User user{.member = wheel_.modules[module].path,
                    .folder = std::string(folder_of(installed)),
                    .dylink = *facts.dylink};
    if (reads_run_paths_) write_braces_plainly(user);
    for (const std::string& needed : distinct(user.dylink.needed)) {
      if (is_excluded(needed)) continue;
      const auto member = unfound_member(module, needed);
      if (!member) continue;
      if (!member->empty()) {
        lead_to_member(user, module, needed, *member);
      } else if (const wheel::OfferedLibrary* library = offered(needed)) {
        use_vendored(user, needed, *library);
      }
    }
  }

  void settle_vendored(const wheel::OfferedLibrary& library) {
    const wasm::DylinkInfo& dylink = *library.facts.dylink;
    const User user{.member = path_of(library), .folder = folder_, .dylink = dylink};
    for (const std::string& path : dylink.runtime_path) {
      // A folder of the machine that built the library.
      if (!path.starts_with("$ORIGIN")) runtime_path_edit(user, path, "");
    }
    for (const std::string& needed : distinct(dylink.needed)) {
      if (is_excluded(needed)) continue;
      const auto own = loader::modules_named(wheel_, index_, last_component(needed));
      if (!own.empty()) {
        const std::string_view installed = installed_name(wheel_.modules[own.front()].path);
        rename_needed(user, needed, std::string(last_component(needed)));
        const std::string folder(folder_of(installed));
        if (reads_run_paths_ && !folder.empty()) add_run_path(user, folder, "WA402"_rule);
      } else if (const wheel::OfferedLibrary* other = offered(needed)) {
        use_vendored(user, needed, *other);
        if (other != &library) needs_[&library].push_back(other);
      }
    }
  }

  /// A library stands before the libraries that need it: Pyodide 0.21 loads in the order of the
  /// archive.
  std::vector<Edit> vendor_edits() {
    std::vector<Edit> edits;
    std::set<const wheel::OfferedLibrary*> done;
    struct Visit {
      const wheel::OfferedLibrary* library;
      std::size_t next = 0;  ///< index into the libraries that it needs
    };
    for (const wheel::OfferedLibrary* first : accepted_) {
      if (!done.insert(first).second) continue;
      std::vector<Visit> path{{.library = first}};
      while (!path.empty()) {
        Visit& visit = path.back();
        const auto& needs = needs_[visit.library];
        if (visit.next < needs.size()) {
          const wheel::OfferedLibrary* needed = needs[visit.next++];
          if (done.insert(needed).second) path.push_back({.library = needed});
          continue;
        }
        const std::string& to = path_of(*visit.library);
        if (vendored_[visit.library->name])
          edits.push_back({.kind = EditKind::vendor,
                           .member = to,
                           .from = visit.library->path,
                           .to = to,
                           .why = "WA401"_rule});
        path.pop_back();
      }
    }
    return edits;
  }

  /// nullopt: every release finds the library. Else the library's member, empty when the wheel does
  /// not hold the library.
  [[nodiscard]] std::optional<std::string> unfound_member(std::size_t module,
                                                          std::string_view needed) const {
    std::string member;
    bool found = true;
    for (const profile::Runtime& runtime : abi_.runtimes) {
      const loader::NeededBinding binding =
          loader::find_needed(wheel_, index_, module, runtime.loader, needed);
      found = found && binding.state == loader::NeededBinding::State::found;
      if (member.empty() && binding.library) member = wheel_.modules[*binding.library].path;
    }
    if (found) return std::nullopt;
    return member;
  }

  void lead_to_member(const User& user, std::size_t module, const std::string& needed,
                      const std::string& member) {
    const std::string name(last_component(member));
    const std::string folder(folder_of(installed_name(member)));
    rename_needed(user, needed, name);
    if (reads_run_paths_) {
      if (!folder.empty()) add_run_path(user, folder, needed == name ? "WA402"_rule : "WA404"_rule);
    } else if (unfound_member(module, name)) {
      move(member);
    }
  }

  void use_vendored(const User& user, const std::string& needed,
                    const wheel::OfferedLibrary& library) {
    if (!vendor(library)) return;
    rename_needed(user, needed, std::string(last_component(path_of(library))));
    if (reads_run_paths_ && !folder_.empty()) add_run_path(user, folder_, "WA401"_rule);
  }

  /// Adds the library, once; false when the library cannot be used, and the obstacle is told once.
  bool vendor(const wheel::OfferedLibrary& library) {
    const auto [known, is_new] = vendored_.try_emplace(library.name, true);
    if (!is_new) return known->second;
    const wasm::SideModule& facts = library.facts;
    if (!facts.can_be_linked() || !facts.dylink) {
      const std::string what = facts.kind == wasm::ModuleKind::not_wasm
                                   ? facts.format
                                   : std::string(wasm::module_kind_name(facts.kind));
      const std::string why =
          facts.faults.empty() ? std::string() : ": " + facts.faults.front().message;
      return known->second = refuse(
                 fmt::format("the library {} is {}, not a side module{}", library.path, what, why));
    }
    if (!folder_is_searched()) return known->second = false;
    if (!no_folder_.empty()) {
      if (!std::exchange(folder_refused_, true)) refuse(no_folder_);
      return known->second = false;
    }
    const std::string path = path_of(library);
    const auto same = std::ranges::find_if(accepted_, [&](const wheel::OfferedLibrary* other) {
      return path_of(*other) == path && *other->content == *library.content;
    });
    if (same != accepted_.end()) return true;  // one file under two needed names
    if (!taken_.insert(path).second) {
      return known->second = refuse(
                 fmt::format("the library {} cannot be put into the wheel: {} is there already",
                             library.path, path));
    }
    accepted_.push_back(&library);
    waiting_.push_back(&library);
    return true;
  }

  /// Whether every release searches the folder of vendored libraries: a loader without run paths
  /// searches `<name>.libs` alone. The obstacle is told once.
  bool folder_is_searched() {
    const auto runtime = std::ranges::find_if(
        abi_.runtimes, [](const profile::Runtime& one) { return !one.loader.run_path; });
    if (options_.library_suffix == ".libs" || runtime == abi_.runtimes.end()) return true;
    if (std::exchange(folder_refused_, true)) return false;
    return refuse(fmt::format(
        "Pyodide {} reads no run paths and looks for libraries in {}, not in {}: "
        "leave out --lib-sdir",
        runtime->version, libraries_folder(wheel_, {}), libraries_folder(wheel_, options_)));
  }

  /// Moves a member to `<name>.libs`, the folder that a loader without run paths searches.
  void move(const std::string& member) {
    if (!moved_.insert(member).second || !folder_is_searched()) return;
    const wheel::WheelModule* module = wheel_.find_module(member);
    const std::string folder = libraries_folder(wheel_, options_);
    const std::string to = folder + "/" + std::string(last_component(member));
    if (module != nullptr && !module->facts.init_functions().empty()) {
      refuse(
          fmt::format("{} is needed by other modules and would have to lie in {}, but it is an "
                      "extension module, imported where it lies",
                      member, folder));
    } else if (!taken_.insert(to).second) {
      refuse(fmt::format("{} would have to lie in {}, where a file of that name is already", member,
                         folder));
    } else {
      result_.edits.push_back({.kind = EditKind::rename,
                               .member = member,
                               .from = member,
                               .to = to,
                               .why = "WA403"_rule});
    }
  }

  /// Makes one run path entry of `user` lead to `folder`, in the form that the loader reads.
  void add_run_path(const User& user, const std::string& folder, rules::RuleId why) {
    const auto& paths = user.dylink.runtime_path;
    const auto leading = [&](bool strict) {
      return std::ranges::find_if(paths, [&](const std::string& path) {
        return loader::leads_to(path, user.folder, folder, strict);
      });
    };
    if (leading(true) != paths.end()) return;
    const auto unreadable = leading(false);
    const std::string to = run_path_to(user.folder, folder);
    if (unreadable == paths.end()) {
      runtime_path_edit(user, "", to, why);
    } else if (!unreadable->starts_with("${ORIGIN}")) {  // else write_braces_plainly did it
      runtime_path_edit(user, *unreadable, to, "WA404"_rule);
    }
  }

  void write_braces_plainly(const User& user) {
    constexpr std::string_view braces = "${ORIGIN}";
    for (const std::string& path : user.dylink.runtime_path) {
      if (path.starts_with(braces))
        runtime_path_edit(user, path, "$ORIGIN" + path.substr(braces.size()));
    }
  }

  void runtime_path_edit(const User& user, const std::string& from, const std::string& to,
                         rules::RuleId why = "WA404"_rule) {
    if (!done_.insert({EditKind::runtime_path, user.member, from, to}).second) return;
    result_.edits.push_back({.kind = EditKind::runtime_path,
                             .member = user.member,
                             .from = from,
                             .to = to,
                             .why = why});
  }

  void rename_needed(const User& user, const std::string& from, const std::string& to) {
    if (from == to || !done_.insert({EditKind::needed, user.member, from, ""}).second) return;
    const bool slash = from.find('/') != std::string::npos;
    result_.edits.push_back({.kind = EditKind::needed,
                             .member = user.member,
                             .from = from,
                             .to = to,
                             .why = slash ? "WA404"_rule : "WA401"_rule});
  }

  const std::string& path_of(const wheel::OfferedLibrary& library) {
    std::string& path = paths_[library.name];
    if (path.empty()) {
      path = options_.mangle ? mangled_name(library.name, *library.content) : own_name(library);
      if (!folder_.empty()) path.insert(0, folder_ + "/");
    }
    return path;
  }

  /// The name of the file, because Python code that opens the library uses that name. A file whose
  /// name does not end in `.so` or `.so.N` gets the name that modules need.
  static std::string own_name(const wheel::OfferedLibrary& library) {
    const std::string_view file = last_component(library.path);
    return std::string(wheel::is_preloaded_name(file) ? file : library.name);
  }

  [[nodiscard]] const wheel::OfferedLibrary* offered(std::string_view needed) const {
    const auto found = std::ranges::lower_bound(options_.libraries, last_component(needed), {},
                                                &wheel::OfferedLibrary::name);
    const bool there = found != options_.libraries.end() && found->name == last_component(needed);
    return there ? &*found : nullptr;
  }

  [[nodiscard]] bool is_excluded(std::string_view needed) const {
    return std::ranges::any_of(options_.exclude,
                               [&](const std::string& glob) { return glob_matches(glob, needed); });
  }

  static std::vector<std::string> distinct(const std::vector<std::string>& names) {
    std::vector<std::string> result;
    std::set<std::string_view> seen;
    for (const std::string& name : names) {
      if (seen.insert(name).second) result.push_back(name);
    }
    return result;
  }

  bool refuse(std::string reason) {
    result_.obstacles.push_back(std::move(reason));
    return false;
  }

  const wheel::Wheel& wheel_;
  const profile::AbiProfile& abi_;
  const RepairOptions& options_;
  loader::LinkIndex index_;
  std::string folder_;     ///< of vendored libraries; empty: the top of site-packages
  std::string no_folder_;  ///< why there is no such folder
  bool reads_run_paths_;
  bool folder_refused_ = false;
  std::set<std::string> taken_;               ///< member paths of the result
  std::map<std::string, std::string> paths_;  ///< of vendored libraries, by name
  std::map<std::string, bool> vendored_;      ///< by name: whether the library can be used
  std::vector<const wheel::OfferedLibrary*> accepted_;
  std::map<const wheel::OfferedLibrary*, std::vector<const wheel::OfferedLibrary*>> needs_;
  std::deque<const wheel::OfferedLibrary*> waiting_;
  std::set<std::string> moved_;
  /// Edits that are made already: kind, member, from, to; for a needed name `to` is empty.
  std::set<std::tuple<EditKind, std::string, std::string, std::string>> done_;
  LibraryEdits result_;
};

}  // namespace

std::string libraries_folder(const wheel::Wheel& wheel, const RepairOptions& options) {
  return (wheel.filename ? wheel.filename->name : std::string("unnamed")) + options.library_suffix;
}

const wheel::OfferedLibrary* vendored_library(const RepairOptions& options, const Edit& edit) {
  if (edit.kind != EditKind::vendor) return nullptr;
  const auto found = std::ranges::find(options.libraries, edit.from, &wheel::OfferedLibrary::path);
  return found == options.libraries.end() ? nullptr : &*found;
}

LibraryEdits plan_libraries(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                            const RepairOptions& options) {
  return LibraryPlanner(wheel, abi, options).run();
}

}  // namespace wheelaudit::repair
