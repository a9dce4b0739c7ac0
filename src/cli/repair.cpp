// `repair`: plan, apply in memory, audit the result as if it were a wheel somebody gave us, and
// only then write it (SAFETY.md, "Promises"). Every reason against is collected before anything is
// refused.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "cli/batch.hpp"
#include "cli/begin.hpp"
#include "cli/commands.hpp"
#include "cli/library_directory.hpp"
#include "cli/output_directory.hpp"
#include "cli/rivals.hpp"
#include "cli/unpacked_wheel.hpp"
#include "cli/write.hpp"
#include "glob.hpp"
#include "report/module_summary.hpp"
#include "wheelaudit/digest.hpp"

namespace wheelaudit::cli {
namespace {

/// What all wheels of one run share.
struct RepairRun {
  const Options& options;
  const Catalog& catalog;
  std::optional<PlatformChoice> platform;  ///< of `--plat TAG`
  RepairOptions repair;                    ///< without platform and libraries
  LibraryFinder libraries;                 ///< of `--libdir`
  const OutputDirectory& directory;
};

ReadOptions read_options(const RepairRun& run, unsigned threads) {
  return {.limits = run.options.limits,
          .depth = run.options.depth.value_or(Depth::full),
          .verify_contents = true,
          .threads = threads};
}

/// The ABI to repair for, and the tag to give; or why there is none.
struct TargetChoice {
  std::optional<std::size_t> profile;
  std::string tag;  ///< empty: the wheel keeps its own
  std::vector<Candidate> candidates;
  std::vector<std::string> refusals;
};

std::vector<std::size_t> claimed_profiles(const Wheel& wheel,
                                          std::span<const AbiProfile> profiles) {
  std::vector<std::size_t> claimed;
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    const auto tags = wheel.tags();
    if (std::ranges::any_of(tags,
                            [&](const Tag& tag) { return profiles[i].has_tag(tag.platform); })) {
      claimed.push_back(i);
    }
  }
  return claimed;
}

std::string why_no_choice(const std::vector<std::string>& fitting,
                          const std::vector<Candidate>& candidates) {
  if (!fitting.empty()) {
    return fmt::format("this wheel fits {} ABIs equally well; name one of their tags: --plat TAG",
                       fitting.size());
  }
  return candidates.empty()
             ? "no ABI's Python fits this wheel's Python tag; name a target: --plat TAG"
             : "this wheel can be repaired for no ABI";
}

Result<TargetChoice> choose_candidate(const Wheel& wheel, const RepairRun& run,
                                      const RepairOptions& options, const ReadOptions& read) {
  auto candidates = repair_candidates(wheel, run.catalog.profiles, options, read);
  if (!candidates) return tl::unexpected(candidates.error());
  TargetChoice choice;
  std::vector<std::string> fitting;
  for (const Candidate& candidate : *candidates) {
    if (!candidate.against.empty()) continue;
    fitting.push_back(candidate.platform);
    const auto& profiles = run.catalog.profiles;
    const auto found = std::ranges::find(profiles, candidate.profile, &AbiProfile::id);
    choice.profile = static_cast<std::size_t>(found - profiles.begin());
    choice.tag = candidate.platform;
  }
  if (fitting.size() == 1) return choice;
  choice.candidates = std::move(*candidates);
  choice.profile.reset();
  choice.refusals.push_back(why_no_choice(fitting, choice.candidates));
  return choice;
}

Result<TargetChoice> choose_target(const Wheel& wheel, const RepairRun& run,
                                   const RepairOptions& options, const ReadOptions& read) {
  TargetChoice choice;
  if (run.platform) {
    choice.profile = run.platform->profile;
    choice.tag = run.platform->tag;
    return choice;
  }
  if (run.options.repair.platform.empty()) {
    const auto claimed = claimed_profiles(wheel, run.catalog.profiles);
    if (claimed.size() == 1) {
      choice.profile = claimed.front();
      return choice;
    }
    if (claimed.size() > 1) {
      std::vector<std::string> ids;
      for (const std::size_t i : claimed) ids.push_back(run.catalog.profiles[i].id);
      choice.refusals.push_back(
          fmt::format("its tags name several ABIs, {}; name the one it was built for: --plat TAG",
                      fmt::join(ids, ", ")));
      return choice;
    }
  }
  return choose_candidate(wheel, run, options, read);
}

/// `--profile` asks for more ABIs that must pass besides the target.
AuditOptions audit_options(const RepairRun& run, std::optional<std::size_t> profile) {
  AuditOptions options{.selections = run.catalog.selections, .matrix = false};
  if (profile) options.selections.push_back({.profile = *profile, .release = std::nullopt});
  return options;
}

/// A library that `--exclude` leaves to another package: its absence is what was asked for.
bool is_left_out(const Finding& finding, const RepairOptions& options) {
  return finding.rule == "WA401" &&
         std::ranges::any_of(options.exclude, [&](const std::string& glob) {
           return glob_matches(glob, finding.symbol);
         });
}

/// What is said about those libraries, once each.
std::vector<std::string> left_out(const Audit& audit, const RepairOptions& options) {
  std::set<std::string> names;
  for (const Finding& finding : audit.findings) {
    if (is_left_out(finding, options)) names.insert(finding.symbol);
  }
  std::vector<std::string> remarks;
  for (const std::string& name : names)
    remarks.push_back(fmt::format("it needs {} from another package, loaded before it", name));
  return remarks;
}

/// `repaired, it would still have 3 errors (WA301, WA401)`; the findings say the rest.
std::optional<std::string> remaining_errors(const Audit& audit, const RepairOptions& options) {
  std::set<std::string_view> rules;
  std::size_t errors = 0;
  for (const Finding& finding : audit.findings) {
    if (finding.severity != Severity::error || is_left_out(finding, options)) continue;
    ++errors;
    rules.insert(finding.rule);
  }
  if (errors == 0) return std::nullopt;
  return fmt::format("repaired, it would still have {} error{} ({})", errors,
                     errors == 1 ? "" : "s", fmt::join(rules, ", "));
}

/// Releases of which no finding says that something fails there: `0.28.0 to 0.29.5`.
std::string proven_releases(const Audit& audit, const AbiProfile& profile) {
  std::vector<std::string_view> releases;
  for (const Runtime& runtime : profile.runtimes) {
    const bool affected = std::ranges::any_of(audit.findings, [&](const Finding& finding) {
      return finding.consequence >= Consequence::call && finding.severity != Severity::note &&
             std::ranges::find(finding.releases, runtime.version) != finding.releases.end();
    });
    if (!affected) releases.push_back(runtime.version);
  }
  if (releases.size() > 2 && releases.size() == profile.runtimes.size()) {
    return fmt::format("{} to {}", releases.front(), releases.back());
  }
  return fmt::format("{}", fmt::join(releases, ", "));
}

/// `1 module, 84 imports: all offered by Pyodide 0.28.0 to 0.29.5 with equal types`.
std::string proof_text(const Wheel& result, const Audit& audit, const AbiProfile& profile) {
  std::size_t imports = 0;
  for (const WheelModule& module : result.modules) {
    const ImportCounts counts = count_imports(module.facts);
    imports += counts.functions + counts.addresses + counts.tags;
  }
  const std::string releases = proven_releases(audit, profile);
  const auto plural = [](std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
  };
  if (result.modules.empty()) return "no native code: nothing to link";
  return fmt::format("{}, {}: all offered by Pyodide {} with equal types{}",
                     plural(result.modules.size(), "module"), plural(imports, "import"), releases,
                     result.depth == Depth::full ? "" : "; function bodies were not looked at");
}

Processed refused(WheelReport report, std::vector<std::string> reasons) {
  std::ranges::move(reasons, std::back_inserter(report.repair->refusals));
  const bool malformed = report.audit.verdict == Verdict::malformed;
  return {.report = std::move(report),
          .remark = std::nullopt,
          .exit_code = malformed ? exit_malformed : exit_findings};
}

std::vector<std::string> remarks_on(const std::string& output_name) {
  const auto filename = parse_wheel_filename(output_name);
  if (!filename) return {};
  std::vector<std::string> unwelcome;
  for (const std::string& platform : filename->tags.platforms) {
    if (platform != "any" && !pypi_takes_platform(platform)) unwelcome.push_back(platform);
  }
  if (unwelcome.empty()) return {};
  return {"PyPI does not take this tag: host it yourself"};
}

/// What is written is what was audited: write_output compares every byte with the pieces.
Result<void> write_result(const Wheel& wheel, const Wheel& result,
                          const std::vector<OutputPiece>& pieces, const std::string& path,
                          const RepairRun& run) {
  if (run.directory.error()) {
    return fail(ErrorKind::io,
                fmt::format("the directory {} cannot be made: {}", run.options.repair.wheel_dir,
                            run.directory.error().message()));
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

/// What to know of the result besides what the plan says.
std::vector<std::string> all_remarks(const Input& input, const Wheel& wheel, const Audit& after,
                                     const std::string& output_name, const RepairOptions& options) {
  std::vector<std::string> remarks = remarks_on(output_name);
  std::ranges::move(left_out(after, options), std::back_inserter(remarks));
  for (const std::string& glob : options.drop) {
    const bool matches = std::ranges::any_of(
        wheel.archive.members,
        [&](const ArchiveMember& member) { return glob_matches(glob, member.name); });
    if (!matches) remarks.push_back(fmt::format("--drop {} matches no file of this wheel", glob));
  }
  if (input.kind == InputKind::unpacked)
    remarks.emplace_back("packed from a directory, RECORD made anew");
  return remarks;
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

/// Made only when something could be written there.
bool is_directory_needed(const InputList& list, const RepairArguments& repair) {
  return !repair.dry_run && std::ranges::any_of(list.inputs, [&](const Input& input) {
    return input.kind != InputKind::unpacked || !is_in_place(input, repair.wheel_dir);
  });
}

/// What `repair` opens when it has confined itself.
SandboxNeeds needs_of(const InputList& list, const std::vector<std::string>& libraries,
                      const std::optional<OutputDirectory>& directory, const Options& options) {
  SandboxNeeds needs{.files = links_in(libraries),
                     .directories = libraries,
                     .output_directory = {},
                     .removal_directory = {}};
  if (!directory || directory->error()) return needs;
  needs.output_directory = options.repair.wheel_dir;
  needs.removal_directory = directory->parent_of_made();
  // Unchanged parts are copied from file to file, for which the input is opened once more.
  for (const Input& input : list.inputs) {
    if (input.kind == InputKind::file) needs.files.push_back(input.path);
  }
  return needs;
}

RepairOptions repair_options(const RepairArguments& arguments) {
  RepairOptions repair{.only_platform = arguments.only_platform,
                       .exclude = arguments.exclude,
                       .mangle = arguments.mangle,
                       .sbom = arguments.sbom,
                       .strip = arguments.strip,
                       .drop = arguments.drop};
  for (const std::string& tag : arguments.add_tags) repair.add_tags.push_back(full_tag(tag));
  repair.source_date_epoch = source_date_epoch();
  return repair;
}

int repair_all(const RepairRun& run, const Begun& begun) {
  Options trial_options = run.options;
  trial_options.repair.dry_run = true;
  const RepairRun trial{.options = trial_options,
                        .catalog = run.catalog,
                        .platform = run.platform,
                        .repair = run.repair,
                        .libraries = run.libraries,
                        .directory = run.directory};
  const auto rival_of = find_rivals(begun.list.inputs, [&](const Input& input) {
    const Processed planned = repair_input(input, 1, trial);
    return planned.report ? planned.report->repair->output : std::nullopt;
  });
  return run_batch(run.options, "repair", begun.list, begun.report,
                   [&](const Input& input, unsigned threads) {
                     const auto rival = rival_of.find(input.path);
                     if (rival != rival_of.end()) return failed(input, rival_error(rival->second));
                     return repair_input(input, threads, run);
                   });
}

}  // namespace

int run_repair(const Options& options) {
  const RepairArguments& arguments = options.repair;
  const auto folders = library_folders(arguments.library_directories);
  if (!folders) return fail_with(folders.error());
  InputList list = expand_inputs(options.inputs, Directories::may_be_wheels);
  std::optional<OutputDirectory> directory;
  if (is_directory_needed(list, arguments)) directory.emplace(arguments.wheel_dir);
  SandboxNeeds needs = needs_of(list, *folders, directory, options);
  const auto begun = begin(options, std::move(list), std::move(needs));
  if (!begun) return fail_with(begun.error());
  const auto platform = platform_of(options, begun->catalog);
  if (!platform) return fail_with(platform.error());
  const OutputDirectory none;
  return repair_all(
      {.options = options,
       .catalog = begun->catalog,
       .platform = *platform,
       .repair = repair_options(arguments),
       .libraries = folders->empty() ? LibraryFinder() : library_finder(*folders, options.limits),
       .directory = directory ? *directory : none},
      *begun);
}

}  // namespace wheelaudit::cli
