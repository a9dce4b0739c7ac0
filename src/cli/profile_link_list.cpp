// `profile link-list`: what a release offers, as `wasm-ld --allow-undefined-file` reads it, so that
// a build fails at link time where the wheel would fail in the browser.

#include "cli/batch.hpp"
#include "cli/catalog.hpp"
#include "cli/output.hpp"
#include "cli/profile_commands.hpp"
#include "wheelaudit/link_list.hpp"

namespace wheelaudit::cli {

int run_profile_link_list(const Options& options) {
  const auto catalog = load_catalog(std::vector<std::string>{options.profile.argument});
  if (!catalog) return stop_with(catalog.error());
  const std::string text = link_list(side_of(catalog->profiles, catalog->selections.front()));
  if (options.report_file.empty()) return print_report(text);
  const auto written = write_report_file(options.report_file, text);
  return written ? exit_done : stop_with(written.error());
}

}  // namespace wheelaudit::cli
