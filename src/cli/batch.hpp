#pragma once

// One command over many inputs: they are processed in parallel and reported in order, and the worst
// exit code is returned.

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

/// The result of one input: a report, or a remark for standard error.
struct ProcessedInput {
  std::optional<report::WheelReport> report;
  std::optional<InputRemark> remark;
  ExitCode exit_code = ExitCode::done;
};
/// The result of an input that could not be processed.
[[nodiscard]] ProcessedInput failed(const system::Input& input, const Error& error);

/// `threads`: how many threads the processing of this one input may use.
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
