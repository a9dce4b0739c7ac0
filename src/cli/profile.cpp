// `profile`: the table of its commands, which work on the ABI profiles that wheels are checked
// against. A new command is one file, one declaration and one row, as in commands.cpp.

#include "cli/command_line.hpp"

namespace wheelaudit::cli {

Command profile_list_command();
Command profile_show_command();
Command profile_diff_command();
Command profile_generate_command();
Command profile_validate_command();
Command profile_link_list_command();

Command profile_command() {
  return {.name = "profile",
          .help = "The ABI profiles that wheels are checked against",
          .add_options = nullptr,
          .commands = {
              profile_list_command(),
              profile_show_command(),
              profile_diff_command(),
              profile_generate_command(),
              profile_validate_command(),
              profile_link_list_command(),
          }};
}

}  // namespace wheelaudit::cli
