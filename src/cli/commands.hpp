#pragma once

// One function per command; each returns the exit code.

#include "cli/options.hpp"

namespace wheelaudit::cli {

[[nodiscard]] int run_show(const Options& options);
[[nodiscard]] int run_check(const Options& options);
[[nodiscard]] int run_repair(const Options& options);
[[nodiscard]] int run_profile(const Options& options);

}  // namespace wheelaudit::cli
