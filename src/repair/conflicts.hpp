#pragma once

// Inputs of one `repair` whose results would have the same name: the one written last would win,
// and which one that is would depend on the threads.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/error.hpp"

namespace wheelaudit::repair {

/// One input of a repair.
struct RepairedInput {
  std::string path;
  bool unpacked = false;  ///< a directory that is one wheel
};

/// The path that a repair of the input at this index would write; nullopt: none.
using PlannedOutput = std::function<std::optional<std::string>(std::size_t input)>;

/// Each such input with another one that claims the same result. Only inputs that can come to that
/// are planned.
/// `unpack`: results are directories, called by name and version alone.
[[nodiscard]] std::map<std::string, std::string> find_rivals(std::span<const RepairedInput> inputs,
                                                             bool unpack,
                                                             const PlannedOutput& planned);

/// What is said of one of them.
[[nodiscard]] Error rival_error(const std::string& other);

}  // namespace wheelaudit::repair
