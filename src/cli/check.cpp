// `check`: the gate before an upload. Only exit 0 lets a wheel pass
// (docs/design/verdicts.md#exit-codes).

#include <fmt/format.h>

#include <mutex>

#include "audit/filter.hpp"
#include "cli/batch.hpp"
#include "cli/begin.hpp"
#include "cli/commands.hpp"

namespace wheelaudit::cli {
namespace {

/// Which `--ignore` patterns matched anything, over all wheels.
struct Usage {
  std::mutex mutex;
  std::vector<bool> used;

  void add(const std::vector<bool>& more) {
    const std::lock_guard lock(mutex);
    for (std::size_t i = 0; i < more.size(); ++i) used[i] = used[i] || more[i];
  }
};

std::string unused_text(const audit::FindingFilter& filter, const Usage& usage) {
  std::string text;
  for (std::size_t i = 0; i < filter.ignore.size(); ++i) {
    if (usage.used[i]) continue;
    text += fmt::format("warning: --ignore {} matched nothing; drop it\n",
                        escape_terminal(filter.ignore[i].text));
  }
  return text;
}

Processed check_input(const system::Input& input, unsigned threads, const Options& options,
                      const Catalog& catalog, const audit::FindingFilter& filter, Usage& usage) {
  auto wheel = system::read_input(input, {.limits = options.limits,
                                          .depth = options.depth.value_or(wasm::Depth::full),
                                          .verify_contents = true,
                                          .threads = threads});
  if (!wheel) return failed(input, wheel.error());
  audit::Audit result = audit::audit(*wheel, catalog.profiles,
                                     {.selections = catalog.selections,
                                      .index_pypi = options.check.index_pypi,
                                      .require_emscripten = options.check.require_emscripten,
                                      .findings_size = options.limits.findings_size,
                                      .matrix = false});
  audit::Filtered filtered = audit::filter_audit(std::move(result), *wheel, filter);
  usage.add(filtered.used);
  const int code =
      audit::exit_code(filtered.audit, options.check.fail_on, options.check.require_emscripten);
  return {.report = report::WheelReport{.wheel = wheel::summarise(*wheel),
                                        .audit = std::move(filtered.audit),
                                        .repair = std::nullopt},
          .remark = std::nullopt,
          .exit_code = code};
}

}  // namespace

int run_check(const Options& options) {
  const auto filter = audit::make_filter(options.check.ignore, options.check.select);
  if (!filter) {
    print_error(filter.error().message);
    return exit_code_of(filter.error().kind);
  }
  const auto begun = begin(options, system::expand_inputs(options.inputs));
  if (!begun) {
    print_error(begun.error().message);
    return exit_code_of(begun.error().kind);
  }
  Usage usage;
  usage.used.resize(filter->ignore.size());
  return run_batch(
      options, "check", begun->list, begun->report,
      [&](const system::Input& input, unsigned threads) {
        return check_input(input, threads, options, begun->catalog, *filter, usage);
      },
      [&] { return unused_text(*filter, usage); });
}

}  // namespace wheelaudit::cli
