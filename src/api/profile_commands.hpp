#pragma once

// The `profile` commands of the C interface.

#include <span>
#include <string>
#include <vector>

#include "api/call_options.hpp"
#include "base/error.hpp"
#include "base/exit_code.hpp"
#include "wheelaudit/wheelaudit.hpp"

namespace wheelaudit::api {

/// The result of a `profile` command: the report, and for `profile link-list` the list.
struct ProfileResult {
  std::string text;
  ExitCode exit_code = ExitCode::done;
  std::vector<Output> outputs;
};

/// `inputs` are the files that no option names. Errors: usage.
[[nodiscard]] base::Result<ProfileResult> run_profile_command(CommandKind kind,
                                                              const CallOptions& options,
                                                              std::span<const File> inputs);

}  // namespace wheelaudit::api
