#pragma once

// The options that several commands have, and their values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "cli/command_line.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::cli {

enum class ColorChoice : std::uint8_t { automatic, always, never };

/// Where a report goes and what it looks like.
struct ReportOptions {
  std::string format = "text";  ///< a report format's name; of `profile` text or json
  std::string file;             ///< empty: standard output
  ColorChoice color = ColorChoice::automatic;
  bool verbose = false;
  bool quiet = false;
};

/// What `show`, `check` and `repair` have in common.
struct CommonOptions {
  std::vector<std::string> inputs;
  std::vector<std::string> profiles;  ///< --profile, each ID, TAG, RELEASE or FILE
  ReportOptions report;
  std::string sarif_path = "pyproject.toml";
  unsigned jobs = 0;                 ///< 0: not given (jobs_of)
  std::optional<wasm::Depth> depth;  ///< nullopt: the command's default
  Limits limits;
};

/// `show` and `check` take all kinds of inputs, and write their report with -o.
void add_reading_options(OptionSet& set, CommonOptions& options, const std::string& default_depth);
/// All but the inputs and the report's file.
void add_common_options(OptionSet& set, CommonOptions& options, const std::string& default_depth);

/// --format, --json, --color, -v, -q; the formats are those of the reports on wheels.
void add_report_options(OptionSet& set, ReportOptions& options);
/// The same with the formats of `profile`: text and json.
void add_profile_report_options(OptionSet& set, ReportOptions& options);
void add_report_file(OptionSet& set, ReportOptions& options, const std::string& names);
void add_jobs(OptionSet& set, unsigned& jobs);
void add_limits(OptionSet& set, Limits& limits);

/// How many threads: the number given, else one per processor. Called before the program confines
/// itself, because the C library reads the number from a file.
[[nodiscard]] unsigned jobs_of(unsigned said);

/// Whether the report is to have colours: by --color, else for a terminal without NO_COLOR.
[[nodiscard]] bool use_color(const ReportOptions& options);

}  // namespace wheelaudit::cli
