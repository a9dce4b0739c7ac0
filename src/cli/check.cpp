// `check`: the gate before an upload. Only exit 0 lets a wheel pass
// (docs/design/verdicts.md#exit-codes).

#include <fmt/format.h>

#include <mutex>

#include "audit/filter.hpp"
#include "base/escape.hpp"
#include "cli/batch.hpp"

namespace wheelaudit::cli {
namespace {

struct CheckOptions {
  CommonOptions common;
  bool index_pypi = false;
  bool require_emscripten = false;
  rules::Severity fail_on = rules::Severity::error;
  std::vector<std::string> ignore;  ///< RULE[:MEMBER-GLOB[:SYMBOL-GLOB]]
  std::vector<std::string> select;  ///< RULE
};

void add_check_options(OptionSet& set, CheckOptions& options) {
  add_reading_options(set, options.common, "full");
  set.add_word(
      "--index", {"pypi"}, [&options](const std::string&) { options.index_pypi = true; },
      "Also ask whether this index takes the wheel");
  set.add_choice<rules::Severity>("--fail-on",
                                  {{"error", rules::Severity::error},
                                   {"note", rules::Severity::note},
                                   {"warning", rules::Severity::warning}},
                                  options.fail_on,
                                  "Least severity that fails the check (default: error)");
  set.add_repeatable("--ignore", "RULE[:MEMBER[:SYMBOL]]", options.ignore,
                     "Drop findings of this rule (id, name or family such as WA3),\n"
                     "in members and of symbols that match; may repeat");
  set.add_repeatable("--select", "RULE", options.select,
                     "Keep only findings of this rule; may repeat");
  set.add_flag("--require-emscripten", options.require_emscripten,
               "Fail on wheels that are not for Pyodide at all");
}

/// Which `--ignore` patterns matched anything, over all wheels.
struct MatchedPatterns {
  std::mutex mutex;
  std::vector<bool> matched;

  void add(const std::vector<bool>& more) {
    const std::lock_guard lock(mutex);
    for (std::size_t i = 0; i < more.size(); ++i) matched[i] = matched[i] || more[i];
  }
};

std::string unused_text(const audit::FindingFilter& filter, const MatchedPatterns& patterns) {
  std::string text;
  for (std::size_t i = 0; i < filter.ignore.size(); ++i) {
    if (patterns.matched[i]) continue;
    text += fmt::format("warning: --ignore {} matched nothing; drop it\n",
                        escape_terminal(filter.ignore[i].text));
  }
  return text;
}

ProcessedInput check_input(const system::Input& input, unsigned threads,
                           const CheckOptions& options, const Catalog& catalog,
                           const audit::FindingFilter& filter, MatchedPatterns& patterns) {
  const CommonOptions& common = options.common;
  auto wheel = system::read_input(input, {.limits = common.limits,
                                          .depth = common.depth.value_or(wasm::Depth::full),
                                          .verify_contents = true,
                                          .threads = threads});
  if (!wheel) return failed(input, wheel.error());
  audit::Audit result = audit::audit(*wheel, catalog.profiles,
                                     {.selections = catalog.selections,
                                      .index_pypi = options.index_pypi,
                                      .findings_size = common.limits.findings_size,
                                      .matrix = false});
  audit::Filtered filtered = audit::filter_audit(std::move(result), *wheel, filter);
  patterns.add(filtered.used);
  const ExitCode code =
      audit::exit_code(filtered.audit, options.fail_on, options.require_emscripten);
  return {.report = report::WheelReport{.wheel = wheel::summarise(*wheel),
                                        .audit = std::move(filtered.audit),
                                        .repair = std::nullopt},
          .remark = std::nullopt,
          .exit_code = code};
}

ExitCode run_check(const CheckOptions& options) {
  const auto filter = audit::make_filter(options.ignore, options.select);
  if (!filter) return stop_with(filter.error());
  const auto prepared = prepare(options.common, system::expand_inputs(options.common.inputs));
  if (!prepared) return stop_with(prepared.error());
  MatchedPatterns patterns;
  patterns.matched.resize(filter->ignore.size());
  return run_batch(
      {.command = "check",
       .options = options.common,
       .prepared = *prepared,
       .fail_on = options.fail_on},
      [&](const system::Input& input, unsigned threads) {
        return check_input(input, threads, options, prepared->catalog, *filter, patterns);
      },
      [&] { return unused_text(*filter, patterns); });
}

}  // namespace

Command check_command() {
  return make_command<CheckOptions>("check", "Is it safe to upload? Exits 0 only if so",
                                    add_check_options, run_check);
}

}  // namespace wheelaudit::cli
