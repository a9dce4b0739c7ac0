// `profile show`: what one ABI offers, of the profiles that are compiled in. How it looks is
// decided in the room report (profile_summary.cpp).

#include "cli/common_options.hpp"
#include "cli/exit_codes.hpp"
#include "report/profile_summary.hpp"

namespace wheelaudit::cli {
namespace {

struct ShowOptions {
  std::string profile;
  ReportOptions report;
};

void add_profile_show_options(OptionSet& set, ShowOptions& options) {
  add_profile_report_options(set, options.report);
  set.add_text("profile", "ID|TAG|RELEASE", options.profile,
               "An ABI, one of its tags, or a release")
      .required();
}

ExitCode run_profile_show(const ShowOptions& options) {
  const std::vector<profile::AbiProfile> profiles = profile::built_in_profiles();
  const auto selection = profile::select_profile(profiles, options.profile);
  if (!selection) return stop_with(selection.error());
  const profile::AbiProfile& profile = profiles[selection->profile];
  return print_text(options.report.format == "json"
                        ? profile::write_profile(profile)
                        : report::profile_summary(profile, selection->release));
}

}  // namespace

Command profile_show_command() {
  return make_command<ShowOptions>("show", "What one ABI offers", add_profile_show_options,
                                   run_profile_show);
}

}  // namespace wheelaudit::cli
