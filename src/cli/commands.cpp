// The table of commands. A new command is one file, whose function is declared here and gets one
// row; the declarations are not in a header, because no other file needs them, and a change of a
// header would compile every command again.

#include "cli/commands.hpp"

namespace wheelaudit::cli {

Command show_command();
Command check_command();
Command repair_command();
Command profile_command();

std::vector<Command> commands() {
  return {
      show_command(),
      check_command(),
      repair_command(),
      profile_command(),
  };
}

}  // namespace wheelaudit::cli
