#pragma once

// How every command starts that reads files: it opens the files that the command line names, gives
// up its rights (sandbox.hpp), and only then reads the first byte.

#include <span>
#include <string>

#include "cli/catalog.hpp"
#include "cli/common_options.hpp"
#include "system/input.hpp"
#include "system/output.hpp"
#include "system/sandbox.hpp"

namespace wheelaudit::cli {

/// What a command works with once the program has confined itself.
struct PreparedRun {
  system::InputList list;
  Catalog catalog;
  system::ReportFile report;
  unsigned jobs = 1;  ///< threads
};

/// `list`: the inputs, of which at most the first 128 are opened at once; `more`: what else will be
/// opened. Errors: usage (unknown profile, the report over an input), io.
[[nodiscard]] Result<PreparedRun> prepare(const CommonOptions& options, system::InputList list,
                                          system::SandboxNeeds more = {});

/// Opens inputs, and adds those that are to be opened later to `needs`.
void open_inputs(system::InputList& list, system::SandboxNeeds& needs);

/// The report's file; an empty path is standard output. Errors: usage when it is one of the inputs
/// or of `others`, files that are read as well; io.
[[nodiscard]] Result<system::ReportFile> open_report(const std::string& path,
                                                     const system::InputList& list,
                                                     std::span<const std::string> others);
/// Refuses a report that would overwrite an input or one of `others`. Errors: usage.
[[nodiscard]] Result<void> check_report(const std::string& path, const system::InputList& list,
                                        std::span<const std::string> others);

/// Enters the sandbox. `verbose`: prints a note per right that could not be given up.
void confine(const system::SandboxNeeds& needs, bool verbose);

}  // namespace wheelaudit::cli
