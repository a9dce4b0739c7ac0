#pragma once

// Many inputs, one command: in parallel, reported in order, the worst exit code returned.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"
#include "cli/options.hpp"
#include "report/formats.hpp"
#include "system/input.hpp"
#include "system/output.hpp"

namespace wheelaudit::cli {

inline constexpr ExitCode exit_done = ExitCode::done;
inline constexpr ExitCode exit_findings = ExitCode::findings;
inline constexpr ExitCode exit_usage = ExitCode::usage;
inline constexpr ExitCode exit_malformed = ExitCode::malformed;
inline constexpr ExitCode exit_io = ExitCode::io;
inline constexpr ExitCode exit_internal = ExitCode::internal;

[[nodiscard]] ExitCode exit_code_of(ErrorKind kind);

/// Whether the report is to have colours: by --color, else for a terminal without NO_COLOR.
[[nodiscard]] bool use_color(const Options& options);

/// What one input came to: a report or an error, and what else to say on standard error.
struct Processed {
  std::optional<report::WheelReport> report;
  std::optional<InputRemark> remark;
  ExitCode exit_code = exit_done;
};
[[nodiscard]] Processed failed(const system::Input& input, const Error& error);

/// `threads`: how many this input may use by itself.
using Work = std::function<Processed(const system::Input& input, unsigned threads)>;

/// Runs `work` over the inputs and prints or writes the report. Returns the exit code.
/// `finish` may add lines to standard error when all inputs are done.
[[nodiscard]] ExitCode run_batch(const Options& options, std::string_view command,
                                 const system::InputList& list, const system::ReportFile& report,
                                 const Work& work,
                                 const std::function<std::string()>& finish = nullptr);

/// `error: …` on standard error; `help: …` lines inside the message keep their own label.
void print_error(std::string_view message);

}  // namespace wheelaudit::cli
