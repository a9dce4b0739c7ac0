#pragma once

// The exit codes of the program (docs/design/verdicts.md#exit-codes). They are in this room because
// an input's remark, the audit and every report use them.

#include <algorithm>
#include <cstdint>

#include "base/error.hpp"

namespace wheelaudit::inline base {

/// A greater number is a worse outcome.
enum class ExitCode : std::uint8_t {
  done = 0,
  findings = 1,   ///< at or above `--fail-on`
  usage = 2,      ///< the request is one that is never carried out
  malformed = 3,  ///< unsafe, or beyond a limit
  io = 4,         ///< could not be read or written
  internal = 70,
};

/// Of several inputs: 70 is worst, then 4, 3, 2, 1, 0.
[[nodiscard]] constexpr ExitCode worst(ExitCode left, ExitCode right) {
  return std::max(left, right);
}
/// The code of what the program could not do.
[[nodiscard]] constexpr ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return ExitCode::usage;
    case ErrorKind::io:
      return ExitCode::io;
    case ErrorKind::internal:
      break;
  }
  return ExitCode::internal;
}
/// The code as the process returns it and as JSON writes it.
[[nodiscard]] constexpr int number_of(ExitCode code) { return static_cast<int>(code); }

}  // namespace wheelaudit::inline base
