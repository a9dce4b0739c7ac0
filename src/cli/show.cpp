// `show`: facts, the matrix of runtimes, findings in short. Exit 0 when the wheel can be read;
// findings do not change the exit code here.

#include <algorithm>

#include "cli/batch.hpp"

namespace wheelaudit::cli {
namespace {

void add_show_options(OptionSet& set, CommonOptions& options) {
  add_reading_options(set, options, "head");
}

ProcessedInput show_input(const system::Input& input, unsigned threads,
                          const CommonOptions& options, const Catalog& catalog) {
  const audit::AuditOptions asked{.selections = catalog.selections,
                                  .findings_size = options.limits.findings_size,
                                  .matrix = catalog.selections.empty(),
                                  .threads = threads};
  const wasm::Depth depth = options.depth.value_or(wasm::Depth::head);
  auto wheel = system::read_input(input, {.limits = options.limits,
                                          .depth = depth,
                                          .verify_contents = depth == wasm::Depth::full,
                                          .threads = threads});
  if (!wheel) return failed(input, wheel.error());
  audit::Audit result = audit::audit(*wheel, catalog.profiles, asked);
  if (!options.depth && audit::bodies_would_tell(result)) {
    // The facts of the heads are dropped first: both together would take twice the memory.
    result = audit::Audit();
    wheel = wheel::Wheel();
    wheel = system::read_input(input, {.limits = options.limits,
                                       .depth = wasm::Depth::full,
                                       .verify_contents = false,
                                       .threads = threads});
    if (!wheel) return failed(input, wheel.error());
    result = audit::audit(*wheel, catalog.profiles, asked);
  }
  const bool readable = wheel->readable();
  return {.report = report::WheelReport{.wheel = wheel::summarise(*wheel),
                                        .audit = std::move(result),
                                        .repair = std::nullopt},
          .remark = std::nullopt,
          .exit_code = readable ? ExitCode::done : ExitCode::malformed};
}

ExitCode run_show(const CommonOptions& options) {
  const auto prepared = prepare(options, system::expand_inputs(options.inputs));
  if (!prepared) return stop_with(prepared.error());
  return run_batch({.command = "show", .options = options, .prepared = *prepared},
                   [&](const system::Input& input, unsigned threads) {
                     return show_input(input, threads, options, prepared->catalog);
                   });
}

}  // namespace

Command show_command() {
  return make_command<CommonOptions>("show", "What is inside, and where will it run?",
                                     add_show_options, run_show);
}

}  // namespace wheelaudit::cli
