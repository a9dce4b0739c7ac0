// `profile list | show | generate | validate`: the ABI profiles that wheels are held against. What
// they look like is the library's affair (profile_summary.cpp); here files are read and written.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "cli/batch.hpp"
#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "profile_summary.hpp"
#include "wheelaudit/digest.hpp"
#include "wheelaudit/profile_generator.hpp"

namespace wheelaudit::cli {
namespace {

/// Far above the largest real file of a runtime (10 MB) and the largest profile (1 MB).
constexpr std::uint64_t file_size_limit = 256ULL << 20;
constexpr std::size_t shown_problems = 10;

int stop(const Error& error) {
  print_error(error.message);
  return exit_code_of(error.kind);
}

int print(std::string_view text) {
  const auto written = write_standard_output(text);
  return written ? exit_done : stop(written.error());
}

Result<std::string> read_file(const std::string& path) {
  const auto source = open_input({.path = path, .kind = InputKind::file}, {});
  if (!source) {
    return fail(source.error().kind, escape_terminal(path) + " " + source.error().message);
  }
  if (source->size > file_size_limit) {
    return fail(ErrorKind::usage,
                fmt::format("{} has {} bytes, more than {}", escape_terminal(path), source->size,
                            file_size_limit));
  }
  const auto chunk = source->read(0, static_cast<std::size_t>(source->size));
  if (!chunk) return fail(chunk.error().kind, escape_terminal(path) + " " + chunk.error().message);
  return std::string(as_text(chunk->view));
}

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

/// The first of `names` that is there.
Result<std::string> read_one_of(const std::string& directory,
                                std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const std::string path = fmt::format("{}/{}", directory, name);
    if (exists(path)) return read_file(path);
  }
  return fail(ErrorKind::usage,
              fmt::format("{}: expected {} there; unpack the npm package `pyodide` and name its "
                          "directory",
                          escape_terminal(directory), fmt::join(names, " or ")));
}

/// npm's integrity of a tarball: "sha512-" and standard base64.
std::string integrity_of(std::string_view tarball) {
  const auto sha512 = digest("sha512", as_bytes(tarball));
  if (!sha512) return {};
  std::string text = base64_url(*sha512);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  return "sha512-" + text;
}

/// The integrity of the tarball beside the directory; empty when there is none.
Result<std::string> read_integrity(const std::string& directory) {
  const std::string tarball = directory + ".tgz";
  if (!exists(tarball)) return std::string();
  const auto bytes = read_file(tarball);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return integrity_of(*bytes);
}

Result<RuntimeFiles> read_runtime(std::string directory) {
  while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
  auto wasm = read_one_of(directory, {"pyodide.asm.wasm"});
  if (!wasm) return tl::unexpected<Error>(std::move(wasm.error()));
  auto loader = read_one_of(directory, {"pyodide.asm.js", "pyodide.asm.mjs"});
  if (!loader) return tl::unexpected<Error>(std::move(loader.error()));
  auto lock = read_one_of(directory, {"pyodide-lock.json", "repodata.json"});
  if (!lock) return tl::unexpected<Error>(std::move(lock.error()));
  auto package = read_one_of(directory, {"package.json"});
  if (!package) return tl::unexpected<Error>(std::move(package.error()));
  auto integrity = read_integrity(directory);
  if (!integrity) return tl::unexpected<Error>(std::move(integrity.error()));
  return RuntimeFiles{.origin = escape_terminal(directory),
                      .wasm = to_byte_vector(*wasm),
                      .loader = std::move(*loader),
                      .lock = std::move(*lock),
                      .package_json = std::move(*package),
                      .integrity = std::move(*integrity)};
}

int run_list(const Options& options) {
  const std::vector<AbiProfile> profiles = built_in_profiles();
  return print(options.format == Format::json ? profile_list_json(profiles)
                                              : profile_list_text(profiles));
}

int run_show_profile(const Options& options) {
  const std::vector<AbiProfile> profiles = built_in_profiles();
  const auto selection = select_profile(profiles, options.profile.argument);
  if (!selection) return stop(selection.error());
  const AbiProfile& profile = profiles[selection->profile];
  return print(options.format == Format::json ? write_profile(profile)
                                              : profile_summary(profile, selection->release));
}

int run_generate(const Options& options) {
  const auto facts = parse_profile_facts(built_in_observed_facts(), built_in_library_facts());
  if (!facts) return stop(facts.error());
  std::vector<RuntimeFiles> runtimes;
  for (const std::string& directory : options.inputs) {
    auto runtime = read_runtime(directory);
    if (!runtime) return stop(runtime.error());
    runtimes.push_back(std::move(*runtime));
  }
  const auto profile = generate_profile(runtimes, *facts);
  if (!profile) return stop(profile.error());
  const auto written = write_report_file(options.report_file, write_profile(*profile));
  if (!written) return stop(written.error());
  std::vector<std::string> versions;
  for (const Runtime& runtime : profile->runtimes) versions.push_back(runtime.version);
  return print(fmt::format("{}: {} symbols of Pyodide {}, written to {}\n", profile->id,
                           profile->symbols.size(), fmt::join(versions, ", "),
                           escape_terminal(options.report_file)));
}

int run_validate(const Options& options) {
  const std::string path = escape_terminal(options.profile.argument);
  const auto text = read_file(options.profile.argument);
  if (!text) return stop(text.error());
  const auto profile = parse_profile(*text);
  if (!profile) {
    const int printed =
        print(fmt::format("{}: {}\n", path, escape_terminal(profile.error().message)));
    return printed == exit_done ? exit_findings : printed;
  }
  const std::vector<std::string> problems = profile_problems(*profile);
  std::string report;
  for (std::size_t i = 0; i < std::min(problems.size(), shown_problems); ++i) {
    report += fmt::format("{}: {}\n", path, escape_terminal(problems[i]));
  }
  if (problems.size() > shown_problems) {
    report += fmt::format("{}: and {} more\n", path, problems.size() - shown_problems);
  }
  if (problems.empty()) {
    report = fmt::format("{}: a profile of {}, {} releases, {} symbols\n", path,
                         escape_terminal(profile->id), profile->runtimes.size(),
                         profile->symbols.size());
  }
  const int printed = print(report);
  return printed == exit_done && !problems.empty() ? exit_findings : printed;
}

}  // namespace

int run_profile(const Options& options) {
  switch (options.profile.action) {
    case ProfileAction::list:
      return run_list(options);
    case ProfileAction::show:
      return run_show_profile(options);
    case ProfileAction::generate:
      return run_generate(options);
    case ProfileAction::validate:
      return run_validate(options);
  }
  return exit_internal;
}

}  // namespace wheelaudit::cli
