// The options (docs/design/output.md#command-line) through CLI11, whose exceptions end here. An
// option that this version does not have is a usage error, never accepted and ignored.

#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <map>

#include "base/text.hpp"
#include "base/version.hpp"
#include "report/formats.hpp"

namespace wheelaudit::cli {
namespace {

const std::map<std::string, ColorChoice> colors{{"auto", ColorChoice::automatic},
                                                {"always", ColorChoice::always},
                                                {"never", ColorChoice::never}};
const std::map<std::string, wasm::Depth> depths{{"full", wasm::Depth::full},
                                                {"head", wasm::Depth::head}};
const std::map<std::string, rules::Severity> severities{{"error", rules::Severity::error},
                                                        {"warning", rules::Severity::warning},
                                                        {"note", rules::Severity::note}};

const std::vector<std::string> profile_formats{"text", "json"};

std::vector<std::string> report_format_names() {
  std::vector<std::string> names;
  for (const report::ReportFormat& format : report::report_formats())
    names.emplace_back(format.name);
  return names;
}

/// An option whose value is one of a few words.
template <class Choice>
CLI::Option* add_choice(CLI::App& app, const std::string& name,
                        const std::map<std::string, Choice>& choices,
                        std::function<void(Choice)> store, const std::string& help) {
  std::string words;
  for (const auto& [word, choice] : choices) words += (words.empty() ? "" : "|") + word;
  return app
      .add_option_function<std::string>(
          name,
          [&choices, store = std::move(store)](const std::string& word) {
            store(choices.at(word));
          },
          help)
      ->check(CLI::IsMember(choices).description(""))
      ->type_name(words);
}

/// An option that may be given several times, each time with one value.
CLI::Option* add_repeatable(CLI::App& app, const std::string& name,
                            std::vector<std::string>& values, const std::string& type,
                            const std::string& help) {
  return app.add_option(name, values, help)->allow_extra_args(false)->type_name(type);
}

/// `64MiB` as bytes; empty when it worked, as CLI11 wants it.
std::string read_size(std::string& text) {
  constexpr std::pair<std::string_view, unsigned> units[] = {
      {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"K", 10}, {"M", 20}, {"G", 30}, {"", 0}};
  std::uint64_t value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  for (const auto& [name, shift] : units) {
    if (error != std::errc() || unit != name || value > (UINT64_MAX >> shift)) continue;
    text = std::to_string(value << shift);
    return {};
  }
  return fmt::format("{} is no size; expected a number, or one with KiB, MiB or GiB behind it",
                     text);
}

/// Empty when it is a number from 0 on; CLI11 alone makes 18446744073709551615 of -1.
std::string read_count(std::string& text) {
  std::uint64_t value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc() && end == last) return {};
  return fmt::format("{} is no number from 0 on", text);
}

void add_limits(CLI::App& app, Limits& limits) {
  const auto bytes = [&](const std::string& name, std::uint64_t& value, const std::string& what) {
    app.add_option(name, value, "Size of " + what)
        ->transform(CLI::Validator(read_size, "", "size"))
        ->type_name("SIZE")
        ->group("Limits");
  };
  const auto number = [&](const std::string& name, std::uint64_t& value, const std::string& what) {
    app.add_option(name, value, "Number of " + what)
        ->check(CLI::Validator(read_count, "", "count"))
        ->type_name("N")
        ->group("Limits");
  };
  bytes("--max-wheel-size", limits.wheel_size, "the wheel file, in bytes or as 64MiB, 2GiB");
  number("--max-entries", limits.entries, "members of the archive");
  bytes("--max-directory-size", limits.directory_size, "the archive's central directory");
  bytes("--max-inflated", limits.inflated_total, "all members inflated");
  bytes("--max-module-size", limits.module_size, "one module");
  bytes("--max-record-size", limits.record_size, "RECORD");
  bytes("--max-metadata-size", limits.metadata_size, "METADATA");
  bytes("--max-wheel-file-size", limits.wheel_file_size, "the WHEEL file");
  bytes("--max-entry-points-size", limits.entry_points_size, "entry_points.txt");
  number("--max-custom-sections", limits.custom_sections, "custom sections of one module");
  number("--max-modules", limits.modules, "members that look like modules");
  number("--max-symbols", limits.symbols, "imports, exports and types of all modules together");
  bytes("--max-findings", limits.findings_size,
        "all findings together (and half the largest module);\nthose beyond it are only counted");
  number("--max-tags", limits.expanded_tags, "tags of a file name after expansion");
}

void add_looks(CLI::App& app, Options& options, const std::vector<std::string>& formats) {
  app.add_option("--format", options.format, "Format of the report (default: text)")
      ->check(CLI::IsMember(formats).description(""))
      ->type_name(fmt::format("{}", fmt::join(formats, "|")));
  app.add_flag_callback("--json", [&] { options.format = "json"; }, "Short for --format json");
  add_choice<ColorChoice>(
      app, "--color", colors, [&](ColorChoice choice) { options.color = choice; },
      "Colours (default: auto, on a terminal unless NO_COLOR is set)");
  app.add_flag("-v,--verbose", options.verbose, "Cut no list short, print notes in full");
  app.add_flag("-q,--quiet", options.quiet, "One line a wheel");
}

void add_common(CLI::App& app, Options& options, std::string_view default_depth) {
  add_repeatable(app, "--profile", options.profiles, "ID|TAG|RELEASE|FILE",
                 "Judge for this ABI, one of its tags, one release (0.27.7) or\n"
                 "a profile file; may repeat (default: what the tags say)");
  add_looks(app, options, report_format_names());
  app.add_option("--sarif-path", options.sarif_path,
                 "File of the repository at which sarif and github show findings\n"
                 "(default: pyproject.toml)")
      ->type_name("FILE");
  app.add_option("-j,--jobs", options.jobs, "Threads (default: the number of processors)")
      ->check(CLI::Range(1U, 1024U).description(""))
      ->type_name("N");
  add_choice<wasm::Depth>(
      app, "--validate", depths, [&](wasm::Depth depth) { options.depth = depth; },
      "Validate every function body, or look at the modules' heads\n"
      "only (default: " +
          std::string(default_depth) + ")");
  add_limits(app, options.limits);
}

void add_inputs(CLI::App& app, Options& options, const std::string& type, const std::string& help) {
  app.add_option("INPUT", options.inputs, help)->required()->type_name(type);
}

void add_report_file(CLI::App& app, Options& options, const std::string& name) {
  app.add_option(name, options.report_file, "Write the report to a file")->type_name("FILE");
}

void add_show(CLI::App& root, Options& options) {
  CLI::App& app = *root.add_subcommand("show", "What is inside, and where will it run?");
  add_inputs(app, options, "WHEEL|SO|DIR|-",
             "Wheels, side modules, directories of wheels, or - for\n"
             "standard input");
  add_common(app, options, "head");
  add_report_file(app, options, "-o,--output");
}

void add_check(CLI::App& root, Options& options) {
  CLI::App& app = *root.add_subcommand("check", "Is it safe to upload? Exits 0 only if so");
  add_inputs(app, options, "WHEEL|SO|DIR|-",
             "Wheels, side modules, directories of wheels, or - for\n"
             "standard input");
  add_common(app, options, "full");
  add_report_file(app, options, "-o,--output");
  app.add_option_function<std::string>(
         "--index", [&](const std::string&) { options.check.index_pypi = true; },
         "Also ask whether this index takes the wheel")
      ->check(CLI::IsMember({"pypi"}).description(""))
      ->type_name("pypi");
  add_choice<rules::Severity>(
      app, "--fail-on", severities,
      [&](rules::Severity severity) { options.check.fail_on = severity; },
      "Least severity that fails the check (default: error)");
  add_repeatable(app, "--ignore", options.check.ignore, "RULE[:MEMBER[:SYMBOL]]",
                 "Drop findings of this rule (id, name or family such as WA3),\n"
                 "in members and of symbols that match; may repeat");
  add_repeatable(app, "--select", options.check.select, "RULE",
                 "Keep only findings of this rule; may repeat");
  app.add_flag("--require-emscripten", options.check.require_emscripten,
               "Fail on wheels that are not for Pyodide at all");
}

/// `.libs`, `_vendored`: a part of one path component, and no folder that means something else.
std::string folder_suffix_fault(const std::string& suffix) {
  const auto fits = [](char c) {
    return is_ascii_alphanumeric(c) || c == '.' || c == '_' || c == '-';
  };
  const bool reserved = suffix.ends_with(".dist-info") || suffix.ends_with(".data");
  if (!suffix.empty() && suffix.size() <= 32 && !reserved && std::ranges::all_of(suffix, fits) &&
      !suffix.ends_with('.'))
    return {};
  return "it ends the name of a folder: letters, digits, `.`, `_` and `-`, such as .libs";
}

void add_repair(CLI::App& root, Options& options) {
  CLI::App& app =
      *root.add_subcommand("repair", "Fix what can be fixed, refuse what cannot, with reasons");
  add_inputs(app, options, "WHEEL|DIR", "Wheels, directories of wheels, an unpacked wheel");
  add_common(app, options, "full");
  add_report_file(app, options, "--report");
  RepairArguments& repair = options.repair;
  app.add_option("-w,--wheel-dir,--output-dir,-o", repair.wheel_dir,
                 "Where the results go; created when missing\n(default: wheelhouse)")
      ->type_name("DIR");
  app.add_option("--plat", repair.platform,
                 "Platform tag to give; auto: the one ABI the wheel is proven\n"
                 "fit for (default: what the tags say, else auto)")
      ->type_name("TAG|auto");
  CLI::Option* add = add_repeatable(app, "--add-tag", repair.add_tags, "TAG",
                                    "Add this alias of the same ABI; may repeat");
  app.add_flag("--only-plat", repair.only_platform,
               "Give no platform tag but the one of --plat: aliases go")
      ->excludes(add);
  add_repeatable(app, "--libdir", repair.library_directories, "DIR",
                 "Take libraries the wheel needs and lacks from here; may repeat");
  add_repeatable(app, "--exclude", repair.exclude, "GLOB",
                 "Leave libraries of this name to another package; may repeat");
  app.add_option("-L,--lib-sdir", repair.library_suffix,
                 "Ending of the folder of vendored libraries (default: .libs;\n"
                 "Pyodide 0.27 and older search no other)")
      ->type_name("SUFFIX")
      ->check(CLI::Validator(folder_suffix_fault, ""));
  app.add_flag("--mangle,!--no-mangle", repair.mangle,
               "Give vendored libraries a part of their hash in the name (default)");
  app.add_flag("--no-sbom{false}", repair.sbom, "Write no list of what was vendored");
  app.add_flag("--strip", repair.strip, "Leave out name, producers and debug sections of modules");
  add_repeatable(app, "--drop", repair.drop, "GLOB", "Leave out files of this name; may repeat");
  app.add_option("-z,--zip-compression-level", repair.compression_level,
                 "Of what is compressed anew: 0 (stored) to 9 (default: 6)")
      ->type_name("LEVEL")
      ->check(CLI::Range(0, 9));
  app.add_flag("--unpack", repair.unpack, "Write directories as `wheel unpack` does, not wheels");
  app.add_flag("--dry-run", repair.dry_run, "Print the plan, write nothing");
  app.add_flag("--force", repair.force, "Overwrite an existing result");
}

void add_profile_diff(CLI::App& app, Options& options) {
  ProfileArguments& profile = options.profile;
  const std::string type = "ID|TAG|RELEASE|FILE";
  app.add_option("BEFORE", profile.argument,
                 "An ABI (its newest release), a tag, a release, a file")
      ->required()
      ->type_name(type);
  app.add_option("AFTER", profile.after, "The one to hold against it")->required()->type_name(type);
  CLI::Option* wheels = app.add_option("--wheel", profile.wheels,
                                       "Will these wheels survive? Both verdicts, and which of\n"
                                       "their imports change")
                            ->type_name("WHEEL|DIR");
  app.add_option("--used", profile.used,
                 "Only what these wheels use; exits 1 when a change breaks one")
      ->type_name("WHEEL|DIR")
      ->excludes(wheels);
  add_looks(app, options, profile_formats);
  app.add_option("-j,--jobs", options.jobs, "Threads (default: the number of processors)")
      ->check(CLI::Range(1U, 1024U).description(""))
      ->type_name("N");
  add_report_file(app, options, "-o,--output");
  add_limits(app, options.limits);
}

void add_profile_generate(CLI::App& app, Options& options) {
  profile::GivenFacts& given = options.profile.given;
  app.add_option("RUNTIME", options.inputs,
                 "Unpacked npm packages of one ABI, or of any main module of\n"
                 "Emscripten its directory, its script or its .wasm")
      ->required()
      ->type_name("DIR|SCRIPT");
  app.add_option("-o,--output", options.report_file, "The profile to write")
      ->required()
      ->type_name("FILE");
  app.add_option("--id", given.id, "The profile's name (default: the ABI's first tag)")
      ->type_name("NAME");
  add_repeatable(app, "--tag", given.tags, "TAG",
                 "Platform tag of the wheels made for it, with _wasm32; may repeat");
  app.add_option("--emscripten", given.emscripten, "Its Emscripten, where no lock file says")
      ->type_name("VERSION");
  app.add_option("--python", given.python, "Its CPython, where no lock file says")
      ->type_name("VERSION");
  app.add_option("--release", given.release,
                 "The release's name (default: of package.json, else the\n"
                 "version of Emscripten)")
      ->type_name("NAME");
}

void add_profile(CLI::App& root, Options& options) {
  CLI::App& app = *root.add_subcommand("profile", "The ABI profiles that wheels are held against");
  app.require_subcommand(1);
  ProfileArguments& profile = options.profile;
  const auto add = [&](ProfileAction action, const std::string& name, const std::string& help) {
    CLI::App* sub = app.add_subcommand(name, help);
    sub->final_callback([&profile, action] { profile.action = action; });
    return sub;
  };
  CLI::App* list = add(ProfileAction::list, "list", "Every ABI this version knows");
  CLI::App* show = add(ProfileAction::show, "show", "What one ABI offers");
  add_profile_diff(*add(ProfileAction::diff, "diff", "What changes between two ABIs or releases"),
                   options);
  CLI::App* generate =
      add(ProfileAction::generate, "generate", "Make a profile from unpacked runtimes");
  CLI::App* validate = add(ProfileAction::validate, "validate", "Check a profile file");
  CLI::App* link_list =
      add(ProfileAction::link_list, "link-list", "Symbols for wasm-ld --allow-undefined-file");
  link_list->add_option("profile", profile.argument, "An ABI, one of its tags, a release or a file")
      ->required()
      ->type_name("ID|TAG|RELEASE|FILE");
  add_report_file(*link_list, options, "-o,--output");
  for (CLI::App* sub : {list, show}) add_looks(*sub, options, profile_formats);
  show->add_option("profile", profile.argument, "An ABI, one of its tags, or a release")
      ->required()
      ->type_name("ID|TAG|RELEASE");
  add_profile_generate(*generate, options);
  validate->add_option("file", profile.argument, "A profile")->required()->type_name("FILE");
}

Command command_of(const CLI::App& root) {
  if (root.got_subcommand("show")) return Command::show;
  if (root.got_subcommand("check")) return Command::check;
  if (root.got_subcommand("repair")) return Command::repair;
  return root.got_subcommand("profile") ? Command::profile : Command::none;
}

const CLI::App* deepest(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

/// `wheelaudit profile` for `profile show`: what stands before the command's own name.
std::string parents_of(const CLI::App* app) {
  std::string path;
  for (app = app->get_parent(); app != nullptr; app = app->get_parent()) {
    path.insert(0, app->get_name() + (path.empty() ? "" : " "));
  }
  return path;
}

std::string usage_message(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App* app = deepest(&root);
  std::string message = error.what();
  const std::vector<std::string> rest = app->remaining(true);
  const bool is_extra = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  const bool lacks_command =
      app->get_require_subcommand_min() > 0 && app->get_subcommands().empty();
  if (is_extra || (lacks_command && !rest.empty())) {
    const std::string first = rest.empty() ? message : rest.front();
    message = fmt::format("unknown {} {}",
                          first.starts_with('-') ? "option"
                          : lacks_command        ? "command"
                                                 : "argument",
                          first);
  } else if (lacks_command) {
    message = "a command is missing";
  } else if (message.size() > 1 && message[0] >= 'A' && message[0] <= 'Z' && message[1] >= 'a') {
    // A sentence; names of arguments are in capitals.
    message[0] = static_cast<char>(message[0] - 'A' + 'a');
  }
  while (message.ends_with('.') || message.ends_with('\n')) message.pop_back();
  const std::string parents = parents_of(app);
  return fmt::format("{}\nhelp: {}{}{} --help", escape_terminal(message), parents,
                     parents.empty() ? "" : " ", app->get_name());
}

}  // namespace

Result<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App root("Audits and repairs Emscripten wheels: will this wheel run in Pyodide?",
                "wheelaudit");
  root.set_version_flag("-V,--version", "wheelaudit " + std::string(version()),
                        "Print the version and exit");
  root.set_help_flag("-h,--help", "Print this help and exit");
  root.require_subcommand(1);
  add_show(root, options);
  add_check(root, options);
  add_repair(root, options);
  add_profile(root, options);
  try {
    root.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    options.notice = deepest(&root)->help(parents_of(deepest(&root)));
    return options;
  } catch (const CLI::CallForVersion& version) {
    options.notice = std::string(version.what()) + "\n";
    return options;
  } catch (const CLI::ParseError& error) {
    return fail(ErrorKind::usage, usage_message(root, error));
  }
  options.command = command_of(root);
  return options;
}

}  // namespace wheelaudit::cli
