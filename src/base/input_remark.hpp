#pragma once

// What is said of an input that has no report.

#include <string>

namespace wheelaudit::inline base {

/// An input that could not be read, or that was skipped.
struct InputRemark {
  std::string path;
  std::string message;
  int exit_code = 0;  ///< 4: could not be read; 0: skipped with a note
};

}  // namespace wheelaudit::inline base
