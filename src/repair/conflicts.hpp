#pragma once

// Inputs of one `repair` whose results would have the same name: the result written last would
// replace the others, and the order depends on the threads.

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace wheelaudit::repair {

/// One wheel that is to be repaired.
struct InputPath {
  std::string path;
  bool unpacked = false;  ///< a directory that is one wheel
};

/// Indices of the inputs whose results could have the same name as another input's result, judged
/// by the inputs' names alone. Only these inputs must be planned. `unpack`: results are
/// directories, named by name and version alone.
[[nodiscard]] std::vector<std::size_t> possible_conflicts(std::span<const InputPath> inputs,
                                                          bool unpack);

/// What a repair of one input would write.
struct PlannedOutput {
  std::string input;   ///< its path
  std::string output;  ///< path of the result
};

/// From the path of each input in conflict to the path of one other input with the same result.
[[nodiscard]] std::map<std::string, std::string> find_conflicts(
    std::span<const PlannedOutput> outputs);

/// The error (usage) of an input whose result has the same name as the result of `other`.
[[nodiscard]] Error conflict_error(const std::string& other);

}  // namespace wheelaudit::repair
