// `repair`: plan, apply in memory, audit the result as if it were a wheel somebody gave us, and
// only then write it (SAFETY.md, "Promises"). Every reason against is collected before anything is
// refused.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "cli/batch.hpp"
#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/repair_proof.hpp"
#include "cli/repair_target.hpp"
#include "cli/rivals.hpp"
#include "cli/unpacked_wheel.hpp"
#include "cli/write.hpp"
#include "wheelaudit/digest.hpp"

namespace wheelaudit::cli {
namespace {

ReadOptions read_options(const RepairRun& run, unsigned threads) {
  return {.limits = run.options.limits,
          .depth = run.options.depth.value_or(Depth::full),
          .verify_contents = true,
          .threads = threads};
}

/// `--profile` asks for more ABIs that must pass besides the target.
AuditOptions audit_options(const RepairRun& run, std::optional<std::size_t> profile) {
  AuditOptions options{.selections = run.catalog.selections, .matrix = false};
  if (profile) options.selections.push_back({.profile = *profile, .release = std::nullopt});
  return options;
}

Processed refused(WheelReport report, std::vector<std::string> reasons) {
  std::ranges::move(reasons, std::back_inserter(report.repair->refusals));
  const bool malformed = report.audit.verdict == Verdict::malformed;
  return {.report = std::move(report),
          .remark = std::nullopt,
          .exit_code = malformed ? exit_malformed : exit_findings};
}

/// What is written is what was audited: write_output compares every byte with the pieces.
Result<void> write_result(const Wheel& wheel, const Wheel& result,
                          const std::vector<OutputPiece>& pieces, const std::string& path,
                          const RepairRun& run) {
  std::error_code error;
  std::filesystem::create_directories(run.options.repair.wheel_dir, error);
  if (error) {
    return fail(ErrorKind::io, fmt::format("the directory {} cannot be made: {}",
                                           run.options.repair.wheel_dir, error.message()));
  }
  return write_output({.path = path, .input_path = wheel.path, .force = run.options.repair.force},
                      wheel.archive.source, pieces, [&](const ByteSource& written) -> Result<void> {
                        const auto digest = sha256(written);
                        if (!digest) return tl::unexpected(digest.error());
                        if (hex(*digest) == result.sha256) return {};
                        return fail(
                            ErrorKind::io,
                            "what was written is not what was checked; is the disk failing?");
                      });
}

/// Applies the plan, audits what came out, writes it.
Processed carry_out(const Input& input, WheelReport report, const RepairPlan& plan,
                    const RepairOptions& options, std::size_t profile, const RepairRun& run,
                    const ReadOptions& read) {
  const auto pieces = apply_plan(report.wheel, plan, options);
  if (!pieces) return failed(input, pieces.error());
  const auto result =
      read_wheel(plan.output_name, pieces_source(report.wheel.archive.source, *pieces), read);
  if (!result) return failed(input, result.error());
  Audit after = audit(*result, run.catalog.profiles, audit_options(run, profile));
  if (auto errors = remaining_errors(after, options)) {
    report.audit = std::move(after);
    return refused(std::move(report), {std::move(*errors)});
  }
  RepairReport& repair = *report.repair;
  repair.proof = proof_text(*result, after, run.catalog.profiles[profile]);
  repair.remarks = all_remarks(input, report.wheel, after, plan.output_name, options);
  const std::string path = run.options.repair.wheel_dir + "/" + plan.output_name;
  repair.output = path;
  repair.sha256 = result->sha256;
  if (!run.options.repair.dry_run) {
    const auto written = write_result(report.wheel, *result, *pieces, path, run);
    if (!written) return failed(input, written.error());
  }
  return {.report = std::move(report), .remark = std::nullopt, .exit_code = exit_done};
}

/// Whether the results would go into the directory that is the input.
bool is_in_place(const Input& input, const std::string& wheel_dir) {
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

Result<Wheel> read_for_repair(const Input& input, const RepairRun& run, const ReadOptions& read) {
  if (input.kind != InputKind::unpacked) return read_input(input, read);
  if (is_in_place(input, run.options.repair.wheel_dir)) {
    return fail(ErrorKind::usage,
                fmt::format("a directory is not repaired in place, and {} lies in it; choose "
                            "another directory with --wheel-dir",
                            run.options.repair.wheel_dir));
  }
  auto packed = pack_directory(input.path, run.options.limits, run.repair.source_date_epoch);
  if (!packed) return tl::unexpected(packed.error());
  return read_nameless(input.path, std::move(*packed), read);
}

Processed repair_input(const Input& input, unsigned threads, const RepairRun& run) {
  const ReadOptions read = read_options(run, threads);
  auto wheel = read_for_repair(input, run, read);
  if (!wheel) return failed(input, wheel.error());
  WheelReport report{.wheel = std::move(*wheel), .audit = {}, .repair = RepairReport{}};
  report.repair->dry_run = run.options.repair.dry_run;
  if (report.wheel.bare_module) {
    return failed(input,
                  {.kind = ErrorKind::usage, .message = "repair takes wheels, this is none"});
  }
  if (!report.wheel.readable()) {
    report.audit = audit(report.wheel, run.catalog.profiles, audit_options(run, std::nullopt));
    return refused(std::move(report), {"the archive cannot be read safely"});
  }
  RepairOptions options = run.repair;
  if (run.libraries) {
    auto libraries = find_libraries(report.wheel, run.libraries);
    if (!libraries) return failed(input, libraries.error());
    options.libraries = std::move(*libraries);
  }
  auto target = choose_target(report.wheel, run, options, read);
  if (!target) return failed(input, target.error());
  report.audit = audit(report.wheel, run.catalog.profiles, audit_options(run, target->profile));
  report.repair->candidates = std::move(target->candidates);
  if (!target->profile) return refused(std::move(report), std::move(target->refusals));

  options.platform = target->tag;
  const RepairPlan plan =
      plan_repair(report.wheel, run.catalog.profiles[*target->profile], options);
  report.repair->edits = plan.edits;
  if (!plan.obstacles.empty()) return refused(std::move(report), plan.obstacles);
  return carry_out(input, std::move(report), plan, options, *target->profile, run, read);
}

Result<std::optional<PlatformChoice>> platform_of(const Options& options, const Catalog& catalog) {
  const std::string& platform = options.repair.platform;
  if (platform.empty() || platform == "auto") return std::nullopt;
  auto choice = choose_platform(catalog.profiles, platform);
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

int fail_with(const Error& error) {
  print_error(error.message);
  return exit_code_of(error.kind);
}

}  // namespace

int run_repair(const Options& options) {
  const auto catalog = load_catalog(options.profiles);
  if (!catalog) return fail_with(catalog.error());
  const auto platform = platform_of(options, *catalog);
  if (!platform) return fail_with(platform.error());
  RepairRun run{.options = options,
                .catalog = *catalog,
                .platform = *platform,
                .repair = {.only_platform = options.repair.only_platform,
                           .exclude = options.repair.exclude,
                           .mangle = options.repair.mangle,
                           .sbom = options.repair.sbom,
                           .strip = options.repair.strip,
                           .drop = options.repair.drop},
                .libraries = {}};
  if (!options.repair.library_directories.empty()) {
    auto finder = library_finder(options.repair.library_directories, options.limits);
    if (!finder) return fail_with(finder.error());
    run.libraries = std::move(*finder);
  }
  for (const std::string& tag : options.repair.add_tags)
    run.repair.add_tags.push_back(full_tag(tag));
  run.repair.source_date_epoch = source_date_epoch();
  const InputList list = expand_inputs(options.inputs, Directories::may_be_wheels);
  Options trial_options = options;
  trial_options.repair.dry_run = true;
  RepairRun trial{.options = trial_options,
                  .catalog = *catalog,
                  .platform = *platform,
                  .repair = run.repair,
                  .libraries = run.libraries};
  const auto rival_of = find_rivals(list.inputs, [&](const Input& input) {
    const Processed planned = repair_input(input, 1, trial);
    return planned.report ? planned.report->repair->output : std::nullopt;
  });
  return run_batch(options, "repair", list, [&](const Input& input, unsigned threads) {
    const auto rival = rival_of.find(input.path);
    if (rival != rival_of.end()) return failed(input, rival_error(rival->second));
    return repair_input(input, threads, run);
  });
}

}  // namespace wheelaudit::cli
