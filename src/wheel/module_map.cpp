// Names are looked up in the sorted list of paths. Sets of all modules and folders would take many
// times the memory of the archive's own names, since every path has as many folders as slashes.

#include "wheel/module_map.hpp"

#include <algorithm>
#include <string>

#include "base/path.hpp"

namespace wheelaudit::wheel {
namespace {

constexpr std::string_view source_suffix = ".py";
constexpr std::size_t most_sources = 2'000;
constexpr std::size_t most_files_of_a_module = 64;

bool has_test_folder(std::string_view path) {
  return path.starts_with("tests/") || path.starts_with("test/") ||
         path.find("/tests/") != std::string_view::npos ||
         path.find("/test/") != std::string_view::npos;
}

std::string joined(std::string_view module, std::string_view rest) {
  return std::string(module) + std::string(rest);
}

}  // namespace

ModuleMap::ModuleMap(const zip::Archive& archive) {
  bool has_extension = false;
  places_.reserve(archive.members.size());
  for (std::uint32_t i = 0; i < archive.members.size(); ++i) {
    if (archive.members[i].is_directory()) continue;
    const std::string_view path = installed_name(archive.members[i].name);
    places_.emplace_back(path, i);
    has_extension = has_extension || path.ends_with(".so");
    const bool source = path.ends_with(source_suffix) && !has_test_folder(path);
    if (source && to_read_.size() < most_sources) to_read_.push_back(i);
  }
  std::ranges::sort(places_);
  if (!has_extension) to_read_.clear();
}

std::vector<ModuleMap::Place>::const_iterator ModuleMap::begin_of(std::string_view prefix) const {
  return std::ranges::lower_bound(places_, prefix, {}, &Place::first);
}

std::optional<std::size_t> ModuleMap::at_path(std::string_view path) const {
  const auto place = begin_of(path);
  if (place == places_.end() || place->first != path) return std::nullopt;
  return place->second;
}

std::vector<std::size_t> ModuleMap::extensions(std::string_view module) const {
  std::vector<std::size_t> members;
  for (const std::string_view last : {".", "/__init__."}) {
    const std::string prefix = joined(module, last);
    std::size_t looked_at = 0;
    for (auto place = begin_of(prefix); place != places_.end(); ++place) {
      const std::string_view path = place->first;
      if (!path.starts_with(prefix) || ++looked_at > most_files_of_a_module) break;
      const bool below = path.find('/', prefix.size()) != std::string_view::npos;
      if (!below && path.ends_with(".so")) members.push_back(place->second);
    }
  }
  std::ranges::sort(members);
  return members;
}

std::optional<std::size_t> ModuleMap::source(std::string_view module) const {
  const auto package = at_path(joined(module, "/__init__.py"));
  return package ? package : at_path(joined(module, ".py"));
}

bool ModuleMap::has_folder(std::string_view module) const {
  const std::string prefix = joined(module, "/");
  const auto place = begin_of(prefix);
  return place != places_.end() && place->first.starts_with(prefix);
}

bool ModuleMap::has_module(std::string_view module) const {
  return has_folder(module) || has_source(module) || !extensions(module).empty();
}

}  // namespace wheelaudit::wheel
