// Plans and applies the edits of modules. Each edit names the member and one entry; all edits of
// one module make one ModuleChange, and src/wasm/rewrite.cpp changes nothing else.

#include "repair/modules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/glob.hpp"
#include "repair/library_edits.hpp"
#include "repair/sbom.hpp"
#include "repair/tags.hpp"
#include "wasm/rewrite.hpp"

namespace wheelaudit::repair {
namespace {

using rules::operator""_rule;

bool is_droppable(const wheel::Wheel& wheel, std::string_view member) {
  const std::string& dist_info = wheel.dist_info.directory;
  return !member.starts_with(dist_info + "/");
}

void plan_drops(const wheel::Wheel& wheel, const RepairOptions& options, PayloadEdits& result) {
  for (const std::string& glob : options.drop) {
    for (const zip::ArchiveMember& member : wheel.archive.members) {
      if (!glob_matches(glob, member.name)) continue;
      if (!is_droppable(wheel, member.name)) {
        result.obstacles.push_back(fmt::format(
            "--drop {} would drop {}, which belongs to the wheel itself", glob, member.name));
        continue;
      }
      Edit edit{.kind = EditKind::drop,
                .member = member.name,
                .from = member.name,
                .to = "",
                .why = "WA208"_rule};
      if (std::ranges::find(result.edits, edit) == result.edits.end())
        result.edits.push_back(std::move(edit));
    }
  }
}

std::string strippable_text(const wasm::SideModule& facts) {
  std::vector<std::string> names;
  for (const wasm::Section& section : facts.sections) {
    if (wasm::is_strippable(section)) names.push_back(section.name);
  }
  return fmt::format("{} bytes of {}", wasm::strippable_size(facts), fmt::join(names, ", "));
}

bool refuses_old_dylink(const profile::AbiProfile& abi) {
  return std::ranges::any_of(abi.runtimes, [](const profile::Runtime& runtime) {
    return runtime.loader.legacy_dylink != profile::Outcome::ok;
  });
}

void plan_count(const std::string& member, const wasm::SideModule& facts,
                std::vector<Edit>& edits) {
  if (!facts.dylink || !facts.dylink->miscount) return;
  edits.push_back({.kind = EditKind::import_count,
                   .member = member,
                   .from = fmt::format("import-info of {}", facts.dylink->miscount->declared),
                   .to = fmt::format("import-info of {}", facts.dylink->imports.size()),
                   .why = "WA210"_rule});
}

void plan_module(const wheel::WheelModule& module, bool modernise, bool strip,
                 PayloadEdits& result) {
  const wasm::SideModule& facts = module.facts;
  if (!facts.can_be_linked() || !facts.dylink) return;
  plan_count(module.path, facts, result.edits);
  if (facts.dylink->legacy && modernise) {
    result.edits.push_back({.kind = EditKind::legacy_dylink,
                            .member = module.path,
                            .from = "dylink",
                            .to = "dylink.0",
                            .why = "WA203"_rule});
  }
  if (strip && wasm::strippable_size(facts) != 0) {
    result.edits.push_back({.kind = EditKind::strip,
                            .member = module.path,
                            .from = strippable_text(facts),
                            .to = "",
                            .why = "WA208"_rule});
  }
}

std::map<std::string, wasm::ModuleChange> module_changes(const RepairPlan& plan) {
  std::map<std::string, wasm::ModuleChange> changes;
  for (const Edit& edit : plan.edits) {
    if (edit.kind == EditKind::needed) changes[edit.member].needed.emplace_back(edit.from, edit.to);
    if (edit.kind == EditKind::runtime_path)
      changes[edit.member].runtime_path.emplace_back(edit.from, edit.to);
    if (edit.kind == EditKind::legacy_dylink) changes[edit.member].modern_dylink = true;
    if (edit.kind == EditKind::import_count) changes[edit.member].import_count = true;
    if (edit.kind == EditKind::strip) changes[edit.member].strip = true;
  }
  return changes;
}

Result<ByteVector> rewritten_member(const wheel::Wheel& wheel, const std::string& path,
                                    const wasm::ModuleChange& change) {
  const wheel::WheelModule* module = wheel.find_module(path);
  if (module == nullptr) {
    return fail(ErrorKind::internal, fmt::format("{} is not a module of this wheel", path));
  }
  const auto content =
      zip::read_member(wheel.archive, module->member, wheel.archive.members[module->member].size);
  if (!content) return tl::unexpected(content.error());
  if (content->fault) return fail(ErrorKind::io, content->fault->message);
  return wasm::rewrite_module(content->bytes, module->facts, change);
}

}  // namespace

std::vector<Edit> vendored_count_edits(std::span<const Edit> edits, const RepairOptions& options) {
  std::vector<Edit> result;
  for (const Edit& edit : edits) {
    if (edit.kind != EditKind::vendor) continue;
    if (const wheel::OfferedLibrary* library = vendored_library(options, edit))
      plan_count(edit.member, library->facts, result);
  }
  return result;
}

PayloadEdits plan_payload(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                          const RepairOptions& options) {
  PayloadEdits result;
  const bool modernise = refuses_old_dylink(abi);
  const bool strip = options.strip && wheel.depth == wasm::Depth::full;
  if (options.strip && !strip)
    result.obstacles.emplace_back("--strip needs the whole modules: --validate full");
  for (const wheel::WheelModule& module : wheel.modules)
    plan_module(module, modernise, strip, result);
  plan_drops(wheel, options, result);
  return result;
}

Result<ChangedMembers> changed_members(const wheel::Wheel& wheel, const RepairPlan& plan,
                                       const RepairOptions& options) {
  ChangedMembers result;
  std::map<std::string, wasm::ModuleChange> changes = module_changes(plan);
  for (const Edit& edit : plan.edits) {
    const wheel::OfferedLibrary* library = vendored_library(options, edit);
    if (edit.kind == EditKind::vendor && library == nullptr)
      return fail(ErrorKind::internal, fmt::format("{} was not offered", edit.from));
    if (library == nullptr) continue;
    const auto change = changes.extract(edit.member);
    auto content = wasm::rewrite_module(*library->content, library->facts,
                                        change ? change.mapped() : wasm::ModuleChange{});
    if (!content) return tl::unexpected(content.error());
    result.added.emplace_back(edit.member, std::move(*content));
  }
  for (const auto& [path, change] : changes) {
    auto content = rewritten_member(wheel, path, change);
    if (!content) return tl::unexpected(content.error());
    result.rewritten.emplace(path, std::move(*content));
  }
  for (const Edit& edit : plan.edits) {
    if (edit.kind == EditKind::sbom)
      result.added.emplace_back(edit.member, to_byte_vector(sbom_text(wheel, plan.edits, options)));
  }
  return result;
}

}  // namespace wheelaudit::repair
