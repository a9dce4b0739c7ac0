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
  system::InputList list;
  Catalog catalog;
  system::ReportFile report;
};

/// `list`: the inputs, of which the first 128 are opened at once; `more`: what else will be opened.
/// Errors: usage (unknown profile, the report over an input), io.
[[nodiscard]] Result<Begun> begin(const Options& options, system::InputList list,
                                  system::SandboxNeeds more = {});

/// Opens inputs, and adds those that are to be opened later to `needs`.
void open_inputs(system::InputList& list, system::SandboxNeeds& needs);

/// The report's file, or standard output. Errors: usage when it is one of the inputs or of
/// `others`, files that are read as well; io.
[[nodiscard]] Result<system::ReportFile> open_report(const Options& options,
                                                     const system::InputList& list,
                                                     std::span<const std::string> others);
/// Error usage: the report would overwrite one of these.
[[nodiscard]] Result<void> check_report(const Options& options, const system::InputList& list,
                                        std::span<const std::string> others);

/// Enters the sandbox; what could not be had is told with -v.
void confine(const Options& options, const system::SandboxNeeds& needs);

}  // namespace wheelaudit::cli
