// Paths and names of libraries in a repaired wheel (docs/design/repair.md#libraries). All folders
// are those of the installed wheel; the empty one is the top of site-packages.

#include "repair/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"

namespace wheelaudit::repair {
namespace {

constexpr std::size_t hash_digits = 8;  // as many as auditwheel writes

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return parts;
}

std::string_view stem_of(std::string_view name) {
  return name.substr(0, std::min(name.find(".so"), name.rfind('.')));
}

}  // namespace

std::string run_path_to(std::string_view origin, std::string_view folder) {
  const auto from = split(origin);
  const auto to = split(folder);
  const auto [at_from, at_to] = std::ranges::mismatch(from, to);
  std::string path = "$ORIGIN";
  for (auto part = at_from; part != from.end(); ++part) path += "/..";
  for (auto part = at_to; part != to.end(); ++part) path += "/" + std::string(*part);
  return path;
}

bool leads_down(std::string_view origin, std::string_view folder) {
  return origin.empty() || folder == origin || folder.starts_with(std::string(origin) + "/");
}

DeepestFolder deepest_folder(const std::vector<std::string>& folders) {
  DeepestFolder result{.folder = *std::ranges::max_element(folders, {}, &std::string::size),
                       .apart = std::nullopt};
  const auto apart = std::ranges::find_if(
      folders, [&](const std::string& folder) { return !leads_down(folder, result.folder); });
  if (apart != folders.end()) result.apart = *apart;
  return result;
}

std::string no_common_folder(const DeepestFolder& deepest, const RepairOptions& options) {
  const auto shown = [](const std::string& folder) {
    return folder.empty() ? std::string("the top of site-packages") : folder;
  };
  return fmt::format(
      "modules in {} and in {} need the same libraries, and Pyodide 0.28 and 0.29 would load these "
      "once for each folder; leave out {}: then the libraries lie at the top of site-packages",
      shown(*deepest.apart), shown(deepest.folder), options.mangle ? "--lib-sdir" : "--no-mangle");
}

bool may_lie_at_top(const RepairOptions& options) {
  return options.mangle && options.library_suffix == RepairOptions{}.library_suffix;
}

std::string mangled_name(std::string_view name, std::string_view digits) {
  return fmt::format("{}-{}.so", stem_of(name), digits.substr(0, hash_digits));
}

std::string mangled_name(std::string_view name, Bytes content) {
  return mangled_name(name, hex(sha256(content)));
}

bool is_mangled(std::string_view name) {
  const std::string_view stem = stem_of(name);
  const auto dash = stem.rfind('-');
  if (dash == std::string_view::npos || stem.size() - dash - 1 != hash_digits) return false;
  return stem.find_first_not_of("0123456789abcdef", dash + 1) == std::string_view::npos;
}

}  // namespace wheelaudit::repair
