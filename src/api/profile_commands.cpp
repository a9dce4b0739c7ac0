// The room report decides how a profile is printed. What the program prints as text only (a file's
// problems, a list for the linker) is a small JSON document here, because every report of the C
// interface is JSON.

#include "api/profile_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "api/catalog.hpp"
#include "api/convert.hpp"
#include "base/bytes.hpp"
#include "base/escape.hpp"
#include "base/version.hpp"
#include "compare/link_list.hpp"
#include "report/profile_diff_report.hpp"
#include "report/profile_summary.hpp"
#include "report/report_json.hpp"
#include "wheel/read_any.hpp"

namespace wheelaudit::api {
namespace {

using Json = nlohmann::ordered_json;

Json document(ExitCode exit_code) {
  return {{"schema_version", 1},
          {"tool", {{"name", "wheelaudit"}, {"version", version()}}},
          {"exit_code", number_of(exit_code)}};
}

std::string printed(const Json& json) { return report::report_json(json, 2) + "\n"; }

bool is_json(const CallOptions& options) { return options.call.format == "json"; }

ProfileResult list(const CallOptions& options) {
  const std::vector<profile::AbiProfile> profiles = profile::built_in_profiles();
  return {.text = is_json(options) ? report::profile_list_json(profiles)
                                   : report::profile_list_text(profiles),
          .exit_code = ExitCode::done,
          .outputs = {}};
}

Result<ProfileResult> show_one(const CallOptions& options) {
  const std::vector<profile::AbiProfile> profiles = profile::built_in_profiles();
  const auto selection = profile::select_profile(profiles, options.profile);
  if (!selection) return tl::unexpected(selection.error());
  const profile::AbiProfile& profile = profiles[selection->profile];
  return ProfileResult{.text = is_json(options)
                                   ? profile::write_profile(profile)
                                   : report::profile_summary(profile, selection->release),
                       .exit_code = ExitCode::done,
                       .outputs = {}};
}

/// The catalog of one side of a comparison. Each side has its own catalog, so that a file may have
/// the id of a profile that is compiled in.
Result<Catalog> one_side(const std::string& selector, const CallOptions& options) {
  return make_catalog(std::vector<std::string>{selector}, options.options.profile_files);
}

void add_wheel(report::ProfileDiffReport& report, const File& file, const CallOptions& options) {
  const auto wheel = wheel::read_any(file.name, file.name != "-", memory_source(file.bytes),
                                     {.limits = limits_of(options.options.limits),
                                      .depth = wasm::Depth::full,
                                      .verify_contents = true,
                                      .threads = std::max(1U, options.options.threads),
                                      .digest_file = false});
  if (!wheel) {
    const ExitCode code = exit_code_of(wheel.error().kind);
    report.remarks.push_back(
        {.path = file.name, .message = wheel.error().message, .exit_code = code});
    report.exit_code = worst(report.exit_code, code);
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

Result<ProfileResult> diff(const CallOptions& options, std::span<const File> inputs) {
  if (options.used && inputs.empty())
    return fail(base::ErrorKind::usage, "options: used asks for wheels, and no file was given");
  const auto before = one_side(options.before, options);
  if (!before) return tl::unexpected(before.error());
  const auto after = one_side(options.after, options);
  if (!after) return tl::unexpected(after.error());
  report::ProfileDiffReport report{
      .version = std::string(version()),
      .scope = options.used     ? report::DiffScope::used
               : inputs.empty() ? report::DiffScope::runtimes
                                : report::DiffScope::wheels,
      .diff = compare::diff_profiles(compare::side_of(before->profiles, before->selections.front()),
                                     compare::side_of(after->profiles, after->selections.front())),
      .wheels = {},
      .remarks = {},
      .exit_code = ExitCode::done};
  for (const File& file : inputs) add_wheel(report, file, options);
  if (options.used) report.diff = compare::used_only(std::move(report.diff), report.wheels);
  const report::TextStyle style{
      .color = false, .verbose = options.call.verbose, .quiet = options.call.quiet};
  return ProfileResult{.text = is_json(options) ? report::profile_diff_json(report)
                                                : report::profile_diff_text(report, style),
                       .exit_code = report.exit_code,
                       .outputs = {}};
}

Result<ProfileResult> validate(std::span<const File> inputs) {
  if (inputs.size() != 1) {
    return fail(base::ErrorKind::usage,
                fmt::format("profile validate takes one file, {} were given", inputs.size()));
  }
  const File& file = inputs.front();
  const auto profile = read_profile(file);
  std::vector<std::string> problems;
  if (profile) {
    problems = report::profile_problems(*profile);
  } else {
    problems.push_back(profile.error().message);
  }
  for (std::string& problem : problems) problem = escape_message(problem);
  const ExitCode exit_code = problems.empty() ? ExitCode::done : ExitCode::findings;
  Json json = document(exit_code);
  json["path"] = file.name;
  json["profile"] = profile ? Json(profile->id) : Json();
  json["releases"] = profile ? profile->runtimes.size() : 0;
  json["symbols"] = profile ? profile->symbols.size() : 0;
  json["problems"] = problems;
  return ProfileResult{.text = printed(json), .exit_code = exit_code, .outputs = {}};
}

Result<ProfileResult> link_list(const CallOptions& options) {
  const auto catalog = one_side(options.profile, options);
  if (!catalog) return tl::unexpected(catalog.error());
  const compare::RuntimeSide side =
      compare::side_of(catalog->profiles, catalog->selections.front());
  Output output{.name = "link-list.txt", .bytes = to_byte_vector(compare::link_list(side))};
  Json json = document(ExitCode::done);
  json["profile"] = side.profile->id;
  json["release"] = side.runtime().version;
  json["output"] = output.name;
  return ProfileResult{
      .text = printed(json), .exit_code = ExitCode::done, .outputs = {std::move(output)}};
}

}  // namespace

Result<ProfileResult> run_profile_command(CommandKind kind, const CallOptions& options,
                                          std::span<const File> inputs) {
  const bool takes_files =
      kind == CommandKind::profile_diff || kind == CommandKind::profile_validate;
  if (!takes_files && !inputs.empty()) {
    return fail(base::ErrorKind::usage, fmt::format("this command does not look at the file {}",
                                                    escape_terminal(inputs.front().name)));
  }
  switch (kind) {
    case CommandKind::profile_list:
      return list(options);
    case CommandKind::profile_show:
      return show_one(options);
    case CommandKind::profile_diff:
      return diff(options, inputs);
    case CommandKind::profile_validate:
      return validate(inputs);
    default:
      return link_list(options);
  }
}

}  // namespace wheelaudit::api
