// Why a wheel cannot be repaired: every reason, not the first (docs/design/repair.md#obstacles).
// What an audit of the result would find in any case (symbols that nobody offers, libraries,
// dependencies) is left to that audit; here stand faults that an edit would hide, and faults that
// no edit can fix. Files are judged as WA201, WA202 and WA204 judge them.

#include "repair/obstacles.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "loader/module_name.hpp"
#include "repair/tags.hpp"
#include "wheel/python_tag.hpp"

namespace wheelaudit::repair {
namespace {

using Kind = wheel::RecordMismatch::Kind;
using Obstacles = std::vector<std::string>;

void add_archive_faults(const std::vector<zip::ArchiveFault>& faults, Obstacles& obstacles) {
  for (const zip::ArchiveFault& fault : faults) {
    if (fault.severity != zip::ArchiveFaultSeverity::malformed) continue;
    const std::string where = fault.member.empty() ? "the archive" : fault.member;
    const std::string option =
        fault.option.empty() ? std::string() : fmt::format("; {} raises the limit", fault.option);
    obstacles.push_back(fmt::format("{}: {}{}", where, fault.message, option));
  }
}

void add_dist_info(const wheel::DistInfo& dist_info, Obstacles& obstacles) {
  if (dist_info.directories.size() > 1) {
    obstacles.push_back(fmt::format("there are {} dist-info directories, {}: a wheel has one",
                                    dist_info.directories.size(),
                                    fmt::join(dist_info.directories, " and ")));
    return;
  }
  if (dist_info.directory.empty()) {
    obstacles.emplace_back("there is no dist-info directory, so this is not a wheel");
    return;
  }
  const auto demand = [&](bool has, std::string_view file) {
    if (!has) obstacles.push_back(fmt::format("{} has no {}", dist_info.directory, file));
  };
  demand(dist_info.has_metadata, "METADATA");
  demand(dist_info.has_wheel, "WHEEL");
  demand(dist_info.has_record, "RECORD");
}

/// A dist-info file that is in the archive but was not read (a limit, damage) cannot be rewritten.
void add_unread_text(const wheel::Wheel& wheel, std::string_view file, bool read,
                     Obstacles& obstacles) {
  const std::string path = dist_info_path(wheel, file);
  const auto member = wheel.archive.find(path);
  if (read || !member || wheel.archive.members[*member].size == 0) return;
  obstacles.push_back(fmt::format("{} could not be read", path));
}

/// Paths whose content RECORD does not verify: the hash is wrong, missing or of an unknown kind.
std::unordered_set<std::string_view> unverified_paths(const wheel::Wheel& wheel) {
  std::unordered_set<std::string_view> paths;
  for (const wheel::RecordMismatch& mismatch : wheel.record_mismatches) {
    const bool unverified = mismatch.kind == Kind::hash || mismatch.kind == Kind::unknown_hash ||
                            mismatch.kind == Kind::no_hash;
    if (unverified) paths.insert(mismatch.path);
  }
  return paths;
}

void add_record(const wheel::Wheel& wheel, Obstacles& obstacles) {
  for (const Fault& fault : wheel.dist_info.record.faults) {
    obstacles.push_back(fmt::format("{}: {}", dist_info_path(wheel, "RECORD"), fault.message));
  }
  const auto unverified = unverified_paths(wheel);
  for (const wheel::RecordMismatch& mismatch : wheel.record_mismatches) {
    if (mismatch.kind == Kind::hash) {
      obstacles.push_back(
          fmt::format("{} is not the file that RECORD describes: expected {}, found {}; it was "
                      "changed after the "
                      "build, and a new RECORD would hide that",
                      mismatch.path, mismatch.expected, mismatch.found));
    } else if (mismatch.kind == Kind::unknown_hash) {
      obstacles.push_back(
          fmt::format("{} cannot be verified: RECORD has a hash of the unknown kind "
                      "{}",
                      mismatch.path, mismatch.found));
    } else if (mismatch.kind == Kind::size && unverified.contains(mismatch.path)) {
      obstacles.push_back(
          fmt::format("{} is not the file that RECORD describes: expected {} bytes, "
                      "found {}",
                      mismatch.path, mismatch.expected, mismatch.found));
    }
  }
}

bool has_side_module(const wheel::Wheel& wheel) {
  return std::ranges::any_of(wheel.modules, [](const wheel::WheelModule& module) {
    return module.facts.kind == wasm::ModuleKind::side_module;
  });
}

/// Whether a file that is not WebAssembly stops the load on the ABI, or takes the place of a module
/// that the ABI would load.
bool is_in_the_way(const wheel::Wheel& wheel, const wheel::WheelModule& module,
                   const profile::AbiProfile& abi,
                   const std::unordered_set<std::string>& importable) {
  const bool preloaded = loader::is_preloaded(module.path, abi);
  const bool stops = std::ranges::any_of(abi.runtimes, [](const profile::Runtime& runtime) {
    return runtime.loader.not_wasm != profile::Outcome::ok;
  });
  if (preloaded && stops) return true;
  const loader::ModuleName name = loader::module_name(module.path, abi);
  if (importable.contains(name.module_path())) return false;
  if (preloaded || name.kind != loader::ModuleName::Kind::other) return true;
  return !has_side_module(wheel) && !module.path.ends_with(".wasm");
}

std::string_view wasm_form(wasm::ModuleKind kind) {
  switch (kind) {
    case wasm::ModuleKind::static_wasm:
      return "a main module or static program";
    case wasm::ModuleKind::relocatable:
      return "an object file that was never linked";
    case wasm::ModuleKind::component:
      return "a component";
    case wasm::ModuleKind::wasi:
      return "a WASI program";
    case wasm::ModuleKind::side_module:
    case wasm::ModuleKind::not_wasm:
    case wasm::ModuleKind::malformed:
      break;
  }
  return {};
}

void add_unsound(const wheel::WheelModule& module, Obstacles& obstacles) {
  const std::size_t before = obstacles.size();
  for (const wasm::ModuleFault& fault : module.facts.faults) {
    if (fault.kind == wasm::ModuleFaultKind::note) continue;
    const std::string at = fault.offset ? fmt::format(" (at byte {})", *fault.offset) : "";
    const std::string option =
        fault.option.empty() ? std::string() : fmt::format("; {} raises the limit", fault.option);
    obstacles.push_back(fmt::format("{}: {}{}{}", module.path, fault.message, at, option));
  }
  if (obstacles.size() == before && module.facts.kind == wasm::ModuleKind::malformed)
    obstacles.push_back(fmt::format("{}: this module cannot be read", module.path));
}

void add_modules(const wheel::Wheel& wheel, const profile::AbiProfile& abi, Obstacles& obstacles) {
  const auto importable = loader::importable_modules(wheel, abi);
  for (const wheel::WheelModule& module : wheel.modules) {
    const bool loaded = wheel::is_preloaded_name(module.path);
    if (module.facts.kind == wasm::ModuleKind::not_wasm) {
      if (!is_in_the_way(wheel, module, abi, importable)) continue;
      obstacles.push_back(fmt::format(
          "{} is {}, not WebAssembly: build it with Emscripten (pyodide build, cibuildwheel "
          "--platform pyodide)",
          module.path, module.facts.format));
    } else if (const auto form = wasm_form(module.facts.kind); loaded && !form.empty()) {
      obstacles.push_back(fmt::format("{} is {}, not a side module: link it with -sSIDE_MODULE=2",
                                      module.path, form));
    } else if (loaded) {
      add_unsound(module, obstacles);
    }
  }
  if (wheel.modules.empty() && !std::ranges::all_of(wheel.tags(), [](const wheel::Tag& tag) {
        return tag.platform == "any" ||
               wheel::platform_family(tag.platform) != wheel::PlatformFamily::native;
      })) {
    obstacles.emplace_back(
        "it has a native platform tag and holds no WebAssembly: it is not for Pyodide");
  }
}

void add_python(const wheel::Wheel& wheel, const profile::AbiProfile& abi, Obstacles& obstacles) {
  const auto tags = wheel.tags();
  const bool accepted = std::ranges::any_of(tags, [&](const wheel::Tag& tag) {
    return wheel::python_accepts(abi.python, ascii_lower(tag.python), ascii_lower(tag.abi));
  });
  if (accepted || tags.empty()) return;
  obstacles.push_back(fmt::format(
      "{}-{} does not fit CPython {}, which {} runs: build it with CPython {}, or name another ABI",
      tags.front().python, tags.front().abi, abi.python, abi.id, abi.python));
}

void add_platforms(const profile::AbiProfile& abi, const RepairOptions& options,
                   Obstacles& obstacles) {
  std::vector<std::string> asked = options.add_tags;
  if (!options.platform.empty()) asked.insert(asked.begin(), options.platform);
  for (const std::string& tag : asked) {
    if (abi.has_tag(tag)) continue;
    obstacles.push_back(fmt::format("{} is not a tag of {}, whose tags are {}", tag, abi.id,
                                    fmt::join(abi.tags, ", ")));
  }
}

}  // namespace

std::vector<std::string> basic_obstacles(const wheel::Wheel& wheel) {
  if (wheel.bare_module) return {"a bare module has no wheel around it to repair"};
  Obstacles obstacles;
  if (!wheel.filename) {
    const std::string reason =
        wheel.filename_fault ? ": " + wheel.filename_fault->message : std::string();
    obstacles.push_back(
        fmt::format("the file has no wheel's name{}; give it its right name first", reason));
  }
  add_archive_faults(wheel.archive.faults, obstacles);
  add_archive_faults(wheel.content_faults, obstacles);
  if (wheel.readable()) add_dist_info(wheel.dist_info, obstacles);
  return obstacles;
}

std::vector<std::string> content_obstacles(const wheel::Wheel& wheel,
                                           const profile::AbiProfile& abi,
                                           const RepairOptions& options) {
  Obstacles obstacles;
  add_platforms(abi, options, obstacles);
  add_python(wheel, abi, obstacles);
  add_unread_text(wheel, "WHEEL", !wheel.dist_info.wheel.lines.empty(), obstacles);
  add_unread_text(wheel, "RECORD", wheel.dist_info.record.rows != 0, obstacles);
  add_record(wheel, obstacles);
  add_modules(wheel, abi, obstacles);
  return obstacles;
}

}  // namespace wheelaudit::repair
