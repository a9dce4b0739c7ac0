// `show`: facts, the matrix of runtimes, findings in short. Exit 0 when the wheel can be read; its
// findings are no failure here.

#include <algorithm>

#include "cli/batch.hpp"
#include "cli/begin.hpp"
#include "cli/commands.hpp"

namespace wheelaudit::cli {
namespace {

/// A missing function of a judged ABI fails at the call, or at the load when a constructor reaches
/// it: only the bodies tell.
bool bodies_would_tell(const audit::Audit& audit) {
  return std::ranges::any_of(audit.runtimes, [&](const loader::RuntimeRow& row) {
    return row.links == profile::Outcome::call &&
           std::ranges::find(audit.judged, row.profile) != audit.judged.end();
  });
}

Processed show_input(const system::Input& input, unsigned threads, const Options& options,
                     const Catalog& catalog) {
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
  if (!options.depth && bodies_would_tell(result)) {
    // What the head said goes first: both would take twice the memory.
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
          .exit_code = readable ? exit_done : exit_malformed};
}

}  // namespace

int run_show(const Options& options) {
  const auto begun = begin(options, system::expand_inputs(options.inputs));
  if (!begun) {
    print_error(begun.error().message);
    return exit_code_of(begun.error().kind);
  }
  return run_batch(options, "show", begun->list, begun->report,
                   [&](const system::Input& input, unsigned threads) {
                     return show_input(input, threads, options, begun->catalog);
                   });
}

}  // namespace wheelaudit::cli
