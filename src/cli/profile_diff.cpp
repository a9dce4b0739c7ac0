// `profile diff A B [--wheel W… | --used W…]`. The exit code is a gate only with --used: 1 when
// what a wheel uses breaks. Without it 0, whatever changes; wheels that cannot be read count as
// everywhere (3, 4).

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "cli/batch.hpp"
#include "cli/catalog.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/profile_commands.hpp"
#include "report/profile_diff_report.hpp"
#include "report/report_parts.hpp"

namespace wheelaudit::cli {
namespace {

/// A side with the catalog it points into: each its own, so that a file may bear the id of a
/// profile that is compiled in.
struct LoadedSide {
  Catalog catalog;

  [[nodiscard]] RuntimeSide side() const {
    return side_of(catalog.profiles, catalog.selections.front());
  }
};

Result<LoadedSide> load_side(const std::string& selector) {
  auto catalog = load_catalog(std::vector<std::string>{selector});
  if (!catalog) return tl::unexpected<Error>(std::move(catalog.error()));
  return LoadedSide{.catalog = std::move(*catalog)};
}

void add_wheel(ProfileDiffReport& report, const Input& input, const Options& options) {
  const unsigned threads =
      options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const auto wheel = read_input(input, {.limits = options.limits,
                                        .depth = Depth::full,
                                        .verify_contents = true,
                                        .threads = threads,
                                        .digest_file = false});
  if (!wheel) {
    report.remarks.push_back(*failed(input, wheel.error()).remark);
    return;
  }
  WheelDiff diff = diff_wheel(*wheel, report.diff.before, report.diff.after);
  if (diff.before.verdict == Verdict::malformed) {
    report.exit_code = std::max(report.exit_code, exit_malformed);
  } else if (report.scope == DiffScope::used && diff.fate() == Fate::breaks) {
    report.exit_code = std::max(report.exit_code, exit_findings);
  }
  report.wheels.push_back(std::move(diff));
}

void add_wheels(ProfileDiffReport& report, const Options& options) {
  const bool used = report.scope == DiffScope::used;
  InputList list = expand_inputs(used ? options.profile.used : options.profile.wheels);
  report.remarks = std::move(list.remarks);
  for (const Input& input : list.inputs) add_wheel(report, input, options);
  for (const InputRemark& remark : report.remarks) {
    report.exit_code = std::max(report.exit_code, remark.exit_code);
  }
  if (used) report.diff = used_only(std::move(report.diff), report.wheels);
}

void print_remarks(const ProfileDiffReport& report, const Options& options) {
  const TextStyle plain;
  for (const InputRemark& remark : report.remarks) {
    if (remark.exit_code == exit_done && (options.quiet || options.format == Format::json)) {
      continue;
    }
    write_standard_error(text_remark(remark, plain));
  }
}

int write(const Options& options, std::string_view text) {
  if (options.report_file.empty()) return print_report(text);
  const auto written = write_report_file(options.report_file, text);
  return written ? exit_done : stop_with(written.error());
}

}  // namespace

int run_profile_diff(const Options& options) {
  const auto before = load_side(options.profile.argument);
  if (!before) return stop_with(before.error());
  const auto after = load_side(options.profile.after);
  if (!after) return stop_with(after.error());
  ProfileDiffReport report{.version = WHEELAUDIT_VERSION,
                           .scope = !options.profile.used.empty()     ? DiffScope::used
                                    : !options.profile.wheels.empty() ? DiffScope::wheels
                                                                      : DiffScope::runtimes,
                           .diff = diff_profiles(before->side(), after->side()),
                           .wheels = {},
                           .remarks = {},
                           .exit_code = exit_done};
  if (report.scope != DiffScope::runtimes) add_wheels(report, options);
  print_remarks(report, options);
  const TextStyle style{
      .color = use_color(options), .verbose = options.verbose, .quiet = options.quiet};
  const int printed =
      write(options, options.format == Format::json ? profile_diff_json(report)
                                                    : profile_diff_text(report, style));
  return std::max(report.exit_code, printed);
}

}  // namespace wheelaudit::cli
