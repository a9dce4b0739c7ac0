// Each file is turned into text and public types at once and its facts are dropped, so that memory
// does not grow with the facts of all files. The decisions are those of the program: the same rooms
// decide, and this part only gives bytes to them.

#include "api/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "api/catalog.hpp"
#include "api/convert.hpp"
#include "api/libraries.hpp"
#include "api/repaired_bytes.hpp"
#include "audit/filter.hpp"
#include "base/escape.hpp"
#include "base/parallel.hpp"
#include "base/version.hpp"
#include "repair/conflicts.hpp"
#include "repair/folder_suffix.hpp"
#include "report/report_json.hpp"
#include "wheel/read_any.hpp"

namespace wheelaudit::api {
namespace {

/// The result of one file.
struct Processed {
  std::optional<report::WheelReport> report;
  std::optional<InputRemark> remark;
  std::vector<bool> used_ignores;
  std::optional<Output> output;
  ExitCode exit_code = ExitCode::done;
};

/// The result of one file as text and public types.
struct Finished {
  std::optional<WheelReport> wheel;
  std::vector<report::ReportPiece> pieces;
  report::Totals totals;
  std::optional<InputRemark> remark;
  std::vector<bool> used_ignores;
  std::optional<Output> output;
  std::string output_path;  ///< set for a dry run, too; empty: refused
  ExitCode exit_code = ExitCode::done;
};

/// What all files share.
struct Work {
  const CommandCall& call;
  const Options& options;
  Catalog catalog;
  base::Limits limits;
  audit::FindingFilter filter;
  repair::PlatformWish platform;
  unsigned threads = 1;  ///< per file
};

Processed failed(const File& file, const base::Error& error) {
  const ExitCode code = exit_code_of(error.kind);
  Processed processed;
  processed.remark = InputRemark{.path = file.name, .message = error.message, .exit_code = code};
  processed.exit_code = code;
  return processed;
}

Result<wheel::Wheel> read_file(const File& file, const Work& work, wasm::Depth depth,
                               bool verify_contents) {
  return wheel::read_any(file.name, file.name != "-", memory_source(file.bytes),
                         {.limits = work.limits,
                          .depth = depth,
                          .verify_contents = verify_contents,
                          .threads = work.threads});
}

wasm::Depth depth_or(const Options& options, wasm::Depth depth) {
  return options.validate ? depth_of(*options.validate) : depth;
}

Processed show_file(const File& file, const Work& work) {
  const audit::AuditOptions asked{.selections = work.catalog.selections,
                                  .findings_size = work.limits.findings_size,
                                  .matrix = work.catalog.selections.empty(),
                                  .threads = work.threads};
  const wasm::Depth depth = depth_or(work.options, wasm::Depth::head);
  auto wheel = read_file(file, work, depth, depth == wasm::Depth::full);
  if (!wheel) return failed(file, wheel.error());
  audit::Audit result = audit::audit(*wheel, work.catalog.profiles, asked);
  if (!work.options.validate && audit::bodies_would_tell(result)) {
    // The facts of the heads are dropped first: both together would take twice the memory.
    result = audit::Audit();
    wheel = wheel::Wheel();
    wheel = read_file(file, work, wasm::Depth::full, false);
    if (!wheel) return failed(file, wheel.error());
    result = audit::audit(*wheel, work.catalog.profiles, asked);
  }
  Processed processed;
  processed.exit_code = wheel->readable() ? ExitCode::done : ExitCode::malformed;
  processed.report = report::WheelReport{
      .wheel = wheel::summarise(*wheel), .audit = std::move(result), .repair = std::nullopt};
  return processed;
}

Processed check_file(const File& file, const Work& work) {
  auto wheel = read_file(file, work, depth_or(work.options, wasm::Depth::full), true);
  if (!wheel) return failed(file, wheel.error());
  audit::Audit result = audit::audit(*wheel, work.catalog.profiles,
                                     {.selections = work.catalog.selections,
                                      .index_pypi = work.options.index_pypi,
                                      .findings_size = work.limits.findings_size,
                                      .matrix = false});
  audit::Filtered filtered = audit::filter_audit(std::move(result), *wheel, work.filter);
  Processed processed;
  processed.used_ignores = std::move(filtered.used);
  processed.exit_code = audit::exit_code(filtered.audit, severity_of(work.options.fail_on),
                                         work.options.require_emscripten);
  processed.report = report::WheelReport{.wheel = wheel::summarise(*wheel),
                                         .audit = std::move(filtered.audit),
                                         .repair = std::nullopt};
  return processed;
}

Processed repair_file(const File& file, const Work& work) {
  const wasm::Depth depth = depth_or(work.options, wasm::Depth::full);
  auto wheel = read_file(file, work, depth, true);
  if (!wheel) return failed(file, wheel.error());
  auto repaired = repaired_bytes(
      std::move(*wheel), {.catalog = work.catalog.profiles,
                          .platform = work.platform,
                          .must_pass = work.catalog.selections,
                          .options = repair_options_of(work.options),
                          .find_library = library_finder(work.options.libraries, work.limits),
                          .limits = work.limits,
                          .depth = depth,
                          .threads = work.threads,
                          .let_go = {}});
  if (!repaired) return failed(file, repaired.error());
  Processed processed;
  report::RepairReport& repair = *repaired->report.repair;
  repair.dry_run = work.call.dry_run;
  if (repaired->bytes) {
    repair.output = work.options.wheel_dir + "/" + repaired->output_name;
    if (!work.call.dry_run)
      processed.output = Output{.name = *repair.output, .bytes = std::move(*repaired->bytes)};
  } else {
    const bool malformed = repaired->report.audit.verdict == audit::Verdict::malformed;
    processed.exit_code = malformed ? ExitCode::malformed : ExitCode::findings;
  }
  processed.report = std::move(repaired->report);
  return processed;
}

Processed process(const File& file, const Work& work) {
  switch (work.call.command) {
    case Command::show:
      return show_file(file, work);
    case Command::check:
      return check_file(file, work);
    case Command::repair:
      break;
  }
  return repair_file(file, work);
}

std::string_view command_name(Command command) {
  switch (command) {
    case Command::show:
      return "show";
    case Command::check:
      return "check";
    case Command::repair:
      break;
  }
  return "repair";
}

report::ReportSettings settings_of(const Work& work) {
  return {.command = command_name(work.call.command),
          .style = {.color = false, .verbose = work.call.verbose, .quiet = work.call.quiet},
          .fail_on = severity_of(work.options.fail_on),
          .location = work.call.sarif_path};
}

Finished finish(Processed processed, const Work& work, const report::ReportFormat& format) {
  Finished finished;
  if (processed.report) {
    const report::WheelReport& report = *processed.report;
    if (work.call.typed) finished.wheel = public_report(report, number_of(processed.exit_code));
    finished.pieces = format.wheel(report, processed.exit_code, settings_of(work));
    finished.totals.add(report);
    if (report.repair) finished.output_path = report.repair->output.value_or("");
  }
  finished.remark = std::move(processed.remark);
  finished.used_ignores = std::move(processed.used_ignores);
  finished.output = std::move(processed.output);
  finished.exit_code = processed.exit_code;
  return finished;
}

/// Files whose results have one name get an error in place of a result: a caller who writes both
/// would keep the last.
void refuse_equal_outputs(std::vector<Finished>& all, std::span<const File> files) {
  std::map<std::string, std::vector<std::size_t>> by_path;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].output_path.empty()) by_path[all[i].output_path].push_back(i);
  }
  for (const auto& [path, indices] : by_path) {
    if (indices.size() < 2) continue;
    for (const std::size_t i : indices) {
      const std::size_t other = i == indices.front() ? indices[1] : indices.front();
      Processed processed = failed(files[i], repair::conflict_error(files[other].name));
      all[i] = Finished();
      all[i].remark = std::move(processed.remark);
      all[i].exit_code = processed.exit_code;
    }
  }
}

