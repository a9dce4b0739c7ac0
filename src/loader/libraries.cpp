// Finds needed libraries as the loader of a release does (docs/design/linking.md#needed-libraries).
// There are three generations: flat names of files that stand before their users in the archive
// (0.21); `<name>.libs` and the module's own folder (0.22 to 0.27; up to 0.26 the package loader
// first loads globally what other modules of the package need); run paths (from 0.28 on). All paths
// are compared as installed, because the loader sees installed files.

#include "loader/libraries.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "base/path.hpp"

namespace wheelaudit::loader {
namespace {

std::string join(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

/// `folder/relative` with `.` and `..` resolved; nullopt when it leaves site-packages.
std::optional<std::string> resolve(std::string_view folder, std::string_view relative) {
  std::vector<std::string_view> parts;
  const auto push_all = [&parts](std::string_view path) {
    while (!path.empty()) {
      const auto slash = path.find('/');
      const std::string_view part = path.substr(0, slash);
      path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
      if (part.empty() || part == ".") continue;
      if (part == "..") {
        if (parts.empty()) return false;
        parts.pop_back();
      } else {
        parts.push_back(part);
      }
    }
    return true;
  };
  if (!push_all(folder) || !push_all(relative)) return std::nullopt;
  std::string path;
  for (const auto part : parts) path += (path.empty() ? "" : "/") + std::string(part);
  return path;
}

bool any_run_path_leads(const wasm::DylinkInfo& dylink, std::string_view origin,
                        std::string_view folder, bool strict) {
  return std::ranges::any_of(dylink.runtime_path, [&](const std::string& path) {
    return leads_to(path, origin, folder, strict);
  });
}

/// Whether this release searches `folder` of the installed wheel for a module in `origin`, without
/// run paths. It always searches the top of site-packages.
bool searched(std::string_view folder, std::string_view origin, std::string_view wheel_libs,
              const profile::LoaderBehaviour& loader) {
  if (folder.empty()) return true;
  if (loader.library_search == profile::LibrarySearch::run_path) return false;
  if (folder == origin) return true;
  if (loader.library_search == profile::LibrarySearch::wheel_libs && folder == wheel_libs)
    return true;
  return false;
}

/// Up to 0.26 every library that another module of the wheel needs is loaded before anything else,
/// wherever it lies (`needed_anywhere_in_wheel`); 0.27 searches every folder below the module's
/// own.
bool found_by_package_loader(std::string_view folder, std::string_view origin,
                             const profile::LoaderBehaviour& loader) {
  if (loader.library_search == profile::LibrarySearch::run_path) return false;
  if (loader.needed_anywhere_in_wheel) return true;
  return loader.library_search == profile::LibrarySearch::wheel_libs &&
         (origin.empty() || folder.starts_with(join(origin, "")));
}

/// Before Emscripten 3.1.58 (recognised by its setjmp) a module binds only to what was loaded
/// globally, and the package loader loads globally what is needed by its bare file name. Where the
/// needed name has a slash, the library is loaded, but a call finds none of its functions (0.22 to
/// 0.25).
bool binds_to_bare_names_only(const profile::LoaderBehaviour& loader) {
  return loader.needed_anywhere_in_wheel && loader.setjmp == wasm::SetjmpModel::emscripten;
}

/// Up to 0.27 the package loader joins the needed name, with its slashes, to each folder that it
/// searches; from 0.28 on it does not search a name with a slash.
bool reached_by_joining(std::string_view library, std::string_view origin,
                        std::string_view wheel_libs, const profile::LoaderBehaviour& loader,
                        std::string_view name) {
  if (loader.library_search != profile::LibrarySearch::wheel_libs) return false;
  if (binds_to_bare_names_only(loader)) return false;
  const auto joined = [&](std::string_view folder) { return resolve(folder, name) == library; };
  if (joined("") || joined(origin) || joined(wheel_libs)) return true;
  // 0.27 searches every folder below the module's own, so the joined path must lie below that
  // folder.
  return !loader.needed_anywhere_in_wheel && library.starts_with(join(origin, "")) &&
         library.ends_with("/" + std::string(name));
}

NeededBinding::State judge_state(const wheel::WheelModule& module, std::string_view origin,
                                 std::string_view folder, const profile::LoaderBehaviour& loader) {
  using State = NeededBinding::State;
  const wasm::DylinkInfo& dylink = *module.facts.dylink;
  const bool strict = any_run_path_leads(dylink, origin, folder, true);
  if (loader.run_path && strict) return State::found;
  if (any_run_path_leads(dylink, origin, folder, false)) {
    return loader.run_path ? State::run_path_invalid : State::run_path_ignored;
  }
  return loader.run_path ? State::run_path_missing : State::in_wheel_elsewhere;
}

}  // namespace

bool leads_to(std::string_view run_path, std::string_view origin, std::string_view folder,
              bool strict) {
  for (const std::string_view prefix :
       {std::string_view("$ORIGIN"), std::string_view("${ORIGIN}")}) {
    if (!run_path.starts_with(prefix)) continue;
    if (strict && prefix != "$ORIGIN") continue;
    const std::string_view rest = run_path.substr(prefix.size());
    if (!rest.empty() && rest.front() != '/') continue;
    const auto resolved = resolve(origin, rest);
    if (resolved && *resolved == folder) return true;
  }
  if (strict) return false;
  // Forms that wheels hold and no release honours: a path relative to the module without `$ORIGIN`,
  // or several paths joined by colons in one entry.
  const auto colon = run_path.find(':');
  if (colon != std::string_view::npos) {
    return leads_to(run_path.substr(0, colon), origin, folder, false) ||
           leads_to(run_path.substr(colon + 1), origin, folder, false);
  }
  if (run_path.find("ORIGIN") != std::string_view::npos) return false;
  const auto resolved = resolve(origin, run_path);
  return resolved && *resolved == folder;
}

std::string installed_path(std::string_view member) { return std::string(installed_name(member)); }

NeededBinding find_needed(const wheel::Wheel& wheel, const LinkIndex& index, std::size_t module,
                          const profile::LoaderBehaviour& loader, std::string_view name) {
  using State = NeededBinding::State;
  NeededBinding result;
  const wheel::WheelModule& requester = wheel.modules[module];
  const std::string installed = installed_path(requester.path);
  const std::string_view origin = folder_of(installed);
  const auto slash = name.rfind('/');
  const std::string_view file_name =
      slash == std::string_view::npos ? name : name.substr(slash + 1);

  const std::span<const std::uint32_t> candidates = modules_named(wheel, index, file_name);
  if (candidates.empty()) return result;
  const std::string wheel_libs = (wheel.filename ? wheel.filename->name : std::string()) + ".libs";
  for (const std::uint32_t candidate : candidates) {
    if (candidate == module) continue;
    const std::string path = installed_path(wheel.modules[candidate].path);
    const std::string_view folder = folder_of(path);
    State state = State::found;
    if (slash != std::string_view::npos) {
      state = reached_by_joining(path, origin, wheel_libs, loader, name) ? State::found
                                                                         : State::name_with_slash;
    } else if (loader.library_search == profile::LibrarySearch::flat_name) {
      // 0.21 loads what ends in `.so` in the order of the archive, and each module finds by its
      // bare name what was loaded before it (loadDynlib, preloadedWasm).
      const bool loaded_before =
          wheel.modules[candidate].member < requester.member && file_name.ends_with(".so");
      state = loaded_before ? State::found : State::in_wheel_elsewhere;
    } else if (!searched(folder, origin, wheel_libs, loader) &&
               !found_by_package_loader(folder, origin, loader)) {
      state = judge_state(requester, origin, folder, loader);
    }
    const bool better = !result.library || (state == State::found && result.state != State::found);
    if (better) {
      result.state = state;
      result.library = candidate;
    }
  }
  return result;
}

bool loads_libraries_globally(const profile::LoaderBehaviour& loader) {
  return loader.needed_anywhere_in_wheel;
}

bool binds_calls_into_libraries(const profile::LoaderBehaviour& loader) {
  return loader.library_search != profile::LibrarySearch::flat_name;
}

}  // namespace wheelaudit::loader
