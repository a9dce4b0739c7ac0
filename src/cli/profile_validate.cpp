// `profile validate`: whether a file is a profile, and what in it cannot be right. Exit 1 when
// something is wrong with it.

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_codes.hpp"
#include "cli/named_file.hpp"
#include "cli/prepare.hpp"
#include "report/profile_summary.hpp"

namespace wheelaudit::cli {
namespace {

constexpr std::size_t shown_problems = 10;

struct ValidateOptions {
  std::string file;
};

void add_validate_options(OptionSet& set, ValidateOptions& options) {
  set.add_text("file", "FILE", options.file, "A profile").required();
}

/// The problems, a line each.
std::string problem_lines(const std::string& path, const std::vector<std::string>& problems) {
  std::string lines;
  for (std::size_t i = 0; i < std::min(problems.size(), shown_problems); ++i)
    lines += fmt::format("{}: {}\n", path, escape_terminal(problems[i]));
  if (problems.size() > shown_problems)
    lines += fmt::format("{}: and {} more\n", path, problems.size() - shown_problems);
  return lines;
}

ExitCode print_problems(const std::string& path, const std::vector<std::string>& problems) {
  const ExitCode printed = print_text(problem_lines(path, problems));
  return printed == ExitCode::done ? ExitCode::findings : printed;
}

ExitCode run_validate(const ValidateOptions& options) {
  const std::string path = escape_terminal(options.file);
  const auto file = open_named_file(options.file, runtime_file_bound);
  if (!file) return stop_with(file.error());
  confine({}, false);
  const auto text = read_named_file(options.file, *file);
  if (!text) return stop_with(text.error());
  const auto profile = profile::parse_profile(*text);
  if (!profile) return print_problems(path, {profile.error().message});
  const std::vector<std::string> problems = report::profile_problems(*profile);
  if (!problems.empty()) return print_problems(path, problems);
  return print_text(fmt::format("{}: a profile of {}, {} releases, {} symbols\n", path,
                                escape_terminal(profile->id), profile->runtimes.size(),
                                profile->symbols.size()));
}

}  // namespace

Command profile_validate_command() {
  return make_command<ValidateOptions>("validate", "Check a profile file", add_validate_options,
                                       run_validate);
}

}  // namespace wheelaudit::cli
