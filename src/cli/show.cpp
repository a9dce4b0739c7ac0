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
bool bodies_would_tell(const Audit& audit) {
  return std::ranges::any_of(audit.runtimes, [&](const RuntimeRow& row) {
    return row.links == Outcome::call &&
           std::ranges::find(audit.judged, row.profile) != audit.judged.end();
  });
}

Processed show_input(const Input& input, unsigned threads, const Options& options,
                     const Catalog& catalog) {
  const AuditOptions asked{.selections = catalog.selections,
                           .findings_size = options.limits.findings_size,
                           .matrix = catalog.selections.empty(),
                           .threads = threads};
  const Depth depth = options.depth.value_or(Depth::head);
  auto wheel = read_input(input, {.limits = options.limits,
                                  .depth = depth,
                                  .verify_contents = depth == Depth::full,
                                  .threads = threads});
  if (!wheel) return failed(input, wheel.error());
  Audit result = audit(*wheel, catalog.profiles, asked);
  if (!options.depth && bodies_would_tell(result)) {
    // What the head said goes first: both would take twice the memory.
    result = Audit();
    wheel = Wheel();
    wheel = read_input(input, {.limits = options.limits,
                               .depth = Depth::full,
                               .verify_contents = false,
                               .threads = threads});
    if (!wheel) return failed(input, wheel.error());
    result = audit(*wheel, catalog.profiles, asked);
  }
  const bool readable = wheel->readable();
  return {.report =
              WheelReport{
                  .wheel = std::move(*wheel), .audit = std::move(result), .repair = std::nullopt},
          .remark = std::nullopt,
          .exit_code = readable ? exit_done : exit_malformed};
}

}  // namespace

int run_show(const Options& options) {
  const auto begun = begin(options, expand_inputs(options.inputs));
  if (!begun) {
    print_error(begun.error().message);
    return exit_code_of(begun.error().kind);
  }
  return run_batch(options, "show", begun->list, begun->report,
                   [&](const Input& input, unsigned threads) {
                     return show_input(input, threads, options, begun->catalog);
                   });
}

}  // namespace wheelaudit::cli
