// `profile link-list`: what a release offers, as `wasm-ld --allow-undefined-file` reads it, so that
// a build fails at link time where the wheel would fail in the browser.

#include "cli/batch.hpp"
#include "cli/begin.hpp"
#include "cli/profile_commands.hpp"
#include "compare/link_list.hpp"

namespace wheelaudit::cli {

ExitCode run_profile_link_list(const Options& options) {
  const std::vector<std::string> selectors{options.profile.argument};
  auto opened = open_catalog(selectors);
  if (!opened) return stop_with(opened.error());
  const auto report = open_report(options, {}, selectors);
  if (!report) return stop_with(report.error());
  confine(options, {});
  const auto catalog = read_catalog(std::move(*opened));
  if (!catalog) return stop_with(catalog.error());
  const std::string text =
      compare::link_list(compare::side_of(catalog->profiles, catalog->selections.front()));
  const auto written = report->write(text);
  return written ? exit_done : stop_with(written.error());
}

}  // namespace wheelaudit::cli
