#pragma once

// Many inputs, one command: in parallel, reported in order, the worst exit code returned.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/common_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/prepare.hpp"
#include "report/formats.hpp"
#include "system/input.hpp"

namespace wheelaudit::cli {

/// What became of one input: a report or an error, and what else to say on standard error.
struct ProcessedInput {
  std::optional<report::WheelReport> report;
  std::optional<InputRemark> remark;
  ExitCode exit_code = ExitCode::done;
};
[[nodiscard]] ProcessedInput failed(const system::Input& input, const Error& error);

/// `threads`: how many this input may use by itself.
using ProcessInput = std::function<ProcessedInput(const system::Input& input, unsigned threads)>;

/// The command whose inputs are worked through.
struct Batch {
  std::string_view command;
  const CommonOptions& options;
  const PreparedRun& prepared;
  rules::Severity fail_on = rules::Severity::error;
};

/// Processes every input and prints or writes the report. Returns the exit code. `finish` may add
/// lines to standard error when all inputs are done.
[[nodiscard]] ExitCode run_batch(const Batch& batch, const ProcessInput& process,
                                 const std::function<std::string()>& finish = nullptr);

}  // namespace wheelaudit::cli
