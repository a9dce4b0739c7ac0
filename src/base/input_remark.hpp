#pragma once

// What is said about an input that has no report.

#include <string>

#include "base/exit_code.hpp"

namespace wheelaudit::inline base {

/// An input that could not be read, or that was skipped.
struct InputRemark {
  std::string path;
  std::string message;
  ExitCode exit_code = ExitCode::done;  ///< `io`: could not be read; `done`: skipped with a note
};

}  // namespace wheelaudit::inline base
