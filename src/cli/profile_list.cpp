// `profile list`: every ABI that is compiled in. How the list looks is decided in the room report
// (profile_summary.cpp).

#include "cli/common_options.hpp"
#include "cli/exit_codes.hpp"
#include "report/profile_summary.hpp"

namespace wheelaudit::cli {
namespace {

ExitCode run_profile_list(const ReportOptions& options) {
  const std::vector<profile::AbiProfile> profiles = profile::built_in_profiles();
  return print_text(options.format == "json" ? report::profile_list_json(profiles)
                                             : report::profile_list_text(profiles));
}

}  // namespace

Command profile_list_command() {
  return make_command<ReportOptions>("list", "Every ABI this version knows",
                                     add_profile_report_options, run_profile_list);
}

}  // namespace wheelaudit::cli
