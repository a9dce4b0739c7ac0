// Renaming `_core.cpython-311-x86_64-linux-gnu.so` to what CPython in the target imports (WA205;
// PEP 3149, EXTENSION_SUFFIXES). A name is only changed where it is the one thing that is wrong: a
// file for another CPython version is of that version inside too, and stays an obstacle, also in an
// abi3 wheel, because nothing here proves that it keeps to the limited API.

#include "repair/rename.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/path.hpp"
#include "base/punycode.hpp"
#include "base/text.hpp"
#include "loader/link.hpp"
#include "loader/module_name.hpp"

namespace wheelaudit::repair {
namespace {

bool is_abi3(const wheel::Wheel& wheel) {
  const auto tags = wheel.tags();
  return !tags.empty() &&
         std::ranges::all_of(tags, [](const wheel::Tag& tag) { return tag.abi == "abi3"; });
}

/// The target's own suffix, or the stable ABI's for a wheel that claims it.
std::string right_suffix(const wheel::Wheel& wheel, const profile::AbiProfile& target) {
  const auto& suffixes = target.extension_suffixes;
  if (is_abi3(wheel) && std::ranges::find(suffixes, ".abi3.so") != suffixes.end())
    return ".abi3.so";
  return suffixes.empty() ? std::string(".so") : suffixes.front();
}

/// `PyInit_m`, beyond ASCII `PyInitU_` and punycode (PEP 489).
std::string init_name(std::string_view module) {
  const bool ascii =
      std::ranges::all_of(module, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return fmt::format("PyInit_{}", module);
  std::string spelled = punycode(module).value_or(std::string());
  std::ranges::replace(spelled, '-', '_');
  return "PyInitU_" + spelled;
}

bool has_init_function(const wasm::SideModule& facts, std::string_view module) {
  const wasm::ExportedSymbol* symbol = facts.find_export(init_name(module));
  return symbol != nullptr && symbol->kind == wasm::ExternalKind::function &&
         facts.type_of(*symbol) == wasm::FunctionType{.params = "", .results = "i"};
}

/// Last components of all that modules of the wheel need.
std::unordered_set<std::string_view> needed_names(const wheel::Wheel& wheel) {
  std::unordered_set<std::string_view> names;
  for (const wheel::WheelModule& module : wheel.modules) {
    if (!module.facts.dylink) continue;
    for (const std::string& needed : module.facts.dylink->needed)
      names.insert(last_component(needed));
  }
  return names;
}

/// Where a member stands once installed, on file systems that do not tell case.
std::string folded_path(std::string_view path) { return ascii_lower(loader::installed_path(path)); }

class RenamePlanner {
 public:
  RenamePlanner(const wheel::Wheel& wheel, const profile::AbiProfile& target)
      : wheel_(wheel),
        target_(target),
        suffix_(right_suffix(wheel, target)),
        importable_(loader::importable_modules(wheel, target)),
        needed_(needed_names(wheel)) {
    for (const zip::ArchiveMember& member : wheel.archive.members)
      taken_.insert(folded_path(member.name));
  }

  Renames run() {
    for (const wheel::WheelModule& module : wheel_.modules) {
      const bool readable =
          module.facts.kind == wasm::ModuleKind::side_module && module.facts.sound();
      const loader::ModuleName name = loader::module_name(module.path, target_);
      if (!readable || name.kind != loader::ModuleName::Kind::foreign) continue;
      // Imported in its place; or a library, opened by the name it has.
      if (importable_.contains(name.module_path()) || module.facts.init_functions().empty())
        continue;
      plan(module, name);
    }
    return std::move(result_);
  }

 private:
  void plan(const wheel::WheelModule& module, const loader::ModuleName& name) {
    const std::string to = name.module_path() + suffix_;
    const auto refuse = [&](std::string reason) {
      result_.obstacles.push_back(
          fmt::format("{} cannot be called {}: {}", module.path, last_component(to), reason));
    };
    const std::string python = loader::suffix_python(name.suffix);
    const bool stable = name.suffix.starts_with(".abi3") && !name.suffix.starts_with(".abi3t");
    if (python != target_.python && !stable) {
      const std::string built = python.empty() ? "its name is of another interpreter"
                                               : fmt::format("its name says CPython {}, {} has {}",
                                                             python, target_.id, target_.python);
      return refuse(fmt::format("{}; build it for CPython {}", built, target_.python));
    }
    if (!has_init_function(module.facts, name.import_name())) {
      return refuse(fmt::format("it has no function {} () -> i32, only {}",
                                init_name(name.import_name()),
                                fmt::join(module.facts.init_functions(), ", ")));
    }
    if (needed_.contains(last_component(module.path)))
      return refuse("another module needs it by the name it has");
    if (!taken_.insert(folded_path(to)).second)
      return refuse("a file of that name is there already");
    result_.edits.push_back(
        {.action = "rename", .member = module.path, .from = module.path, .to = to, .why = "WA205"});
  }

  const wheel::Wheel& wheel_;
  const profile::AbiProfile& target_;
  std::string suffix_;
  std::unordered_set<std::string> importable_;
  std::unordered_set<std::string_view> needed_;
  std::unordered_set<std::string> taken_;
  Renames result_;
};

}  // namespace

Renames plan_renames(const wheel::Wheel& wheel, const profile::AbiProfile& target) {
  return RenamePlanner(wheel, target).run();
}

std::unordered_map<std::string, std::string> new_paths(const RepairPlan& plan) {
  std::unordered_map<std::string, std::string> paths;
  for (const Edit& edit : plan.edits) {
    if (edit.action == "rename") paths.emplace(edit.from, edit.to);
  }
  return paths;
}

}  // namespace wheelaudit::repair
