#pragma once

// The exit codes (docs/design/verdicts.md#exit-codes), and how a command ends with an error.

#include <string_view>

#include "base/error.hpp"

namespace wheelaudit::cli {

inline constexpr int exit_done = 0;
inline constexpr int exit_findings = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_malformed = 3;
inline constexpr int exit_io = 4;
inline constexpr int exit_internal = 70;

[[nodiscard]] int exit_code_of(ErrorKind kind);

/// `error: …` on standard error; `help: …` lines inside the message keep their own label.
void print_error(std::string_view message);

/// Prints the error and returns its exit code.
[[nodiscard]] int stop_with(const Error& error);

/// Writes to standard output; returns exit_done, or prints why that failed and returns its code.
[[nodiscard]] int print_text(std::string_view text);

/// The exit code of a write that may have failed; an error is printed.
[[nodiscard]] int exit_code_of_write(const Result<void>& written);

}  // namespace wheelaudit::cli
