// `profile diff A B [--wheel W… | --used W…]`. Only with --used does the exit code say what
// changes: 1 when a change breaks what a wheel uses. Without --used it is 0, whatever changes.
// Wheels that are malformed (3) or cannot be read (4) count as for every command.

#include <fmt/format.h>

#include <algorithm>

#include "base/version.hpp"
#include "cli/batch.hpp"
#include "cli/prepare.hpp"
#include "report/profile_diff_report.hpp"
#include "report/report_parts.hpp"

namespace wheelaudit::cli {
namespace {

struct DiffOptions {
  std::string before;
  std::string after;
  std::vector<std::string> wheels;  ///< --wheel
  std::vector<std::string> used;    ///< --used
  ReportOptions report;
  unsigned jobs = 0;  ///< 0: not given (jobs_of)
  Limits limits;
};

void add_diff_options(OptionSet& set, DiffOptions& options) {
  const std::string type = "ID|TAG|RELEASE|FILE";
  set.add_text("BEFORE", type, options.before,
               "An ABI (its newest release), a tag, a release, a file")
      .required();
  set.add_text("AFTER", type, options.after, "The one to compare with it").required();
  const AddedOption wheels =
      set.add_texts("--wheel", "WHEEL|DIR", options.wheels,
                    "Will these wheels survive? Both verdicts, and which of\n"
                    "their imports change");
  set.add_texts("--used", "WHEEL|DIR", options.used,
                "Only what these wheels use; exits 1 when a change breaks one")
      .excludes(wheels);
  add_profile_report_options(set, options.report);
  add_jobs(set, options.jobs);
  add_report_file(set, options.report, "-o,--output");
  add_limits(set, options.limits);
}

/// One side of the comparison with the catalog that the side points into. Each side has its own
/// catalog, so that a file may have the id of a profile that is compiled in.
struct LoadedSide {
  Catalog catalog;

  [[nodiscard]] compare::RuntimeSide side() const {
    return compare::side_of(catalog.profiles, catalog.selections.front());
  }
};

Result<OpenedCatalog> open_side(const std::string& selector) {
  return open_catalog(std::vector<std::string>{selector});
}

Result<LoadedSide> load_side(OpenedCatalog opened) {
  auto catalog = read_catalog(std::move(opened));
  if (!catalog) return tl::unexpected<Error>(std::move(catalog.error()));
  return LoadedSide{.catalog = std::move(*catalog)};
}

void add_wheel(report::ProfileDiffReport& report, const system::Input& input, const Limits& limits,
               unsigned jobs) {
  const auto wheel = system::read_input(input, {.limits = limits,
                                                .depth = wasm::Depth::full,
                                                .verify_contents = true,
                                                .threads = jobs,
                                                .digest_file = false});
  if (!wheel) {
    report.remarks.push_back(*failed(input, wheel.error()).remark);
    return;
  }
  compare::WheelDiff diff = compare::diff_wheel(*wheel, report.diff.before, report.diff.after);
  if (diff.before.verdict == audit::Verdict::malformed) {
    report.exit_code = worst(report.exit_code, ExitCode::malformed);
  } else if (report.scope == report::DiffScope::used && diff.fate() == compare::Fate::breaks) {
    report.exit_code = worst(report.exit_code, ExitCode::findings);
  }
  report.wheels.push_back(std::move(diff));
}

void add_wheels(report::ProfileDiffReport& report, system::InputList list, const Limits& limits,
                unsigned jobs) {
  const bool used = report.scope == report::DiffScope::used;
  report.remarks = std::move(list.remarks);
  for (const system::Input& input : list.inputs) add_wheel(report, input, limits, jobs);
  for (const InputRemark& remark : report.remarks) {
    report.exit_code = worst(report.exit_code, remark.exit_code);
  }
  if (used) report.diff = compare::used_only(std::move(report.diff), report.wheels);
}

void print_remarks(const report::ProfileDiffReport& report, const ReportOptions& options) {
  const report::TextStyle plain;
  for (const InputRemark& remark : report.remarks) {
    if (remark.exit_code == ExitCode::done && (options.quiet || options.format == "json")) {
      continue;
    }
    system::write_standard_error(report::text_remark(remark, plain));
  }
}

report::DiffScope scope_of(const DiffOptions& options) {
  if (!options.used.empty()) return report::DiffScope::used;
  return options.wheels.empty() ? report::DiffScope::runtimes : report::DiffScope::wheels;
}

ExitCode run_profile_diff(const DiffOptions& options) {
  auto opened_before = open_side(options.before);
  if (!opened_before) return stop_with(opened_before.error());
  auto opened_after = open_side(options.after);
  if (!opened_after) return stop_with(opened_after.error());
  const report::DiffScope scope = scope_of(options);
  system::InputList list =
      system::expand_inputs(scope == report::DiffScope::used ? options.used : options.wheels);
  const auto file = open_report(options.report.file, list,
                                std::vector<std::string>{options.before, options.after});
  if (!file) return stop_with(file.error());
  system::SandboxNeeds needs;
  open_inputs(list, needs);
  const unsigned jobs = jobs_of(options.jobs);
  confine(needs, options.report.verbose);
  const auto before = load_side(std::move(*opened_before));
  if (!before) return stop_with(before.error());
  const auto after = load_side(std::move(*opened_after));
  if (!after) return stop_with(after.error());
  report::ProfileDiffReport report{.version = std::string(version()),
                                   .scope = scope,
                                   .diff = compare::diff_profiles(before->side(), after->side()),
                                   .wheels = {},
                                   .remarks = {},
                                   .exit_code = ExitCode::done};
  if (report.scope != report::DiffScope::runtimes)
    add_wheels(report, std::move(list), options.limits, jobs);
  print_remarks(report, options.report);
  const report::TextStyle style{.color = use_color(options.report),
                                .verbose = options.report.verbose,
                                .quiet = options.report.quiet};
  const ExitCode printed = exit_code_of_write(
      file->write(options.report.format == "json" ? report::profile_diff_json(report)
                                                  : report::profile_diff_text(report, style)));
  return worst(report.exit_code, printed);
}

}  // namespace

Command profile_diff_command() {
  return make_command<DiffOptions>("diff", "What changes between two ABIs or releases",
                                   add_diff_options, run_profile_diff);
}

}  // namespace wheelaudit::cli
