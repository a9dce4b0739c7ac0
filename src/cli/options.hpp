#pragma once

// The command line as data (docs/design/output.md#command-line).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "profile/generate/generator.hpp"
#include "rules/finding.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::cli {

enum class Command : std::uint8_t { none, show, check, repair, profile };
enum class ColorChoice : std::uint8_t { automatic, always, never };

struct CheckOptions {
  bool index_pypi = false;
  bool require_emscripten = false;
  rules::Severity fail_on = rules::Severity::error;
  std::vector<std::string> ignore;  ///< RULE[:MEMBER-GLOB[:SYMBOL-GLOB]]
  std::vector<std::string> select;  ///< RULE
};

struct RepairArguments {
  std::string wheel_dir = "wheelhouse";
  std::string platform;  ///< TAG, an ABI's id, "auto"; empty: what the wheel's tags say
  std::vector<std::string> add_tags;
  bool only_platform = false;
  std::vector<std::string> library_directories;  ///< --libdir
  std::vector<std::string> exclude;              ///< globs of needed names
  std::string library_suffix = ".libs";          ///< --lib-sdir
  bool mangle = true;
  bool sbom = true;
  bool strip = false;
  std::vector<std::string> drop;  ///< globs of members
  int compression_level = 6;
  bool unpack = false;  ///< results are directories
  bool dry_run = false;
  bool force = false;
};

enum class ProfileAction : std::uint8_t { list, show, diff, generate, validate, link_list };
struct ProfileArguments {
  ProfileAction action = ProfileAction::list;
  std::string argument;             ///< ID, DIR or FILE
  std::string after;                ///< `diff`: the second of the two
  std::vector<std::string> wheels;  ///< `diff --wheel`
  std::vector<std::string> used;    ///< `diff --used`
  profile::GivenFacts given;        ///< `generate`: what the files do not say
};

struct Options {
  Command command = Command::none;
  std::vector<std::string> inputs;
  std::vector<std::string> profiles;          ///< --profile, each ID, TAG, RELEASE or FILE
  std::string format = "text";                ///< a ReportFormat's name; of `profile` text or json
  std::string sarif_path = "pyproject.toml";  ///< --sarif-path
  std::string report_file;                    ///< empty: standard output
  ColorChoice color = ColorChoice::automatic;
  bool verbose = false;
  bool quiet = false;
  unsigned jobs = 0;                 ///< 0: not said; main() makes it the number of processors
  std::optional<wasm::Depth> depth;  ///< nullopt: the command's default
  Limits limits;
  CheckOptions check;
  RepairArguments repair;
  ProfileArguments profile;

  /// Text to print instead of doing anything: help, version.
  std::string notice;
};

/// Errors: usage, with the command whose --help would tell.
[[nodiscard]] Result<Options> parse_options(int argc, const char* const* argv);

}  // namespace wheelaudit::cli
