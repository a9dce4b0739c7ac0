#pragma once

// How every command begins that reads something: it opens what it was told to, gives up its rights
// (sandbox.hpp), and only then looks at the first byte.

#include <span>
#include <string>

#include "cli/catalog.hpp"
#include "cli/options.hpp"
#include "system/input.hpp"
#include "system/output.hpp"
#include "system/sandbox.hpp"

namespace wheelaudit::cli {

struct Begun {
  InputList list;
  Catalog catalog;
  ReportFile report;
};

/// `list`: the inputs, of which the first 128 are opened at once; `more`: what else will be opened.
/// Errors: usage (unknown profile, the report over an input), io.
[[nodiscard]] Result<Begun> begin(const Options& options, InputList list, SandboxNeeds more = {});

/// Opens inputs, and adds those that are to be opened later to `needs`.
void open_inputs(InputList& list, SandboxNeeds& needs);

/// The report's file, or standard output. Errors: usage when it is one of the inputs or of
/// `others`, files that are read as well; io.
[[nodiscard]] Result<ReportFile> open_report(const Options& options, const InputList& list,
                                             std::span<const std::string> others);
/// Error usage: the report would overwrite one of these.
[[nodiscard]] Result<void> check_report(const Options& options, const InputList& list,
                                        std::span<const std::string> others);

/// Enters the sandbox; what could not be had is told with -v.
void confine(const Options& options, const SandboxNeeds& needs);

}  // namespace wheelaudit::cli
