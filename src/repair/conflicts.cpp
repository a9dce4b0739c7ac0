// A repair changes only the platforms in a file name. So two inputs can have results of one name if
// they differ in platforms or folders alone. An unpacked wheel can conflict with any other input,
// because its file name is not known yet.

#include "repair/conflicts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/path.hpp"

namespace wheelaudit::repair {
namespace {

/// The part of an input's name that its result keeps: all but the platforms; name and version if
/// results are directories.
std::string kept_part(const InputPath& input, bool unpack) {
  const std::string name(last_component(input.path));
  if (!unpack) return name.substr(0, name.rfind('-'));
  const auto version = name.find('-');
  return name.substr(0, version == std::string::npos ? version : name.find('-', version + 1));
}

}  // namespace

std::vector<std::size_t> possible_conflicts(std::span<const InputPath> inputs, bool unpack) {
  std::vector<std::size_t> possible;
  if (inputs.size() < 2) return possible;
  const bool any_unpacked = std::ranges::find(inputs, true, &InputPath::unpacked) != inputs.end();
  std::map<std::string, std::size_t> alike;
  for (const InputPath& input : inputs) ++alike[kept_part(input, unpack)];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (any_unpacked || alike[kept_part(inputs[i], unpack)] > 1) possible.push_back(i);
  }
  return possible;
}

std::map<std::string, std::string> find_conflicts(std::span<const PlannedOutput> outputs) {
  std::map<std::string, std::string> conflicts;
  std::map<std::string, std::string> first_of;
  for (const PlannedOutput& planned : outputs) {
    const auto [first, is_first] = first_of.emplace(planned.output, planned.input);
    if (is_first) continue;
    conflicts.emplace(first->second, planned.input);
    conflicts.emplace(planned.input, first->second);
  }
  return conflicts;
}

Error conflict_error(const std::string& other) {
  return {.kind = ErrorKind::usage,
          .message = fmt::format("its result would have the same name as that of {}, so neither is "
                                 "written; repair them into different directories (--wheel-dir)",
                                 other)};
}

}  // namespace wheelaudit::repair
