// `profile list | show | validate`: the ABI profiles that wheels are held against. What they look
// like is the library's affair (profile_summary.cpp); here files are read and written. The other
// `profile` commands have files of their own.

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.hpp"
#include "cli/batch.hpp"
#include "cli/begin.hpp"
#include "cli/commands.hpp"
#include "cli/profile_commands.hpp"
#include "report/profile_summary.hpp"
#include "system/output.hpp"

namespace wheelaudit::cli {
namespace {

constexpr std::size_t shown_problems = 10;

ExitCode run_list(const Options& options) {
  const std::vector<profile::AbiProfile> profiles = profile::built_in_profiles();
  return print_report(options.format == "json" ? report::profile_list_json(profiles)
                                               : report::profile_list_text(profiles));
}

ExitCode run_show_profile(const Options& options) {
  const std::vector<profile::AbiProfile> profiles = profile::built_in_profiles();
  const auto selection = profile::select_profile(profiles, options.profile.argument);
  if (!selection) return stop_with(selection.error());
  const profile::AbiProfile& profile = profiles[selection->profile];
  return print_report(options.format == "json"
                          ? profile::write_profile(profile)
                          : report::profile_summary(profile, selection->release));
}

ExitCode run_validate(const Options& options) {
  const std::string path = escape_terminal(options.profile.argument);
  const auto file = open_profile_input(options.profile.argument);
  if (!file) return stop_with(file.error());
  confine(options, {});
  const auto text = read_profile_input(options.profile.argument, *file);
  if (!text) return stop_with(text.error());
  const auto profile = profile::parse_profile(*text);
  if (!profile) {
    const ExitCode printed =
        print_report(fmt::format("{}: {}\n", path, escape_terminal(profile.error().message)));
    return printed == exit_done ? exit_findings : printed;
  }
  const std::vector<std::string> problems = report::profile_problems(*profile);
  std::string report;
  for (std::size_t i = 0; i < std::min(problems.size(), shown_problems); ++i) {
    report += fmt::format("{}: {}\n", path, escape_terminal(problems[i]));
  }
  if (problems.size() > shown_problems) {
    report += fmt::format("{}: and {} more\n", path, problems.size() - shown_problems);
  }
  if (problems.empty()) {
    report = fmt::format("{}: a profile of {}, {} releases, {} symbols\n", path,
                         escape_terminal(profile->id), profile->runtimes.size(),
                         profile->symbols.size());
  }
  const ExitCode printed = print_report(report);
  return printed == exit_done && !problems.empty() ? exit_findings : printed;
}

}  // namespace

ExitCode run_profile(const Options& options) {
  switch (options.profile.action) {
    case ProfileAction::list:
      return run_list(options);
    case ProfileAction::show:
      return run_show_profile(options);
    case ProfileAction::diff:
      return run_profile_diff(options);
    case ProfileAction::generate:
      return run_profile_generate(options);
    case ProfileAction::validate:
      return run_validate(options);
    case ProfileAction::link_list:
      return run_profile_link_list(options);
  }
  return exit_internal;
}

}  // namespace wheelaudit::cli
