#pragma once

// Inputs of one `repair` whose results would have the same name: the one written last would win,
// and which one that is would depend on the threads.

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

/// Indices of the inputs whose results could have the name of another's result, by the names of the
/// inputs alone. Only these need to be planned.
/// `unpack`: results are directories, called by name and version alone.
[[nodiscard]] std::vector<std::size_t> possible_conflicts(std::span<const InputPath> inputs,
                                                          bool unpack);

/// What a repair of one input would write.
struct PlannedOutput {
  std::string input;   ///< its path
  std::string output;  ///< path of the result
};

/// Paths of the inputs that share their result's path with another input, each with one such other.
[[nodiscard]] std::map<std::string, std::string> find_conflicts(
    std::span<const PlannedOutput> outputs);

/// What is said of an input that is in conflict with the input `other`.
[[nodiscard]] Error conflict_error(const std::string& other);

}  // namespace wheelaudit::repair
