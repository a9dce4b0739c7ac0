// A repair changes nothing of a file name but its platforms. So only wheels that differ in nothing
// but platforms or folders can have one result, and unpacked wheels, whose names are not known yet.

#include "cli/rivals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace wheelaudit::cli {
namespace {

std::string without_platforms(const Input& input) {
  const std::string name = std::filesystem::path(input.path).filename().string();
  return name.substr(0, name.rfind('-'));
}

}  // namespace

std::map<std::string, std::string> find_rivals(std::span<const Input> inputs,
                                               const PlannedOutput& planned) {
  std::map<std::string, std::string> rivals;
  if (inputs.size() < 2) return rivals;
  const bool any_unpacked =
      std::ranges::find(inputs, InputKind::unpacked, &Input::kind) != inputs.end();
  std::map<std::string, std::size_t> alike;
  for (const Input& input : inputs) ++alike[without_platforms(input)];
  std::map<std::string, std::string> first_of;
  for (const Input& input : inputs) {
    if (!any_unpacked && alike[without_platforms(input)] < 2) continue;
    const auto output = planned(input);
    if (!output) continue;
    const auto [first, is_first] = first_of.emplace(*output, input.path);
    if (is_first) continue;
    rivals.emplace(first->second, input.path);
    rivals.emplace(input.path, first->second);
  }
  return rivals;
}

Error rival_error(const std::string& other) {
  return {.kind = ErrorKind::usage,
          .message = fmt::format("its result would have the same name as that of {}, so neither is "
                                 "written; repair them into different directories (--wheel-dir)",
                                 other)};
}

}  // namespace wheelaudit::cli
