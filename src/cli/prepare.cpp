// The start of a command: it opens the profiles, the report and the inputs, enters the sandbox, and
// only then reads (docs/design/safety.md#sandbox). An input that is opened here needs no right to
// open files later; a long list keeps that right for the inputs beyond the limit, since descriptors
// are few.

#include "cli/prepare.hpp"

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

Result<void> check_report(const std::string& path, const system::InputList& list,
                          std::span<const std::string> others) {
  const auto refuse = [](const std::string& input) {
    return fail(ErrorKind::usage,
                fmt::format("the report would overwrite the input {}; name another file",
                            escape_terminal(input)));
  };
  for (const system::Input& input : list.inputs) {
    const bool is_read = input.kind == system::InputKind::standard_input
                             ? system::is_standard_input(path)
                             : system::same_file(path, input.path);
    if (is_read) return refuse(input.path);
  }
  for (const std::string& other : others) {
    if (system::same_file(path, other)) return refuse(other);
  }
  return {};
}

Result<system::ReportFile> open_report(const std::string& path, const system::InputList& list,
                                       std::span<const std::string> others) {
  if (path.empty()) return system::ReportFile();
  if (auto checked = check_report(path, list, others); !checked)
    return tl::unexpected(checked.error());
  return system::open_report_file(path);
}

void confine(const system::SandboxNeeds& needs, bool verbose) {
  const std::vector<std::string> missing = system::enter_sandbox(needs);
  if (!verbose) return;
  for (const std::string& what : missing)
    system::write_standard_error(
        fmt::format("note: the program does not confine itself wholly: {}\n", what));
}

Result<PreparedRun> prepare(const CommonOptions& options, system::InputList list,
                            system::SandboxNeeds more) {
  auto catalog = open_catalog(options.profiles);
  if (!catalog) return tl::unexpected(catalog.error());
  auto report = open_report(options.report.file, list, options.profiles);
  if (!report) return tl::unexpected(report.error());
  open_inputs(list, more);
  const unsigned jobs = jobs_of(options.jobs);
  confine(more, options.report.verbose);
  auto profiles = read_catalog(std::move(*catalog));
  if (!profiles) return tl::unexpected(profiles.error());
  return PreparedRun{.list = std::move(list),
                     .catalog = std::move(*profiles),
                     .report = std::move(*report),
                     .jobs = jobs};
}

}  // namespace wheelaudit::cli
