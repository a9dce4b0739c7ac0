// Renaming `_core.cpython-311-x86_64-linux-gnu.so` to what CPython of the ABI imports (WA205; PEP
// 3149, EXTENSION_SUFFIXES). A name is changed only if nothing else is wrong: the content of a file
// for another CPython version is of that version too. Such a file is an obstacle, also in an abi3
// wheel, because nothing here proves that the module keeps to the limited API.

#include "repair/rename.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/path.hpp"
#include "base/text.hpp"
#include "loader/link.hpp"
#include "loader/module_name.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

bool has_init_function(const wasm::SideModule& facts, std::string_view module) {
  const wasm::ExportedSymbol* symbol = facts.find_export(loader::init_function_name(module));
  return symbol != nullptr && loader::has_init_type(facts, *symbol);
}

/// The installed path of a member, in lower case: some file systems do not distinguish case.
std::string folded_path(std::string_view path) { return ascii_lower(installed_name(path)); }

class RenamePlanner {
 public:
  RenamePlanner(const wheel::Wheel& wheel, const profile::AbiProfile& abi)
      : wheel_(wheel),
        abi_(abi),
        suffix_(loader::right_suffix(wheel, abi)),
        importable_(loader::importable_modules(wheel, abi)),
        needed_(loader::needed_file_names(wheel)) {
    for (const zip::ArchiveMember& member : wheel.archive.members)
      taken_.insert(folded_path(member.name));
  }

  Renames run() {
    for (const wheel::WheelModule& module : wheel_.modules) {
      const bool readable = module.facts.can_be_linked();
      const loader::ModuleName name = loader::module_name(module.path, abi_);
      if (!readable || name.kind != loader::ModuleName::Kind::foreign) continue;
      // Another file is imported in its place, or the module is a library, opened by its present
      // name.
      if (importable_.contains(name.module_path()) || module.facts.init_functions().empty())
        continue;
      plan(module, name);
    }
    return std::move(result_);
  }

 private:
  void plan(const wheel::WheelModule& module, const loader::ModuleName& name) {
    // The module moves out of `.data` as well, if it lies there (data_moves.cpp).
    const std::string to(installed_name(name.module_path() + suffix_));
    const auto refuse = [&](std::string reason) {
      result_.obstacles.push_back(
          fmt::format("{} cannot be called {}: {}", module.path, last_component(to), reason));
    };
    const std::string python = loader::suffix_python(name.suffix);
    if (!loader::is_for_python(name.suffix, abi_)) {
      const std::string built = python.empty() ? "its name is of another interpreter"
                                               : fmt::format("its name says CPython {}, {} has {}",
                                                             python, abi_.id, abi_.python);
      return refuse(fmt::format("{}; build it for CPython {}", built, abi_.python));
    }
    if (!has_init_function(module.facts, name.import_name())) {
      return refuse(fmt::format("it has no function {} () -> i32, only {}",
                                loader::init_function_name(name.import_name()),
                                fmt::join(module.facts.init_functions(), ", ")));
    }
    if (needed_.contains(last_component(module.path)))
      return refuse("another module needs it by the name it has");
    if (!taken_.insert(folded_path(to)).second)
      return refuse("a file of that name is there already");
    result_.edits.push_back({.kind = EditKind::rename,
                             .member = module.path,
                             .from = module.path,
                             .to = to,
                             .why = "WA205"_rule});
  }

  const wheel::Wheel& wheel_;
  const profile::AbiProfile& abi_;
  std::string suffix_;
  std::unordered_set<std::string> importable_;
  std::unordered_set<std::string_view> needed_;
  std::unordered_set<std::string> taken_;
  Renames result_;
};

}  // namespace

Renames plan_renames(const wheel::Wheel& wheel, const profile::AbiProfile& abi) {
  return RenamePlanner(wheel, abi).run();
}

std::unordered_map<std::string, std::string> new_paths(const RepairPlan& plan) {
  std::unordered_map<std::string, std::string> paths;
  for (const Edit& edit : plan.edits) {
    const bool has_new_path = edit.kind == EditKind::rename || edit.kind == EditKind::move;
    if (has_new_path && !edit.to.empty()) paths.emplace(edit.from, edit.to);
  }
  return paths;
}

}  // namespace wheelaudit::repair
