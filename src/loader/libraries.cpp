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

/// The loader's buffer for a path has 512 bytes, with its end; the site-packages folder in front,
/// "/lib/python3.13/site-packages", takes 29 of them (run on 0.29.5: a longer one is not found).
constexpr std::size_t longest_path = 511 - 29;

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

/// Whether the installed wheel has a folder of this path; "" is site-packages.
bool folder_exists(const LinkIndex& index, std::string_view folder) {
  if (folder.empty()) return true;
  const std::string inside = std::string(folder) + "/";
  const auto first = std::ranges::lower_bound(index.member_paths, std::string_view(inside));
  return first != index.member_paths.end() && first->starts_with(inside);
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

/// 0.27 knows every file by its base name once the file is preloaded, wherever it lies; the package
/// loader preloads in the order of the archive (docs/design/sessions.md#keys).
bool is_known_by_name(const wheel::Wheel& wheel, std::size_t library,
                      const wheel::WheelModule& requester, const profile::LoaderBehaviour& loader) {
  return loader.library_search == profile::LibrarySearch::wheel_libs &&
         !loader.needed_anywhere_in_wheel && wheel.modules[library].member < requester.member &&
         wheel::is_preloaded_name(wheel.modules[library].path);
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
  // A run path that leads there and is still of no use is too long, or goes through a folder that
  // does not exist: then the library is not found.
  if (loader.run_path && any_run_path_leads(dylink, origin, folder, true)) {
    return State::run_path_useless;
  }
  if (any_run_path_leads(dylink, origin, folder, false)) {
    return loader.run_path ? State::run_path_invalid : State::run_path_ignored;
  }
  return loader.run_path ? State::run_path_missing : State::in_wheel_elsewhere;
}

/// The module at `path` of the installed wheel. `..` goes through the file system, so every folder
/// on the way must exist.
std::optional<std::uint32_t> file_at(const wheel::Wheel& wheel, const LinkIndex& index,
                                     Arrival arrival, std::string_view path) {
  const std::string_view folder = folder_of(path);
  if (folder.find("..") != std::string_view::npos) {
    for (std::size_t up = folder.find("/.."); up != std::string_view::npos;
         up = folder.find("/..", up + 1)) {
      const auto before = resolve("", folder.substr(0, up));
      if (!before || !folder_exists(index, *before)) return std::nullopt;
    }
  }
  const auto plain = resolve("", path);
  if (!plain) return std::nullopt;
  for (const std::uint32_t m : modules_named(wheel, index, last_component(*plain))) {
    // A module that could not be read is there all the same.
    if (path_after(arrival, wheel.modules[m].path) == *plain) return m;
  }
  return std::nullopt;
}

/// The search of 0.28 and later: the search path (the top of site-packages), then the run paths of
/// the module, as text.
std::optional<FoundLibrary> by_run_path(const wheel::Wheel& wheel, const LinkIndex& index,
                                        const profile::LoaderBehaviour& loader, Arrival arrival,
                                        std::string_view parent_key, std::uint32_t parent,
                                        std::string_view needed) {
  std::string name(needed);
  if (name.find('/') != std::string::npos) {
    // From 314 on the name is put into its shortest form before it is searched again.
    const auto plain = loader.keys_as_spelled ? std::nullopt : resolve("", name);
    if (!plain || plain->empty() || plain->find('/') != std::string::npos) return std::nullopt;
    const auto top = file_at(wheel, index, arrival, *plain);
    return top ? std::optional(FoundLibrary{.module = *top, .key = *plain}) : std::nullopt;
  }
  if (const auto top = file_at(wheel, index, arrival, name)) {
    return FoundLibrary{.module = *top, .key = "/" + name};
  }
  const Boxed<wasm::DylinkInfo>& dylink = wheel.modules[parent].facts.dylink;
  if (!dylink) return std::nullopt;
  constexpr std::string_view origin = "$ORIGIN";
  for (const std::string& path : dylink->runtime_path) {
    if (!path.starts_with(origin) || path.find(':') != std::string::npos) continue;
    const std::string spelled =
        std::string(folder_of(parent_key)) + path.substr(origin.size()) + "/" + name;
    if (!spelled.starts_with('/') || spelled.size() > longest_path) continue;
    const auto found = file_at(wheel, index, arrival, spelled.substr(1));
    if (!found) continue;
    if (loader.keys_as_spelled) return FoundLibrary{.module = *found, .key = spelled};
    return FoundLibrary{.module = *found, .key = "/" + resolve("", spelled.substr(1)).value_or("")};
  }
  return std::nullopt;
}

/// The search of 0.22 to 0.27: the folders that the package loader gives, for the file that is
/// being preloaded; 0.27 also looks into every folder below that of the file.
std::optional<FoundLibrary> by_folders(const wheel::Wheel& wheel, const LinkIndex& index,
                                       const profile::LoaderBehaviour& loader, Arrival arrival,
                                       std::uint32_t top, std::string_view name) {
  const std::string origin(folder_of(path_after(arrival, wheel.modules[top].path)));
  const std::string wheel_libs = (wheel.filename ? wheel.filename->name : std::string()) + ".libs";
  for (const std::string& folder : {wheel_libs, std::string(), origin}) {
    const auto joined = resolve(folder, name);
    if (!joined) continue;
    if (const auto found = file_at(wheel, index, arrival, *joined)) {
      return FoundLibrary{.module = *found, .key = std::string(name)};
    }
  }
  if (loader.needed_anywhere_in_wheel) return std::nullopt;
  for (const std::uint32_t m : modules_named(wheel, index, last_component(name))) {
    const std::string path = path_after(arrival, wheel.modules[m].path);
    const bool below = origin.empty() || path.starts_with(origin + "/");
    const bool fits = path == name || path.ends_with("/" + std::string(name));
    if (below && fits && file_at(wheel, index, arrival, path)) {
      return FoundLibrary{.module = m, .key = std::string(name)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string path_after(Arrival arrival, std::string_view member) {
  return std::string(arrival == Arrival::import ? installed_name(member) : member);
}

std::optional<FoundLibrary> find_library(const wheel::Wheel& wheel, const LinkIndex& index,
                                         const profile::LoaderBehaviour& loader, Arrival arrival,
                                         std::string_view parent_key, std::uint32_t parent,
                                         std::uint32_t top, std::string_view name) {
  switch (loader.library_search) {
    case profile::LibrarySearch::run_path:
      return by_run_path(wheel, index, loader, arrival, parent_key, parent, name);
    case profile::LibrarySearch::wheel_libs:
      return by_folders(wheel, index, loader, arrival, top, name);
    case profile::LibrarySearch::flat_name:
      break;
  }
  return std::nullopt;
}

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

NeededBinding find_needed(const wheel::Wheel& wheel, const LinkIndex& index, std::size_t module,
                          const profile::LoaderBehaviour& loader, std::string_view name) {
  using State = NeededBinding::State;
  NeededBinding result;
  const wheel::WheelModule& requester = wheel.modules[module];
  const std::string_view installed = installed_name(requester.path);
  const std::string_view origin = folder_of(installed);
  const auto slash = name.rfind('/');
  const std::string_view file_name =
      slash == std::string_view::npos ? name : name.substr(slash + 1);

  const std::span<const std::uint32_t> candidates = modules_named(wheel, index, file_name);
  if (candidates.empty()) return result;
  if (loader.library_search == profile::LibrarySearch::run_path) {
    const auto found =
        by_run_path(wheel, index, loader, Arrival::import, "/" + std::string(installed),
                    static_cast<std::uint32_t>(module), name);
    if (found) return {.state = State::found, .library = found->module};
  }
  const std::string wheel_libs = (wheel.filename ? wheel.filename->name : std::string()) + ".libs";
  for (const std::uint32_t candidate : candidates) {
    if (candidate == module) continue;
    const std::string_view path = installed_name(wheel.modules[candidate].path);
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
    } else if (is_known_by_name(wheel, candidate, requester, loader)) {
      state = State::found;
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