std::vector<std::string> unused_ignores(const std::vector<Finished>& all,
                                        const audit::FindingFilter& filter) {
  std::vector<std::string> unused;
  for (std::size_t i = 0; i < filter.ignore.size(); ++i) {
    const bool used = std::ranges::any_of(all, [&](const Finished& finished) {
      return i < finished.used_ignores.size() && finished.used_ignores[i];
    });
    if (!used) unused.push_back(filter.ignore[i].text);
  }
  return unused;
}

CommandResult collect(std::vector<Finished> all, const Work& work,
                      const report::ReportFormat& format) {
  CommandResult result;
  if (work.call.command == Command::check) result.unused_ignores = unused_ignores(all, work.filter);
  report::ReportWhole whole{
      .version = version(), .exit_code = ExitCode::done, .pieces = {}, .remarks = {}, .totals = {}};
  for (Finished& finished : all) {
    whole.exit_code = worst(whole.exit_code, finished.exit_code);
    whole.totals.add(finished.totals);
    if (finished.remark) {
      whole.totals.add(*finished.remark);
      whole.remarks.push_back(std::move(*finished.remark));
    }
    std::ranges::move(finished.pieces, std::back_inserter(whole.pieces));
    if (finished.wheel) result.wheels.push_back(std::move(*finished.wheel));
    if (finished.output) result.outputs.push_back(std::move(*finished.output));
  }
  result.exit_code = whole.exit_code;
  result.remarks = whole.remarks;
  if (format.at_once) {
    for (const report::ReportPiece& piece : whole.pieces) result.text += piece.text;
    for (const InputRemark& remark : whole.remarks)
      result.text += report::text_remark(remark, settings_of(work).style);
  }
  format.whole(whole, settings_of(work), [&](std::string_view part) { result.text += part; });
  return result;
}

