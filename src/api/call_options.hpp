#pragma once

// The options of the C interface: a JSON object into the options of one command.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/commands.hpp"
#include "base/error.hpp"
#include "wheelaudit/wheelaudit.hpp"

namespace wheelaudit::api {

/// A command of the C interface.
enum class CommandKind : std::uint8_t {
  show,
  check,
  repair,
  profile_list,
  profile_show,
  profile_diff,
  profile_validate,
  profile_link_list,
};

/// The values of all options of all commands, also of those options that name files.
struct CallOptions {
  Options options;
  CommandCall call;
  std::vector<std::string> library_folders;  ///< `libdir`
  std::string profile;                       ///< `profile show`, `profile link-list`
  std::string before;                        ///< `profile diff`, likewise the next two
  std::string after;
  bool used = false;
};

/// Error usage: no command of this name, with the nearest.
[[nodiscard]] base::Result<CommandKind> find_command(std::string_view command);

/// Errors: usage (not JSON, too long, an unknown key, with the nearest; a value of another kind).
[[nodiscard]] base::Result<CallOptions> parse_call_options(CommandKind kind, std::string_view json);

/// The files that a command looks at: those that no option names. The others go where the options
/// name them: into `options.profile_files` and `options.libraries`.
[[nodiscard]] std::vector<File> distribute_files(std::span<const File> files, CallOptions& options);

}  // namespace wheelaudit::api
