// `repair`: plan, apply in memory, audit the result as if it were a wheel somebody gave us, and
// only then write it (docs/design/repair.md#stages). Every reason against is collected before
// anything is refused.

#include <fmt/format.h>
#include <fmt/ranges.h>
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
#include "repair/choose_abi.hpp"
#include "repair/conflicts.hpp"
#include "repair/proof.hpp"
#include "system/input.hpp"
#include "system/library_directory.hpp"
#include "system/unpacked_wheel.hpp"
#include "system/wheel_directory.hpp"
#include "system/write.hpp"
#include "system/write_directory.hpp"
#include "wheel/read_any.hpp"

namespace wheelaudit::cli {
namespace {

/// What was let go lies in small pieces all over the heap: glibc would ask for more beside it.
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

/// `--profile` asks for more ABIs that must pass besides the target.
audit::AuditOptions audit_options(const RepairRun& run, std::span<const std::size_t> profiles) {
  audit::AuditOptions options{.selections = run.catalog.selections,
                              .findings_size = run.options.limits.findings_size,
                              .matrix = false};
  for (const std::size_t profile : profiles)
    options.selections.push_back({.profile = profile, .release = std::nullopt});
  return options;
}

ProcessedInput refused(report::WheelReport report, std::vector<std::string> reasons) {
  std::ranges::move(reasons, std::back_inserter(report.repair->refusals));
  const bool malformed = report.audit.verdict == audit::Verdict::malformed;
  return {.report = std::move(report),
          .remark = std::nullopt,
          .exit_code = malformed ? ExitCode::malformed : ExitCode::findings};
}

/// What is written is what was audited: write_output compares every byte with the pieces.
Result<void> write_wheel(const std::string& input_path, const ByteSource& input,
                         const repair::RepairedWheel& repaired, const std::string& path,
                         bool force) {
  return system::write_output(
      {.path = path, .input_path = input_path, .force = force}, input, repaired.pieces,
      [&](const ByteSource& written) -> Result<void> {
        const auto digest = sha256(written);
        if (!digest) return tl::unexpected(digest.error());
        if (hex(*digest) == repaired.result->sha256) return {};
        return fail(ErrorKind::io,
                    "what was written is not what was checked; is the disk failing?");
      });
}

Result<void> write_result(const std::string& input_path, const ByteSource& input,
                          const repair::RepairedWheel& repaired, const std::string& path,
                          const RepairRun& run) {
  const RepairArguments& arguments = run.arguments;
  if (run.directory.error()) {
    return fail(ErrorKind::io, fmt::format("the directory {} cannot be made: {}",
                                           arguments.wheel_dir, run.directory.error().message()));
  }
  if (!arguments.unpack) return write_wheel(input_path, input, repaired, path, arguments.force);
  return system::write_directory({.path = path,
                                  .input_path = input_path,
                                  .force = arguments.force,
                                  .is_replaceable = system::is_unpacked_wheel},
                                 repaired.result->archive);
}

/// `wheelhouse/name-1.0-…whl`; unpacked as `wheel unpack` calls it, `wheelhouse/name-1.0`.
std::string output_path(const std::string& output_name, const RepairArguments& arguments) {
  const auto filename = wheel::parse_wheel_filename(output_name);
  const bool unpack = arguments.unpack && filename;
  return arguments.wheel_dir + "/" +
         (unpack ? fmt::format("{}-{}", filename->name, filename->version) : output_name);
}

std::vector<const profile::AbiProfile*> targets_of(const std::vector<std::size_t>& profiles,
                                                   const RepairRun& run) {
  std::vector<const profile::AbiProfile*> targets;
  for (const std::size_t profile : profiles) targets.push_back(&run.catalog.profiles[profile]);
  return targets;
}

/// The reasons; and a wheel whose tags claim several ABIs can perhaps be had for one of them.
std::vector<std::string> with_advice(std::vector<std::string> reasons,
                                     const std::vector<const profile::AbiProfile*>& targets) {
  if (targets.size() < 2) return reasons;
  std::vector<std::string_view> ids;
  for (const profile::AbiProfile* target : targets) ids.push_back(target->id);
  reasons.push_back(fmt::format(
      "its tags claim {} ABIs, {}, and it must fit them all; for one of them: --plat TAG",
      targets.size(), fmt::join(ids, ", ")));
  return reasons;
}

/// Applies the plan, audits what came out, writes it.
ProcessedInput carry_out(const system::Input& input, wheel::Wheel wheel, report::WheelReport report,
                    const repair::RepairOptions& options, const std::vector<std::size_t>& profiles,
                    const RepairRun& run, const wheel::ReadOptions& read) {
  const std::vector<const profile::AbiProfile*> targets = targets_of(profiles, run);
  const std::vector<std::string> idle = repair::idle_drops(wheel, options);
  const ByteSource source = wheel.archive.source;
  give_back_memory();
  // Once the result's bytes are known the original is only reported: both whole would be too much.
  auto repaired = repair::repair_in_memory(wheel, targets, options, read, [&wheel] {
    wheel = wheel::Wheel();
    give_back_memory();
  });
  if (!repaired) return failed(input, repaired.error());
  report::RepairReport& repair = *report.repair;
  repair.edits = std::move(repaired->edits);
  if (!repaired->obstacles.empty())
    return refused(std::move(report), with_advice(std::move(repaired->obstacles), targets));
  const wheel::Wheel& result = *repaired->result;
  audit::AuditOptions asked = audit_options(run, profiles);
  const std::uint64_t told = rules::memory_of(report.audit.findings);
  asked.findings_size -= std::min(told, asked.findings_size / 2);
  audit::Audit after = audit::audit(result, run.catalog.profiles, asked);
  if (auto errors = repair::remaining_errors(after, options)) {
    std::vector<std::string> reasons{std::move(*errors)};
    if (auto missing = repair::missing_libraries(after, options))
      reasons.push_back(std::move(*missing));
    report.audit = std::move(after);
    return refused(std::move(report), with_advice(std::move(reasons), targets));
  }
  repair.proof = repair::proof_text(result, after, targets, options);
  repair.remarks = repair::all_remarks(
      repair::RepairOutcome{.result = result,
                            .after = after,
                            .output_name = repaired->output_name,
                            .edits = repair.edits,
                            .targets = targets,
                            .idle_drops = idle,
                            .unpacked = input.kind == system::InputKind::unpacked,
                            .unpack = run.arguments.unpack},
      options);
  const std::string path = output_path(repaired->output_name, run.arguments);
  repair.output = path;
  if (!run.arguments.unpack) repair.sha256 = result.sha256;
  if (!run.arguments.dry_run) {
    const auto written = write_result(report.wheel.path, source, *repaired, path, run);
    if (!written) return failed(input, written.error());
  }
  return {.report = std::move(report), .remark = std::nullopt, .exit_code = ExitCode::done};
}

/// Whether the results would go into the directory that is the input.
bool is_in_place(const system::Input& input, const std::string& wheel_dir) {
  std::error_code error;
  // Absolute first: what does not exist yet would stay relative. `.` ends in an empty component.
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

ProcessedInput repair_input(const system::Input& input, unsigned threads, const RepairRun& run) {
  const wheel::ReadOptions read = read_options(run, threads);
  auto wheel = read_for_repair(input, run, read);
  if (!wheel) return failed(input, wheel.error());
  report::WheelReport report{
      .wheel = wheel::summarise(*wheel), .audit = {}, .repair = report::RepairReport{}};
  report.repair->dry_run = run.arguments.dry_run;
  if (wheel->bare_module) {
    return failed(input,
                  {.kind = ErrorKind::usage, .message = "repair takes wheels, this is none"});
  }
  if (!wheel->readable()) {
    report.audit = audit::audit(*wheel, run.catalog.profiles, audit_options(run, {}));
    return refused(std::move(report), {"the archive cannot be read safely"});
  }
  repair::RepairOptions options = run.repair;
  if (run.libraries) {
    auto libraries = repair::find_libraries(*wheel, run.libraries);
    if (!libraries) return failed(input, libraries.error());
    options.libraries = std::move(*libraries);
  }
  auto target = repair::choose_target(
      *wheel, run.catalog.profiles,
      {.platform = run.platform, .automatic = run.arguments.platform == "auto"}, options,
      read);
  if (!target) return failed(input, target.error());
  report.audit = audit::audit(*wheel, run.catalog.profiles, audit_options(run, target->profiles));
  report.repair->candidates = std::move(target->candidates);
  if (target->profiles.empty()) return refused(std::move(report), std::move(target->refusals));
  options.platform = target->tag;
  return carry_out(input, std::move(*wheel), std::move(report), options, target->profiles, run,
                   read);
}

Result<std::optional<repair::PlatformChoice>> platform_of(const std::string& platform,
                                                          const Catalog& catalog) {
  if (platform.empty() || platform == "auto") return std::nullopt;
  auto choice = repair::choose_platform(catalog.profiles, platform);
  if (!choice) return tl::unexpected(choice.error());
  return *choice;
}

/// The reproducible-builds variable; a value that is no number is no date.
std::optional<std::uint32_t> source_date_epoch() {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (text == nullptr) return std::nullopt;
  const std::string_view digits = text;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::string full_tag(const std::string& tag) {
  return tag.ends_with("_wasm32") ? tag : tag + "_wasm32";
}

/// Made only when something could be written there.
bool is_directory_needed(const system::InputList& list, const RepairArguments& arguments) {
  return !arguments.dry_run && std::ranges::any_of(list.inputs, [&](const system::Input& input) {
    return input.kind != system::InputKind::unpacked || !is_in_place(input, arguments.wheel_dir);
  });
}

/// What `repair` opens when it has confined itself.
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
  repair::RepairOptions repair{.only_platform = arguments.only_platform,
                               .exclude = arguments.exclude,
                               .mangle = arguments.mangle,
                               .library_suffix = arguments.library_suffix,
                               .sbom = arguments.sbom,
                               .strip = arguments.strip,
                               .drop = arguments.drop,
                               .compression_level = static_cast<int>(arguments.compression_level)};
  for (const std::string& tag : arguments.add_tags) repair.add_tags.push_back(full_tag(tag));
  repair.source_date_epoch = source_date_epoch();
  return repair;
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
  std::vector<repair::RepairedInput> inputs;
  for (const system::Input& input : prepared.list.inputs)
    inputs.push_back({.path = input.path, .unpacked = input.kind == system::InputKind::unpacked});
  const auto rival_of = repair::find_rivals(inputs, run.arguments.unpack, [&](std::size_t input) {
    const ProcessedInput planned = repair_input(prepared.list.inputs[input], 1, trial);
    return planned.report ? planned.report->repair->output : std::nullopt;
  });
  return run_batch({.command = "repair", .options = run.options, .prepared = prepared},
                   [&](const system::Input& input, unsigned threads) {
                     const auto rival = rival_of.find(input.path);
                     if (rival != rival_of.end())
                       return failed(input, repair::rival_error(rival->second));
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
  const auto platform = platform_of(arguments.platform, prepared->catalog);
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
