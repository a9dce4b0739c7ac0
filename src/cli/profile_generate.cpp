// `profile generate`: a profile from unpacked runtimes. Here files are found and read; what they
// say is the library's affair (profile_generator.cpp).

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/batch.hpp"
#include "cli/output.hpp"
#include "cli/profile_commands.hpp"
#include "wheelaudit/digest.hpp"
#include "wheelaudit/profile_generator.hpp"
#include "wheelaudit/report.hpp"

namespace wheelaudit::cli {
namespace {

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

/// The first of `names` that is there.
Result<std::string> read_one_of(const std::string& directory,
                                std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const std::string path = fmt::format("{}/{}", directory, name);
    if (exists(path)) return read_profile_input(path);
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
  const auto bytes = read_profile_input(tarball);
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

}  // namespace

int run_profile_generate(const Options& options) {
  const auto facts = parse_profile_facts(built_in_observed_facts(), built_in_library_facts());
  if (!facts) return stop_with(facts.error());
  std::vector<RuntimeFiles> runtimes;
  for (const std::string& directory : options.inputs) {
    auto runtime = read_runtime(directory);
    if (!runtime) return stop_with(runtime.error());
    runtimes.push_back(std::move(*runtime));
  }
  const auto profile = generate_profile(runtimes, *facts);
  if (!profile) return stop_with(profile.error());
  const auto written = write_report_file(options.report_file, write_profile(*profile));
  if (!written) return stop_with(written.error());
  std::vector<std::string> versions;
  for (const Runtime& runtime : profile->runtimes) versions.push_back(runtime.version);
  return print_report(fmt::format("{}: {} symbols of Pyodide {}, written to {}\n", profile->id,
                                  profile->symbols.size(), fmt::join(versions, ", "),
                                  escape_terminal(options.report_file)));
}

}  // namespace wheelaudit::cli
