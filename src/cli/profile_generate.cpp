// `profile generate`: a profile from unpacked runtimes. This file finds and reads the files of a
// runtime; profile/generate/generator.cpp says what they mean.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/digest.hpp"
#include "base/escape.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_codes.hpp"
#include "cli/named_file.hpp"
#include "cli/prepare.hpp"
#include "profile/generate/generator.hpp"
#include "system/output.hpp"

namespace wheelaudit::cli {
namespace {

struct GenerateOptions {
  std::vector<std::string> runtimes;
  std::string output;
  profile::GivenFacts given;  ///< what the files do not say
};

void add_generate_options(OptionSet& set, GenerateOptions& options) {
  profile::GivenFacts& given = options.given;
  set.add_texts("RUNTIME", "DIR|SCRIPT", options.runtimes,
                "Unpacked npm packages of one ABI; or a main module of\n"
                "Emscripten: its directory, its script or its .wasm")
      .required();
  set.add_text("-o,--output", "FILE", options.output, "The profile to write").required();
  set.add_text("--id", "NAME", given.id, "The profile's name (default: the ABI's first tag)");
  set.add_repeatable("--tag", "TAG", given.tags,
                     "Platform tag of wheels for the runtime, with _wasm32; may repeat");
  set.add_text("--emscripten", "VERSION", given.emscripten,
               "The runtime's Emscripten, where no lock file says");
  set.add_text("--python", "VERSION", given.python,
               "The runtime's CPython, where no lock file says");
  set.add_text("--release", "NAME", given.release,
               "The release's name (default: of package.json, else the\n"
               "version of Emscripten)");
}

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

/// The first of `names` in the directory; empty when none is there.
std::string path_of_one(const std::string& directory,
                        std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    std::string path = fmt::format("{}/{}", directory, name);
    if (exists(path)) return path;
  }
  return {};
}

/// A main module and the script that loads it.
struct MainFiles {
  std::string wasm;
  std::string script;
};

/// The script beside a module, or the module beside a script; both empty when one is missing.
MainFiles with_sibling(const std::string& path) {
  const std::filesystem::path given(path);
  const std::string stem = std::filesystem::path(given).replace_extension().string();
  const bool is_wasm = given.extension() == ".wasm";
  MainFiles files{.wasm = is_wasm ? path : stem + ".wasm", .script = is_wasm ? "" : path};
  for (const std::string_view suffix : {".js", ".mjs", ".cjs"}) {
    if (files.script.empty() && exists(stem + std::string(suffix))) {
      files.script = stem + std::string(suffix);
    }
  }
  return exists(files.wasm) && exists(files.script) ? files : MainFiles{};
}

/// Every module of the directory with a script beside it, sorted by name.
std::vector<MainFiles> pairs_in(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".wasm") paths.push_back(at->path().string());
  }
  std::ranges::sort(paths);
  std::vector<MainFiles> pairs;
  for (const std::string& path : paths) {
    if (MainFiles files = with_sibling(path); !files.wasm.empty()) pairs.push_back(files);
  }
  return pairs;
}

Result<MainFiles> find_main(const std::string& path) {
  constexpr std::string_view wanted =
      "a .wasm with the script that loads it beside it (pyodide.asm.wasm and pyodide.asm.js, or "
      "what emcc -sMAIN_MODULE=1 writes)";
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    MainFiles files = with_sibling(path);
    if (!files.wasm.empty()) return files;
    return fail(ErrorKind::usage,
                fmt::format("{}: expected a directory, or {}", escape_terminal(path), wanted));
  }
  if (const std::string pyodide = path_of_one(path, {"pyodide.asm.wasm"}); !pyodide.empty()) {
    if (MainFiles files = with_sibling(pyodide); !files.wasm.empty()) return files;
  }
  const std::vector<MainFiles> pairs = pairs_in(path);
  if (pairs.size() == 1) return pairs.front();
  if (pairs.empty()) {
    return fail(ErrorKind::usage, fmt::format("{}: no main module there; expected {}",
                                              escape_terminal(path), wanted));
  }
  std::vector<std::string> names;
  for (const MainFiles& files : pairs) {
    names.push_back(escape_terminal(std::filesystem::path(files.script).filename().string()));
  }
  return fail(ErrorKind::usage,
              fmt::format("{}: several main modules there ({}); name the script of the one meant",
                          escape_terminal(path), fmt::join(names, ", ")));
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
  const auto bytes = read_runtime_file(tarball);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return integrity_of(*bytes);
}

