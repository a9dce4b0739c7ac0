// The beginning of a command: it opens the profiles, the report and the inputs, enters the sandbox,
// and only then reads. An input that is opened here needs no right to open files later; a long list
// keeps that right for the inputs beyond the limit, since descriptors are few.

#include "cli/begin.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "base/escape.hpp"

namespace wheelaudit::cli {
namespace {

/// How many inputs are opened at once: few enough to leave descriptors for all else.
std::size_t most_opened() {
  constexpr rlim_t most = 128;
  struct rlimit limit{};
  const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
  return static_cast<std::size_t>(known ? std::min(limit.rlim_cur / 4, most) : 0);
}

}  // namespace

void open_inputs(system::InputList& list, system::SandboxNeeds& needs) {
  std::size_t left = most_opened();
  for (system::Input& input : list.inputs) {
    if (input.kind == system::InputKind::unpacked) needs.directories.push_back(input.path);
    if (input.kind != system::InputKind::file) continue;
    if (left == 0) {
      needs.files.push_back(input.path);
    } else {
      input.opened = system::open_file(input.path);
      --left;
    }
  }
}

Result<void> check_report(const Options& options, const system::InputList& list,
                          std::span<const std::string> others) {
  const std::string& file = options.report_file;
  const auto refuse = [](const std::string& path) {
    return fail(ErrorKind::usage,
                fmt::format("the report would overwrite the input {}; name another file",
                            escape_terminal(path)));
  };
  for (const system::Input& input : list.inputs) {
    const bool is_read = input.kind == system::InputKind::standard_input
                             ? system::is_standard_input(file)
                             : system::same_file(file, input.path);
    if (is_read) return refuse(input.path);
  }
  for (const std::string& other : others) {
    if (system::same_file(file, other)) return refuse(other);
  }
  return {};
}

Result<system::ReportFile> open_report(const Options& options, const system::InputList& list,
                                       std::span<const std::string> others) {
  if (options.report_file.empty()) return system::ReportFile();
  if (auto checked = check_report(options, list, others); !checked)
    return tl::unexpected(checked.error());
  return system::open_report_file(options.report_file);
}

void confine(const Options& options, const system::SandboxNeeds& needs) {
  const std::vector<std::string> missing = system::enter_sandbox(needs);
  if (!options.verbose) return;
  for (const std::string& what : missing)
    system::write_standard_error(
        fmt::format("note: the program does not confine itself wholly: {}\n", what));
}

Result<Begun> begin(const Options& options, system::InputList list, system::SandboxNeeds more) {
  auto catalog = open_catalog(options.profiles);
  if (!catalog) return tl::unexpected(catalog.error());
  auto report = open_report(options, list, options.profiles);
  if (!report) return tl::unexpected(report.error());
  open_inputs(list, more);
  confine(options, more);
  auto profiles = read_catalog(std::move(*catalog));
  if (!profiles) return tl::unexpected(profiles.error());
  return Begun{
      .list = std::move(list), .catalog = std::move(*profiles), .report = std::move(*report)};
}

}  // namespace wheelaudit::cli
