// `profile link-list`: what a release offers, as `wasm-ld --allow-undefined-file` reads it, so that
// a build fails at link time where the wheel would fail in the browser.

#include "cli/exit_codes.hpp"
#include "cli/prepare.hpp"
#include "compare/link_list.hpp"

namespace wheelaudit::cli {
namespace {

struct LinkListOptions {
  std::string profile;
  ReportOptions report;
};

void add_link_list_options(OptionSet& set, LinkListOptions& options) {
  set.add_text("profile", "ID|TAG|RELEASE|FILE", options.profile,
               "An ABI, one of its tags, a release or a file")
      .required();
  add_report_file(set, options.report, "-o,--output");
}

ExitCode run_link_list(const LinkListOptions& options) {
  const std::vector<std::string> selectors{options.profile};
  auto opened = open_catalog(selectors);
  if (!opened) return stop_with(opened.error());
  const auto report = open_report(options.report.file, {}, selectors);
  if (!report) return stop_with(report.error());
  confine({}, false);
  const auto catalog = read_catalog(std::move(*opened));
  if (!catalog) return stop_with(catalog.error());
  return exit_code_of_write(report->write(
      compare::link_list(compare::side_of(catalog->profiles, catalog->selections.front()))));
}

}  // namespace

Command profile_link_list_command() {
  return make_command<LinkListOptions>("link-list", "Symbols for wasm-ld --allow-undefined-file",
                                       add_link_list_options, run_link_list);
}

}  // namespace wheelaudit::cli
