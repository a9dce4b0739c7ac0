// The command line (docs/design/output.md#command-line) through CLI11, whose exceptions end here.
// An option that this version does not have is a usage error, never accepted and ignored. This is
// the only file that includes CLI11: its headers take most of the time of compiling it.

#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <map>

#include "base/escape.hpp"
#include "base/version.hpp"
#include "cli/exit_codes.hpp"
#include "system/output.hpp"

namespace wheelaudit::cli {
namespace {

/// Replaces a text such as `64MiB` by the number of bytes. Returns what is wrong; empty: nothing
/// (CLI11's convention).
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
  return fmt::format("{} is not a size; expected a number, or one with KiB, MiB or GiB behind it",
                     text);
}

/// Returns what is wrong; empty: `text` is a number from 0 on. CLI11 alone makes
/// 18446744073709551615 of -1.
std::string read_count(std::string& text) {
  std::uint64_t value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc() && end == last) return {};
  return fmt::format("{} is not a number from 0 on", text);
}

/// What runs each command, by its parser.
using Runs = std::map<const CLI::App*, CommandRun>;

void add_commands(CLI::App& parent, const std::vector<Command>& commands, Runs& runs) {
  parent.require_subcommand(1);
  for (const Command& command : commands) {
    CLI::App& app = *parent.add_subcommand(std::string(command.name), std::string(command.help));
    if (!command.commands.empty()) {
      add_commands(app, command.commands, runs);
      continue;
    }
    OptionSet set(app);
    runs[&app] = command.add_options(set);
  }
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
    // A sentence gets a lower-case letter; names of arguments are in capitals and stay so.
    message[0] = static_cast<char>(message[0] - 'A' + 'a');
  }
  while (message.ends_with('.') || message.ends_with('\n')) message.pop_back();
  const std::string parents = parents_of(app);
  return fmt::format("{}\nhelp: {}{}{} --help", escape_terminal(message), parents,
                     parents.empty() ? "" : " ", app->get_name());
}

/// Prints a help or version text. A failed write gets no message, because nobody would read the
/// message.
CommandRun print_notice(std::string text) {
  return [text = std::move(text)] {
    return system::write_standard_output(text) ? ExitCode::done : ExitCode::io;
  };
}

}  // namespace

AddedOption AddedOption::required() const {
  option_->required();
  return *this;
}

AddedOption AddedOption::excludes(const AddedOption& other) const {
  option_->excludes(other.option_);
  return *this;
}

AddedOption AddedOption::in_group(const std::string& heading) const {
  option_->group(heading);
  return *this;
}

AddedOption OptionSet::add_text(const std::string& names, const std::string& type,
                                std::string& value, const std::string& help) {
  return AddedOption(*parser_.add_option(names, value, help)->type_name(type));
}

AddedOption OptionSet::add_checked_text(const std::string& names, const std::string& type,
                                        std::string& value,
                                        std::string (*fault_of)(const std::string&),
                                        const std::string& help) {
  return AddedOption(*parser_.add_option(names, value, help)
                          ->type_name(type)
                          ->check(CLI::Validator(fault_of, "")));
}

AddedOption OptionSet::add_texts(const std::string& names, const std::string& type,
                                 std::vector<std::string>& values, const std::string& help) {
  return AddedOption(*parser_.add_option(names, values, help)->type_name(type));
}

AddedOption OptionSet::add_repeatable(const std::string& names, const std::string& type,
                                      std::vector<std::string>& values, const std::string& help) {
  return AddedOption(
      *parser_.add_option(names, values, help)->allow_extra_args(false)->type_name(type));
}

AddedOption OptionSet::add_flag(const std::string& names, bool& value, const std::string& help) {
  return AddedOption(*parser_.add_flag(names, value, help));
}

AddedOption OptionSet::add_flag(const std::string& names, std::function<void()> store,
                                const std::string& help) {
  return AddedOption(*parser_.add_flag_callback(names, std::move(store), help));
}

AddedOption OptionSet::add_off_flag(const std::string& names, bool& value,
                                    const std::string& help) {
  return AddedOption(*parser_.add_flag(names + "{false}", value, help));
}

AddedOption OptionSet::add_on_off_flags(const std::string& on, const std::string& off, bool& value,
                                        const std::string& help) {
  return AddedOption(*parser_.add_flag(on + ",!" + off, value, help));
}

AddedOption OptionSet::add_number(const std::string& names, const std::string& type,
                                  unsigned& value, unsigned least, unsigned most,
                                  const std::string& help) {
  return AddedOption(*parser_.add_option(names, value, help)
                          ->check(CLI::Range(least, most).description(""))
                          ->type_name(type));
}

AddedOption OptionSet::add_count(const std::string& names, std::uint64_t& value,
                                 const std::string& help) {
  return AddedOption(*parser_.add_option(names, value, help)
                          ->check(CLI::Validator(read_count, "", "count"))
                          ->type_name("N"));
}

AddedOption OptionSet::add_size(const std::string& names, std::uint64_t& value,
                                const std::string& help) {
  return AddedOption(*parser_.add_option(names, value, help)
                          ->transform(CLI::Validator(read_size, "", "size"))
                          ->type_name("SIZE"));
}

AddedOption OptionSet::add_word(const std::string& names, const std::vector<std::string>& words,
                                std::function<void(const std::string&)> store,
                                const std::string& help) {
  return AddedOption(*parser_.add_option_function<std::string>(names, std::move(store), help)
                          ->check(CLI::IsMember(words).description(""))
                          ->type_name(fmt::format("{}", fmt::join(words, "|"))));
}

Result<CommandRun> parse_command_line(const std::vector<Command>& commands, int argc,
                                      const char* const* argv) {
  CLI::App root("Audits and repairs Emscripten wheels: will this wheel run in Pyodide?",
                "wheelaudit");
  root.set_version_flag("-V,--version", "wheelaudit " + std::string(version()),
                        "Print the version and exit");
  root.set_help_flag("-h,--help", "Print this help and exit");
  Runs runs;
  add_commands(root, commands, runs);
  try {
    root.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print_notice(deepest(&root)->help(parents_of(deepest(&root))));
  } catch (const CLI::CallForVersion& version) {
    return print_notice(std::string(version.what()) + "\n");
  } catch (const CLI::ParseError& error) {
    return fail(ErrorKind::usage, usage_message(root, error));
  }
  return runs.at(deepest(&root));
}

}  // namespace wheelaudit::cli
