// A repair changes nothing of a file name but its platforms. So only wheels that differ in nothing
// but platforms or folders can have one result, and unpacked wheels, whose names are not known yet.

#include "repair/conflicts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wheelaudit::repair {
namespace {

/// What the names of two results of one name have in common: all but the platforms; of directories
/// name and version.
std::string kept_part(const RepairedInput& input, bool unpack) {
  const std::string name = input.path.substr(input.path.rfind('/') + 1);
  if (!unpack) return name.substr(0, name.rfind('-'));
  const auto version = name.find('-');
  return name.substr(0, version == std::string::npos ? version : name.find('-', version + 1));
}

}  // namespace

std::map<std::string, std::string> find_rivals(std::span<const RepairedInput> inputs, bool unpack,
                                               const PlannedOutput& planned) {
  std::map<std::string, std::string> rivals;
  if (inputs.size() < 2) return rivals;
  const bool any_unpacked =
      std::ranges::find(inputs, true, &RepairedInput::unpacked) != inputs.end();
  std::map<std::string, std::size_t> alike;
  for (const RepairedInput& input : inputs) ++alike[kept_part(input, unpack)];
  std::map<std::string, std::string> first_of;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const RepairedInput& input = inputs[i];
    if (!any_unpacked && alike[kept_part(input, unpack)] < 2) continue;
    const auto output = planned(i);
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

}  // namespace wheelaudit::repair
