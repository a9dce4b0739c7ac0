#pragma once

// How a command ends: with text on standard output or with an error, and with which exit code.

#include <string_view>

#include "base/error.hpp"
#include "base/exit_code.hpp"

namespace wheelaudit::cli {

/// `error: …` on standard error; `help: …` lines inside the message keep their own label.
void print_error(std::string_view message);

/// Prints the error and returns its exit code.
[[nodiscard]] ExitCode stop_with(const Error& error);

/// Writes to standard output; returns `done`, or prints why that failed and returns its code.
[[nodiscard]] ExitCode print_text(std::string_view text);

/// The exit code of a write that may have failed; an error is printed.
[[nodiscard]] ExitCode exit_code_of_write(const Result<void>& written);

}  // namespace wheelaudit::cli
