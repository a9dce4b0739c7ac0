// `repair`: reads wheels, has them repaired, and writes those that may be written
// (docs/design/repair.md#stages, docs/design/safety.md). Whether a wheel may be written is decided
// in repair/repair.cpp; this file knows paths, directories and exit codes.

#include <fmt/format.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "base/digest.hpp"
#include "cli/batch.hpp"
#include "cli/repair_run.hpp"
#include "repair/conflicts.hpp"
#include "repair/repair.hpp"
#include "report/repair_report.hpp"
#include "system/input.hpp"
#include "system/library_directory.hpp"
#include "system/unpacked_wheel.hpp"
#include "system/wheel_directory.hpp"
#include "system/write.hpp"
#include "system/write_directory.hpp"
#include "wheel/read_any.hpp"

namespace wheelaudit::cli {
namespace {

/// Gives freed memory back to the system. It lies in small pieces all over the heap, and glibc
/// would ask the system for more.
void give_back_memory() {
#ifdef __GLIBC__
  static_cast<void>(malloc_trim(0));  // whether there was anything to give does not matter
#endif
}

wheel::ReadOptions read_options(const RepairRun& run, unsigned threads) {
  return {.limits = run.options.limits,
          .depth = run.options.depth.value_or(wasm::Depth::full),
          .verify_contents = true,
          .threads = threads};
}

ProcessedInput finished(report::WheelReport report) {
  const bool refused = !report.repair->refusals.empty();
  const bool malformed = report.audit.verdict == audit::Verdict::malformed;
  const ExitCode code = malformed ? ExitCode::malformed : ExitCode::findings;
  return {.report = std::move(report),
          .remark = std::nullopt,
          .exit_code = refused ? code : ExitCode::done};
}

/// What is written is what was audited: write_output compares every byte with the pieces.
Result<void> write_wheel(const std::string& input_path, const repair::RepairedWheel& repaired,
                         const std::string& path, bool force) {
  return system::write_output(
      {.path = path, .input_path = input_path, .force = force}, repaired.input(), repaired.pieces(),
      [&](const ByteSource& written) -> Result<void> {
        const auto digest = sha256(written);
        if (!digest) return tl::unexpected(digest.error());
        if (hex(*digest) == repaired.result().sha256) return {};
        return fail(ErrorKind::io,
                    "what was written is not what was checked; is the disk failing?");
      });
}

Result<void> write_result(const std::string& input_path, const repair::RepairedWheel& repaired,
                          const std::string& path, const RepairRun& run) {
  const RepairArguments& arguments = run.arguments;
  if (run.directory.error()) {
    return fail(ErrorKind::io, fmt::format("the directory {} cannot be made: {}",
                                           arguments.wheel_dir, run.directory.error().message()));
  }
  if (!arguments.unpack) return write_wheel(input_path, repaired, path, arguments.force);
  return system::write_directory({.path = path,
                                  .input_path = input_path,
                                  .force = arguments.force,
                                  .is_replaceable = system::is_unpacked_wheel},
                                 repaired.result().archive);
}

/// The path of a result: `wheelhouse/name-1.0-…whl`; with --unpack `wheelhouse/name-1.0`, as `wheel
/// unpack` calls the directory.
std::string output_path(const std::string& output_name, const RepairArguments& arguments) {
  const auto filename = wheel::parse_wheel_filename(output_name);
  const bool unpack = arguments.unpack && filename;
  return arguments.wheel_dir + "/" +
         (unpack ? fmt::format("{}-{}", filename->name, filename->version) : output_name);
}

/// Whether the results would go into the directory that is the input.
bool is_in_place(const system::Input& input, const std::string& wheel_dir) {
  std::error_code error;
  // Absolute first, because a path that does not exist yet would stay relative. The absolute path
  // of `.` ends in an empty component.
  const auto whole = [&](const std::string& path) {
    const auto found = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
    return found.has_filename() ? found : found.parent_path();
  };
  const auto root = whole(input.path);
  const auto target = whole(wheel_dir);
  return !error && std::ranges::mismatch(root, target).in1 == root.end();
}

Result<wheel::Wheel> read_for_repair(const system::Input& input, const RepairRun& run,
                                     const wheel::ReadOptions& read) {
  if (input.kind != system::InputKind::unpacked) return system::read_input(input, read);
  if (is_in_place(input, run.arguments.wheel_dir)) {
    return fail(ErrorKind::usage,
                fmt::format("a directory is not repaired in place, and {} lies in it; choose "
                            "another directory with --wheel-dir",
                            run.arguments.wheel_dir));
  }
  auto packed =
      system::pack_directory(input.path, run.options.limits, run.repair.source_date_epoch);
  if (!packed) return tl::unexpected(packed.error());
  return wheel::read_nameless(input.path, std::move(*packed), read);
}

repair::RepairRequest request_of(const system::Input& input, const wheel::ReadOptions& read,
                                 const RepairRun& run) {
  return {.catalog = run.catalog.profiles,
          .platform = run.platform,
          .must_pass = run.catalog.selections,
          .options = run.repair,
          .find_library = run.libraries,
          .limits = read.limits,
          .depth = read.depth,
          .threads = read.threads,
          .from_directory = input.kind == system::InputKind::unpacked,
          .to_directory = run.arguments.unpack,
          .let_go = give_back_memory};
}

ProcessedInput repair_input(const system::Input& input, unsigned threads, const RepairRun& run) {
  const wheel::ReadOptions read = read_options(run, threads);
  auto wheel = read_for_repair(input, run, read);
  if (!wheel) return failed(input, wheel.error());
  auto outcome = repair::repair(std::move(*wheel), request_of(input, read, run));
  if (!outcome) return failed(input, outcome.error());
  auto [report, repaired] = report::report_repair(std::move(*outcome));
  const RepairArguments& arguments = run.arguments;
  report.repair->dry_run = arguments.dry_run;
  if (!repaired) return finished(std::move(report));
  const std::string path = output_path(repaired->output_name(), arguments);
  report.repair->output = path;
  if (!arguments.unpack) report.repair->sha256 = repaired->result().sha256;
  if (!arguments.dry_run) {
    const auto written = write_result(report.wheel.path, *repaired, path, run);
    if (!written) return failed(input, written.error());
  }
  return finished(std::move(report));
}

/// The environment variable SOURCE_DATE_EPOCH, in seconds since 1970; a value that is not a number
/// is ignored.
std::optional<std::uint32_t> source_date_epoch() {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (text == nullptr) return std::nullopt;
  const std::string_view digits = text;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// Whether a result could be written to --wheel-dir; only then is the directory made.
bool is_directory_needed(const system::InputList& list, const RepairArguments& repair) {
  return !repair.dry_run && std::ranges::any_of(list.inputs, [&](const system::Input& input) {
    return input.kind != system::InputKind::unpacked || !is_in_place(input, repair.wheel_dir);
  });
}

/// What `repair` opens after it has confined itself.
system::SandboxNeeds needs_of(const system::InputList& list,
                              const std::vector<std::string>& libraries,
                              const std::optional<system::WheelDirectory>& directory,
                              const RepairArguments& arguments) {
  system::SandboxNeeds needs{.files = system::links_in(libraries),
                             .directories = libraries,
                             .output_directory = {},
                             .removal_directory = {}};
  if (!directory || directory->error()) return needs;
  needs.output_directory = arguments.wheel_dir;
  needs.makes_directories = arguments.unpack;
  needs.removal_directory = directory->parent_of_made();
  // Unchanged parts are copied from file to file, for which the input is opened once more.
  for (const system::Input& input : list.inputs) {
    if (input.kind == system::InputKind::file) needs.files.push_back(input.path);
  }
  return needs;
}

repair::RepairOptions repair_options(const RepairArguments& arguments) {
  return {.add_tags = arguments.add_tags,
          .only_platform = arguments.only_platform,
          .exclude = arguments.exclude,
          .mangle = arguments.mangle,
          .library_suffix = arguments.library_suffix,
          .sbom = arguments.sbom,
          .strip = arguments.strip,
          .drop = arguments.drop,
          .source_date_epoch = source_date_epoch(),
          .compression_level = static_cast<int>(arguments.compression_level)};
}

/// Inputs whose results would have the same path, each with the other input. `trial` writes
/// nothing.
std::map<std::string, std::string> conflicts_of(const system::InputList& list,
                                                const RepairRun& trial) {
  std::vector<repair::InputPath> paths;
  for (const system::Input& input : list.inputs)
    paths.push_back({.path = input.path, .unpacked = input.kind == system::InputKind::unpacked});
  std::vector<repair::PlannedOutput> planned;
  for (const std::size_t index : repair::possible_conflicts(paths, trial.arguments.unpack)) {
    const system::Input& input = list.inputs[index];
    const ProcessedInput processed = repair_input(input, 1, trial);
    if (processed.report && processed.report->repair->output)
      planned.push_back({.input = input.path, .output = *processed.report->repair->output});
  }
  return repair::find_conflicts(planned);
}

ExitCode repair_all(const RepairRun& run, const PreparedRun& prepared) {
  RepairArguments trial_arguments = run.arguments;
  trial_arguments.dry_run = true;
  const RepairRun trial{.options = run.options,
                        .arguments = trial_arguments,
                        .catalog = run.catalog,
                        .platform = run.platform,
                        .repair = run.repair,
                        .libraries = run.libraries,
                        .directory = run.directory};
  const auto conflicts = conflicts_of(prepared.list, trial);
  return run_batch({.command = "repair", .options = run.options, .prepared = prepared},
                   [&](const system::Input& input, unsigned threads) {
                     const auto conflict = conflicts.find(input.path);
                     if (conflict != conflicts.end())
                       return failed(input, repair::conflict_error(conflict->second));
                     return repair_input(input, threads, run);
                   });
}

ExitCode run_repair(const RepairArguments& arguments) {
  const CommonOptions& options = arguments.common;
  const auto folders = system::library_folders(arguments.library_directories);
  if (!folders) return stop_with(folders.error());
  system::InputList list =
      system::expand_inputs(options.inputs, system::Directories::may_be_wheels);
  std::optional<system::WheelDirectory> directory;
  if (is_directory_needed(list, arguments)) directory.emplace(arguments.wheel_dir);
  system::SandboxNeeds needs = needs_of(list, *folders, directory, arguments);
  const auto prepared = prepare(options, std::move(list), std::move(needs));
  if (!prepared) return stop_with(prepared.error());
  const auto platform = repair::platform_wish(prepared->catalog.profiles, arguments.platform);
  if (!platform) return stop_with(platform.error());
  const system::WheelDirectory none;
  return repair_all(
      {.options = options,
       .arguments = arguments,
       .catalog = prepared->catalog,
       .platform = *platform,
       .repair = repair_options(arguments),
       .libraries = folders->empty() ? wheel::LibraryFinder()
                                     : system::library_finder(*folders, options.limits),
       .directory = directory ? *directory : none},
      *prepared);
}

}  // namespace

Command repair_command() {
  return make_command<RepairArguments>("repair",
                                       "Fix what can be fixed, refuse what cannot, with reasons",
                                       add_repair_options, run_repair);
}

}  // namespace wheelaudit::cli