Result<void> check_names(std::span<const File> files) {
  if (files.empty()) return fail(base::ErrorKind::usage, "no file to look at was given");
  std::set<std::string_view> names;
  for (const File& file : files) {
    if (file.name.empty())
      return fail(base::ErrorKind::usage, "a file has no name; - stands for a wheel without one");
    if (!names.insert(file.name).second) {
      return fail(base::ErrorKind::usage,
                  fmt::format("two files are called {}", escape_terminal(file.name)));
    }
  }
  return {};
}

Result<void> check_options(const Options& options) {
  if (options.compression_level < 0 || options.compression_level > 9) {
    return fail(base::ErrorKind::usage,
                fmt::format("compression level {}: expected 0 to 9", options.compression_level));
  }
  if (options.only_platform && !options.add_tags.empty())
    return fail(base::ErrorKind::usage, "only-plat excludes add-tag");
  const std::string fault = repair::folder_suffix_fault(options.library_suffix);
  if (!fault.empty()) {
    return fail(base::ErrorKind::usage,
                fmt::format("lib-sdir {}: {}", escape_terminal(options.library_suffix), fault));
  }
  return {};
}

Result<Work> prepare(const CommandCall& call, std::span<const File> files, const Options& options) {
  if (auto checked = check_names(files); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_options(options); !checked) return tl::unexpected(checked.error());
  auto catalog = make_catalog(options.profiles, options.profile_files);
  if (!catalog) return tl::unexpected(catalog.error());
  auto filter = audit::make_filter(options.ignore, options.select);
  if (!filter) return tl::unexpected(filter.error());
  auto platform = repair::platform_wish(catalog->profiles, options.platform);
  if (!platform) return tl::unexpected(platform.error());
  const auto workers =
      std::max<std::size_t>(1, std::min<std::size_t>(options.threads, files.size()));
  return Work{.call = call,
              .options = options,
              .catalog = std::move(*catalog),
              .limits = limits_of(options.limits),
              .filter = std::move(*filter),
              .platform = std::move(*platform),
              .threads = std::max(1U, options.threads / static_cast<unsigned>(workers))};
}

}  // namespace

Result<CommandResult> run_command(const CommandCall& call, std::span<const File> files,
                                  const Options& options) {
  const report::ReportFormat* format = report::find_report_format(call.format);
  if (format == nullptr)
    return fail(base::ErrorKind::usage, "unknown format " + escape_terminal(call.format));
  const auto work = prepare(call, files, options);
  if (!work) return tl::unexpected(work.error());
  std::vector<Finished> all(files.size());
  for_each_index(files.size(), std::max(1U, options.threads),
                 [&](std::size_t i) { all[i] = finish(process(files[i], *work), *work, *format); });
  if (call.command == Command::repair) refuse_equal_outputs(all, files);
  return collect(std::move(all), *work, *format);
}

std::string error_json(const base::Error& error) {
  const report::ReportFormat& format = *report::find_report_format("json");
  report::ReportWhole whole{.version = version(),
                            .exit_code = exit_code_of(error.kind),
                            .pieces = {},
                            .remarks = {},
                            .totals = {}};
  std::string text;
  format.whole(whole, {}, [&](std::string_view part) { text += part; });
  const std::size_t end = text.rfind("\n}");
  const nlohmann::ordered_json message = escape_message(error.message);
  return text.substr(0, end) + ",\n  \"error\": " + report::report_json(message, 2) + "\n}\n";
}

}  // namespace wheelaudit::api
