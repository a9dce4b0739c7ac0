#pragma once

// The commands of the program.

#include <vector>

#include "cli/command_line.hpp"

namespace wheelaudit::cli {

/// In the order of the help.
[[nodiscard]] std::vector<Command> commands();

}  // namespace wheelaudit::cli
