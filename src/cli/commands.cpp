// The table of commands. A new command is one file, whose function is declared here and gets one
// row; the declarations stand in no header, because no other file needs them and a header would
// have every command compiled again.

#include "cli/commands.hpp"

namespace wheelaudit::cli {

// One row per command: the function `ROW_command` in the file of the command.
#define WHEELAUDIT_COMMANDS(ROW) \
  ROW(show)                      \
  ROW(check)                     \
  ROW(repair)                    \
  ROW(profile)

#define WHEELAUDIT_DECLARE(name) Command name##_command();
WHEELAUDIT_COMMANDS(WHEELAUDIT_DECLARE)
#undef WHEELAUDIT_DECLARE

std::vector<Command> commands() {
#define WHEELAUDIT_LIST(name) name##_command(),
  return {WHEELAUDIT_COMMANDS(WHEELAUDIT_LIST)};
#undef WHEELAUDIT_LIST
}

}  // namespace wheelaudit::cli
