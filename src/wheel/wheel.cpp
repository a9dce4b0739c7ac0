// A wheel from its bytes: the file name, the archive, and (when the structure is sound) what the
// members say. Two readers work one after the other: the structural check decides whether members
// are read at all, and libzip then has to agree with it.

#include "wheel/wheel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "base/path.hpp"
#include "base/text.hpp"
#include "wheel/contents.hpp"
#include "wheel/module_reading.hpp"
#include "wheel/tag_count.hpp"

namespace wheelaudit::wheel {
namespace {

// A file name that is malformed only because of the limit of tags is also a limit reached.
std::vector<zip::ArchiveFault> tag_limit_faults(std::string_view name, const Limits& limits) {
  Limits unlimited = limits;
  unlimited.expanded_tags = std::numeric_limits<std::uint64_t>::max();
  const auto filename = parse_wheel_filename(name, unlimited);
  if (!filename) return {};
  const std::uint64_t count = expanded_count(filename->tags);
  return {{.code = "tag-count",
           .kind = zip::ArchiveFaultKind::limit,
           .severity = zip::ArchiveFaultSeverity::malformed,
           .message = fmt::format("the file name's tags stand for {} combinations, more than {}",
                                  count, limits.expanded_tags),
           .expected = fmt::format("at most {} tags", limits.expanded_tags),
           .found = fmt::format("{} tags", count),
           .option = "--max-tags"}};
}

// The facts of a module take hundreds of bytes even when it is empty, so the number of modules has
// a limit.
std::optional<zip::ArchiveFault> module_limit_fault(const zip::Archive& archive,
                                                    const Limits& limits) {
  const auto modules = static_cast<std::uint64_t>(std::ranges::count_if(
      archive.members, [](const auto& member) { return is_module_name(member.name); }));
  if (modules <= limits.modules) return std::nullopt;
  return zip::ArchiveFault{
      .code = "module-count",
      .kind = zip::ArchiveFaultKind::limit,
      .message = fmt::format("{} members look like modules, more than {}", modules, limits.modules),
      .expected = fmt::format("at most {} modules", limits.modules),
      .found = fmt::format("{} modules", modules),
      .option = "--max-modules"};
}

}  // namespace

bool Wheel::readable() const { return bare_module || archive.readable(); }

std::vector<Tag> Wheel::tags() const {
  if (bare_module) return {};
  return filename ? filename->tags.expand() : dist_info.tags;
}

const WheelModule* Wheel::find_module(std::string_view module_path) const {
  const auto found = std::lower_bound(
      modules.begin(), modules.end(), module_path,
      [](const WheelModule& module, std::string_view wanted) { return module.path < wanted; });
  return found != modules.end() && found->path == module_path ? &*found : nullptr;
}

const ImportedModule* Wheel::import_of(std::string_view module_path) const {
  const auto found =
      std::ranges::lower_bound(imported_modules, module_path, {}, &ImportedModule::module);
  return found != imported_modules.end() && found->module == module_path ? &*found : nullptr;
}

bool Wheel::has_member(std::string_view member_path) const {
  if (bare_module) return find_module(member_path) != nullptr;
  return archive.find(member_path).has_value();
}

bool WheelModule::is_loadable() const {
  return facts.kind == wasm::ModuleKind::side_module || is_preloaded_name(path);
}

bool Wheel::has_loadable() const { return std::ranges::any_of(modules, &WheelModule::is_loadable); }

bool Wheel::has_loadable_wasm() const {
  return bare_module || std::ranges::any_of(modules, [](const WheelModule& module) {
           return module.is_loadable() && (module.facts.format == "wasm" ||
                                           module.facts.kind == wasm::ModuleKind::malformed);
         });
}

Result<Wheel> read_wheel(std::string path, ByteSource source, const ReadOptions& options) {
  Wheel wheel{.path = std::move(path), .size = source.size, .depth = options.depth};
  const std::string_view name = last_component(wheel.path);
  if (auto filename = parse_wheel_filename(name, options.limits)) {
    wheel.filename = std::move(*filename);
  } else {
    wheel.filename_fault = std::move(filename.error());
    wheel.content_faults = tag_limit_faults(name, options.limits);
  }
  auto archive = zip::read_archive(std::move(source), options.limits);
  if (!archive) return tl::unexpected<Error>(std::move(archive.error()));
  wheel.archive = std::move(*archive);
  if (auto fault = module_limit_fault(wheel.archive, options.limits)) {
    wheel.archive.faults.push_back(std::move(*fault));
  }
  if (!wheel.archive.readable()) {
    auto digest = digest_source(wheel.archive.source, options);
    if (!digest) return tl::unexpected<Error>(std::move(digest.error()));
    wheel.sha256 = std::move(*digest);
    return wheel;
  }
  auto contents = read_wheel_contents(wheel.archive, wheel.filename, options);
  if (!contents) return tl::unexpected<Error>(std::move(contents.error()));
  wheel.sha256 = std::move(contents->sha256);
  std::move(contents->faults.begin(), contents->faults.end(),
            std::back_inserter(wheel.content_faults));
  wheel.dist_info = std::move(contents->dist_info);
  wheel.modules = std::move(contents->modules);
  wheel.record_mismatches = std::move(contents->record_mismatches);
  wheel.member_formats = std::move(contents->member_formats);
  wheel.absent_names = std::move(contents->absent_names);
  wheel.quiet_packages = std::move(contents->quiet_packages);
  wheel.opened_libraries = std::move(contents->opened_libraries);
  wheel.imported_modules = std::move(contents->imported_modules);
  wheel.contents_verified = options.verify_contents;
  return wheel;
}

Result<Wheel> read_bare_module(std::string path, ByteSource source, const ReadOptions& options) {
  Wheel wheel{.path = std::move(path),
              .size = source.size,
              .bare_module = true,
              .contents_verified = options.verify_contents,
              .depth = options.depth};
  auto digest = digest_source(source, options);
  if (!digest) return tl::unexpected<Error>(std::move(digest.error()));
  wheel.sha256 = std::move(*digest);
  auto facts = read_file_module(source, options.depth, options.limits);
  if (!facts) return tl::unexpected<Error>(std::move(facts.error()));
  wheel.modules.push_back(
      {.path = std::string(last_component(wheel.path)), .facts = std::move(*facts)});
  return wheel;
}

bool is_preloaded_name(std::string_view path) {
  std::string_view rest = path;
  while (!rest.empty() && is_ascii_digit(rest.back())) {
    const std::size_t end = rest.find_last_not_of("0123456789");
    if (end == std::string_view::npos || rest[end] != '.') return false;
    rest = rest.substr(0, end);
  }
  return rest.ends_with(".so");
}

bool is_module_name(std::string_view path) {
  if (is_preloaded_name(path) || path.ends_with(".dylib") || path.ends_with(".wasm")) return true;
  // Windows ignores the case of names.
  const std::string_view extension =
      path.substr(path.size() - std::min<std::size_t>(path.size(), 4));
  return equal_without_case(extension, ".pyd") || equal_without_case(extension, ".dll");
}

}  // namespace wheelaudit::wheel
