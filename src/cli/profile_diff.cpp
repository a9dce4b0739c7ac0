// `profile diff A B [--wheel W… | --used W…]`. The exit code is a gate only with --used: 1 when
// what a wheel uses breaks. Without it 0, whatever changes; wheels that cannot be read count as
// everywhere (3, 4).

#include <fmt/format.h>

#include <algorithm>

#include "base/version.hpp"
#include "cli/batch.hpp"
#include "cli/begin.hpp"
#include "cli/profile_commands.hpp"
#include "report/profile_diff_report.hpp"
#include "report/report_parts.hpp"

namespace wheelaudit::cli {
namespace {

/// A side with the catalog it points into: each its own, so that a file may bear the id of a
/// profile that is compiled in.
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

void add_wheel(report::ProfileDiffReport& report, const system::Input& input,
               const Options& options) {
  const auto wheel = system::read_input(input, {.limits = options.limits,
                                                .depth = wasm::Depth::full,
                                                .verify_contents = true,
                                                .threads = std::max(1U, options.jobs),
                                                .digest_file = false});
  if (!wheel) {
    report.remarks.push_back(*failed(input, wheel.error()).remark);
    return;
  }
  compare::WheelDiff diff = compare::diff_wheel(*wheel, report.diff.before, report.diff.after);
  if (diff.before.verdict == audit::Verdict::malformed) {
    report.exit_code = worst(report.exit_code, exit_malformed);
  } else if (report.scope == report::DiffScope::used && diff.fate() == compare::Fate::breaks) {
    report.exit_code = worst(report.exit_code, exit_findings);
  }
  report.wheels.push_back(std::move(diff));
}

void add_wheels(report::ProfileDiffReport& report, system::InputList list, const Options& options) {
  const bool used = report.scope == report::DiffScope::used;
  report.remarks = std::move(list.remarks);
  for (const system::Input& input : list.inputs) add_wheel(report, input, options);
  for (const InputRemark& remark : report.remarks) {
    report.exit_code = worst(report.exit_code, remark.exit_code);
  }
  if (used) report.diff = compare::used_only(std::move(report.diff), report.wheels);
}

void print_remarks(const report::ProfileDiffReport& report, const Options& options) {
  const report::TextStyle plain;
  for (const InputRemark& remark : report.remarks) {
    if (remark.exit_code == exit_done && (options.quiet || options.format == "json")) {
      continue;
    }
    system::write_standard_error(report::text_remark(remark, plain));
  }
}

ExitCode write(const system::ReportFile& report, std::string_view text) {
  const auto written = report.write(text);
  return written ? exit_done : stop_with(written.error());
}

report::DiffScope scope_of(const ProfileArguments& arguments) {
  if (!arguments.used.empty()) return report::DiffScope::used;
  return arguments.wheels.empty() ? report::DiffScope::runtimes : report::DiffScope::wheels;
}

}  // namespace

ExitCode run_profile_diff(const Options& options) {
  auto opened_before = open_side(options.profile.argument);
  if (!opened_before) return stop_with(opened_before.error());
  auto opened_after = open_side(options.profile.after);
  if (!opened_after) return stop_with(opened_after.error());
  const report::DiffScope scope = scope_of(options.profile);
  system::InputList list = system::expand_inputs(
      scope == report::DiffScope::used ? options.profile.used : options.profile.wheels);
  const auto file = open_report(
      options, list, std::vector<std::string>{options.profile.argument, options.profile.after});
  if (!file) return stop_with(file.error());
  system::SandboxNeeds needs;
  open_inputs(list, needs);
  confine(options, needs);
  const auto before = load_side(std::move(*opened_before));
  if (!before) return stop_with(before.error());
  const auto after = load_side(std::move(*opened_after));
  if (!after) return stop_with(after.error());
  report::ProfileDiffReport report{.version = std::string(version()),
                                   .scope = scope,
                                   .diff = compare::diff_profiles(before->side(), after->side()),
                                   .wheels = {},
                                   .remarks = {},
                                   .exit_code = exit_done};
  if (report.scope != report::DiffScope::runtimes) add_wheels(report, std::move(list), options);
  print_remarks(report, options);
  const report::TextStyle style{
      .color = use_color(options), .verbose = options.verbose, .quiet = options.quiet};
  const ExitCode printed =
      write(*file, options.format == "json" ? report::profile_diff_json(report)
                                            : report::profile_diff_text(report, style));
  return worst(report.exit_code, printed);
}

}  // namespace wheelaudit::cli
