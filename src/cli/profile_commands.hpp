#pragma once

// What the `profile` commands share: one function each, and the reading and printing of texts.

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/exit_code.hpp"
#include "cli/options.hpp"

namespace wheelaudit::cli {

[[nodiscard]] ExitCode run_profile_diff(const Options& options);
[[nodiscard]] ExitCode run_profile_generate(const Options& options);
[[nodiscard]] ExitCode run_profile_link_list(const Options& options);

/// Prints the error and returns its exit code.
ExitCode stop_with(const Error& error);
/// Writes to standard output and returns the exit code of that.
[[nodiscard]] ExitCode print_report(std::string_view text);
/// A file of a runtime or a profile. Errors: io; usage for one too large.
[[nodiscard]] Result<ByteSource> open_profile_input(const std::string& path);
/// All of it as text. Errors: io.
[[nodiscard]] Result<std::string> read_profile_input(const std::string& path,
                                                     const ByteSource& source);
/// Both at once.
[[nodiscard]] Result<std::string> read_profile_input(const std::string& path);

}  // namespace wheelaudit::cli