/// The file's text; empty without a path.
Result<std::string> read_if_any(const std::string& path) {
  return path.empty() ? Result<std::string>(std::string()) : read_runtime_file(path);
}

/// An unpacked runtime, and the paths of what was read.
struct ReadRuntime {
  profile::RuntimeFiles files;
  std::vector<std::string> paths;
};

Result<ReadRuntime> read_runtime(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const auto main = find_main(path);
  if (!main) return tl::unexpected<Error>(main.error());
  const std::filesystem::path parent = std::filesystem::path(main->wasm).parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  const std::string lock = path_of_one(directory, {"pyodide-lock.json", "repodata.json"});
  // Without a lock file the runtime is not Pyodide, and a package.json beside it may be of any
  // project.
  const std::string package = lock.empty() ? "" : path_of_one(directory, {"package.json"});
  profile::RuntimeFiles files{.origin = escape_terminal(path), .wasm = {}, .loader = {}};
  const auto wasm = read_runtime_file(main->wasm);
  if (!wasm) return tl::unexpected<Error>(wasm.error());
  files.wasm = to_byte_vector(*wasm);
  const std::pair<std::string, std::string*> texts[] = {
      {main->script, &files.loader}, {lock, &files.lock}, {package, &files.package_json}};
  for (const auto& [from, text] : texts) {
    auto read = read_if_any(from);
    if (!read) return tl::unexpected<Error>(std::move(read.error()));
    *text = std::move(*read);
  }
  auto integrity = read_integrity(path);
  if (!integrity) return tl::unexpected<Error>(std::move(integrity.error()));
  files.integrity = std::move(*integrity);
  return ReadRuntime{.files = std::move(files),
                     .paths = {main->wasm, main->script, lock, package, path + ".tgz"}};
}

/// How the loader's behaviour is known, for a main module that is not Pyodide.
std::string behaviour_note(const profile::ProfileFacts& facts, const profile::AbiProfile& profile) {
  return fmt::format(
      "its loader's behaviour is read in the script, and, where that does not tell, as observed on "
      "Pyodide {}\n",
      profile::nearest_observed_release(facts, profile.emscripten));
}

/// Adds `_wasm32` where it is missing: tags in the names of wheels always end so, but people leave
/// it out.
profile::GivenFacts with_whole_tags(profile::GivenFacts given) {
  for (std::string& tag : given.tags) {
    if (!tag.ends_with("_wasm32")) tag += "_wasm32";
  }
  return given;
}

ExitCode run_profile_generate(const GenerateOptions& options) {
  const auto facts = profile::parse_profile_facts(profile::built_in_observed_facts(),
                                                  profile::built_in_library_facts());
  if (!facts) return stop_with(facts.error());
  std::vector<profile::RuntimeFiles> runtimes;
  for (const std::string& directory : options.runtimes) {
    auto runtime = read_runtime(directory);
    if (!runtime) return stop_with(runtime.error());
    runtimes.push_back(std::move(runtime->files));
    if (auto checked = check_report(options.output, {}, runtime->paths); !checked)
      return stop_with(checked.error());
  }
  // The output is made only when there is a profile, so the sandbox must allow its directory.
  const std::string parent = std::filesystem::path(options.output).parent_path().string();
  confine({.files = {},
           .directories = {},
           .output_directory = parent.empty() ? "." : parent,
           .removal_directory = {}},
          false);
  const auto profile = profile::generate_profile(runtimes, *facts, with_whole_tags(options.given));
  if (!profile) return stop_with(profile.error());
  const auto report = system::open_report_file(options.output);
  if (!report) return stop_with(report.error());
  if (const ExitCode written = exit_code_of_write(report->write(profile::write_profile(*profile)));
      written != ExitCode::done)
    return written;
  std::vector<std::string> versions;
  for (const profile::Runtime& runtime : profile->runtimes) versions.push_back(runtime.version);
  const bool is_pyodide = !runtimes.front().lock.empty();
  return print_text(fmt::format(
      "{}: {} symbols of {}{}, written to {}\n{}", escape_terminal(profile->id),
      profile->symbols.size(), is_pyodide ? "Pyodide " : "",
      escape_terminal(fmt::format("{}", fmt::join(versions, ", "))),
      escape_terminal(options.output), is_pyodide ? "" : behaviour_note(*facts, *profile)));
}

}  // namespace

Command profile_generate_command() {
  return make_command<GenerateOptions>("generate", "Make a profile from unpacked runtimes",
                                       add_generate_options, run_profile_generate);
}

}  // namespace wheelaudit::cli
