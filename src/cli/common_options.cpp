// One place for an option that several commands have, so its name, help and value are the same in
// all of them (docs/design/output.md#command-line).

#include "cli/common_options.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "report/formats.hpp"
#include "system/output.hpp"

namespace wheelaudit::cli {
namespace {

std::vector<std::string> report_format_names() {
  std::vector<std::string> names;
  for (const report::ReportFormat& format : report::report_formats())
    names.emplace_back(format.name);
  return names;
}

void add_report_options(OptionSet& set, ReportOptions& options,
                        const std::vector<std::string>& formats) {
  set.add_word(
      "--format", formats, [&options](const std::string& word) { options.format = word; },
      "Format of the report (default: text)");
  set.add_flag("--json", [&options] { options.format = "json"; }, "Short for --format json");
  set.add_choice<ColorChoice>("--color",
                              {{"always", ColorChoice::always},
                               {"auto", ColorChoice::automatic},
                               {"never", ColorChoice::never}},
                              options.color,
                              "Colours (default: auto, on a terminal unless NO_COLOR is set)");
  set.add_flag("-v,--verbose", options.verbose, "Cut no list short, print notes in full");
  set.add_flag("-q,--quiet", options.quiet, "One line per wheel");
}

}  // namespace

void add_report_options(OptionSet& set, ReportOptions& options) {
  add_report_options(set, options, report_format_names());
}

void add_profile_report_options(OptionSet& set, ReportOptions& options) {
  add_report_options(set, options, {"text", "json"});
}

void add_report_file(OptionSet& set, ReportOptions& options, const std::string& names) {
  set.add_text(names, "FILE", options.file, "Write the report to a file");
}

void add_jobs(OptionSet& set, unsigned& jobs) {
  set.add_number("-j,--jobs", "N", jobs, 1, 1024, "Threads (default: the number of processors)");
}

void add_limits(OptionSet& set, Limits& limits) {
  const auto bytes = [&](const std::string& name, std::uint64_t& value, const std::string& what) {
    set.add_size(name, value, "Size of " + what).in_group("Limits");
  };
  const auto number = [&](const std::string& name, std::uint64_t& value, const std::string& what) {
    set.add_count(name, value, "Number of " + what).in_group("Limits");
  };
  bytes("--max-wheel-size", limits.wheel_size, "the wheel file, in bytes or as 64MiB, 2GiB");
  number("--max-entries", limits.entries, "members of the archive");
  bytes("--max-directory-size", limits.directory_size, "the archive's central directory");
  bytes("--max-inflated", limits.inflated_total, "all members inflated");
  bytes("--max-module-size", limits.module_size, "one module");
  bytes("--max-record-size", limits.record_size, "RECORD");
  bytes("--max-metadata-size", limits.metadata_size, "METADATA");
  bytes("--max-wheel-file-size", limits.wheel_file_size, "the WHEEL file");
  bytes("--max-entry-points-size", limits.entry_points_size, "entry_points.txt");
  number("--max-custom-sections", limits.custom_sections, "custom sections of one module");
  number("--max-modules", limits.modules, "members that look like modules");
  number("--max-symbols", limits.symbols, "imports, exports and types of all modules together");
  bytes("--max-findings", limits.findings_size,
        "all findings together (and half the largest module);\nthose beyond it are only counted");
  number("--max-tags", limits.expanded_tags, "tags of a file name after expansion");
}

void add_common_options(OptionSet& set, CommonOptions& options, const std::string& default_depth) {
  set.add_repeatable("--profile", "ID|TAG|RELEASE|FILE", options.profiles,
                     "Judge for this ABI, one of its tags, one release (0.27.7) or\n"
                     "a profile file; may repeat (default: what the tags say)");
  add_report_options(set, options.report);
  set.add_text("--sarif-path", "FILE", options.sarif_path,
               "File of the repository at which sarif and github show findings\n"
               "(default: pyproject.toml)");
  add_jobs(set, options.jobs);
  set.add_choice<wasm::Depth>(
      "--validate", {{"full", wasm::Depth::full}, {"head", wasm::Depth::head}}, options.depth,
      "Validate every function body, or look at the modules' heads\n"
      "only (default: " +
          default_depth + ")");
  add_limits(set, options.limits);
}

void add_reading_options(OptionSet& set, CommonOptions& options, const std::string& default_depth) {
  set.add_texts("INPUT", "WHEEL|SO|DIR|-", options.inputs,
                "Wheels, side modules, directories of wheels, or - for\n"
                "standard input")
      .required();
  add_common_options(set, options, default_depth);
  add_report_file(set, options.report, "-o,--output");
}

unsigned jobs_of(unsigned said) {
  return said != 0 ? said : std::max(1U, std::thread::hardware_concurrency());
}

bool use_color(const ReportOptions& options) {
  if (options.color != ColorChoice::automatic) return options.color == ColorChoice::always;
  const char* no_color = std::getenv("NO_COLOR");
  return options.file.empty() && system::is_terminal(STDOUT_FILENO) &&
         (no_color == nullptr || *no_color == '\0');
}

}  // namespace wheelaudit::cli
