#pragma once

// What both formats say about a module, counted once.

#include <cstddef>
#include <string>
#include <vector>

#include "wheelaudit/side_module.hpp"

namespace wheelaudit {

struct ImportCounts {
  std::size_t functions = 0;
  std::size_t addresses = 0;  ///< globals of GOT.mem and GOT.func
  std::size_t globals = 0;    ///< the other globals
  std::size_t tags = 0;
};
[[nodiscard]] ImportCounts count_imports(const SideModule& module);

/// Names of the features in use, sorted: from the code where it was read, else what the
/// target_features section declares.
[[nodiscard]] std::vector<std::string> feature_names(const SideModule& module);

}  // namespace wheelaudit
