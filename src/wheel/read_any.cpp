// Whether the bytes are a wheel or a module is decided by their name, because a damaged module is
// still a module; without a name it is decided by their first bytes.

#include "wheel/read_any.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace wheelaudit::wheel {
namespace {

/// The file name that a wheel must have had, by its dist-info directory and its WHEEL file; nullopt
/// when these do not give one.
std::optional<WheelFilename> filename_from_dist_info(const Wheel& wheel) {
  const std::string_view directory = wheel.dist_info.directory;
  constexpr std::string_view suffix = ".dist-info";
  if (!directory.ends_with(suffix) || wheel.dist_info.tags.empty()) return std::nullopt;
  std::string name(directory.substr(0, directory.size() - suffix.size()));
  if (!wheel.dist_info.build.empty()) name += "-" + wheel.dist_info.build;
  TagSet tags;
  const auto add = [](std::vector<std::string>& parts, const std::string& part) {
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
  };
  for (const Tag& tag : wheel.dist_info.tags) {
    add(tags.pythons, tag.python);
    add(tags.abis, tag.abi);
    add(tags.platforms, tag.platform);
  }
  const auto filename = parse_wheel_filename(name + "-" + tags.str() + ".whl");
  return filename ? std::optional(*filename) : std::nullopt;
}

Result<bool> holds_bare_module(const std::string& path, bool is_named, const ByteSource& source) {
  constexpr std::string_view magic("\0asm", 4);
  if (path.ends_with(".whl")) return false;
  if (is_named && is_module_name(path)) return true;
  if (source.size < magic.size()) return false;
  const auto first = source.read(0, magic.size());
  if (!first) return tl::unexpected(first.error());
  return as_text(first->view) == magic;
}

}  // namespace

Result<Wheel> read_nameless(const std::string& path, ByteSource source,
                            const ReadOptions& options) {
  auto wheel = read_wheel(path, std::move(source), options);
  if (wheel && !wheel->filename) {
    wheel->filename = filename_from_dist_info(*wheel);
    wheel->filename_fault.reset();
  }
  return wheel;
}

Result<Wheel> read_any(const std::string& path, bool is_named, ByteSource source,
                       const ReadOptions& options) {
  const auto bare = holds_bare_module(path, is_named, source);
  if (!bare) return tl::unexpected(bare.error());
  if (*bare) return read_bare_module(path, std::move(source), options);
  if (!is_named) return read_nameless(path, std::move(source), options);
  return read_wheel(path, std::move(source), options);
}

}  // namespace wheelaudit::wheel
