#pragma once

// One function per command; each returns the exit code.

#include "base/exit_code.hpp"
#include "cli/options.hpp"

namespace wheelaudit::cli {

[[nodiscard]] ExitCode run_show(const Options& options);
[[nodiscard]] ExitCode run_check(const Options& options);
[[nodiscard]] ExitCode run_repair(const Options& options);
[[nodiscard]] ExitCode run_profile(const Options& options);

}  // namespace wheelaudit::cli
