#pragma once

// show, check and repair over files in memory, in parallel, reported in the order of the files.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/exit_code.hpp"
#include "base/input_remark.hpp"
#include "report/formats.hpp"
#include "wheelaudit/wheelaudit.hpp"

namespace wheelaudit::api {

enum class Command : std::uint8_t { show, check, repair };

/// What is to be done, besides the options.
struct CommandCall {
  Command command = Command::check;
  std::string format = "json";  ///< a ReportFormat's name
  bool verbose = false;         ///< of the text format, likewise the next
  bool quiet = false;
  std::string sarif_path = "pyproject.toml";
  bool dry_run = false;  ///< repair yields reports, but no outputs
  bool typed = true;     ///< `wheels` are wanted besides the text
};

/// The result of a command.
struct CommandResult {
  std::vector<WheelReport> wheels;
  std::vector<InputRemark> remarks;
  std::vector<std::string> unused_ignores;
  std::vector<Output> outputs;
  ExitCode exit_code = ExitCode::done;
  std::string text;  ///< the report in its format
};

/// Errors: usage (an option whose value has no meaning, no file, two files of one name).
[[nodiscard]] base::Result<CommandResult> run_command(const CommandCall& call,
                                                      std::span<const File> files,
                                                      const Options& options);

/// The JSON report of a call that failed with `error` and did nothing.
[[nodiscard]] std::string error_json(const base::Error& error);

}  // namespace wheelaudit::api
