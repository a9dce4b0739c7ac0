#pragma once

// The command line: what an option is, what a command is, and how the arguments are parsed. The
// parser's own headers take seconds to compile and are included by command_line.cpp alone.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/exit_code.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace wheelaudit::cli {

/// An option that was added. The functions set what only few options have.
class AddedOption {
 public:
  explicit AddedOption(CLI::Option& option) : option_(&option) {}

  AddedOption required() const;
  /// The two cannot be given together.
  AddedOption excludes(const AddedOption& other) const;
  /// The heading in the help that the option stands below.
  AddedOption in_group(const std::string& heading) const;

 private:
  CLI::Option* option_;
};

/// The options of one command. `names` is "-o,--output", or "INPUT" for an argument without dashes;
/// `type` is how the help calls the value. Values are stored when all arguments were parsed, in the
/// order in which the options were added.
class OptionSet {
 public:
  explicit OptionSet(CLI::App& parser) : parser_(parser) {}

  AddedOption add_text(const std::string& names, const std::string& type, std::string& value,
                       const std::string& help);
  /// `fault_of` says what is wrong with a value; empty: nothing.
  AddedOption add_checked_text(const std::string& names, const std::string& type,
                               std::string& value, std::string (*fault_of)(const std::string&),
                               const std::string& help);
  /// One or more values each time it is given.
  AddedOption add_texts(const std::string& names, const std::string& type,
                        std::vector<std::string>& values, const std::string& help);
  /// One value each time it is given.
  AddedOption add_repeatable(const std::string& names, const std::string& type,
                             std::vector<std::string>& values, const std::string& help);
  AddedOption add_flag(const std::string& names, bool& value, const std::string& help);
  AddedOption add_flag(const std::string& names, std::function<void()> store,
                       const std::string& help);
  /// A flag that makes the value false.
  AddedOption add_off_flag(const std::string& names, bool& value, const std::string& help);
  /// Two flags in one line of the help; the last one given counts.
  AddedOption add_on_off_flags(const std::string& on, const std::string& off, bool& value,
                               const std::string& help);
  /// A number from `least` to `most`.
  AddedOption add_number(const std::string& names, const std::string& type, unsigned& value,
                         unsigned least, unsigned most, const std::string& help);
  /// A number from 0 on.
  AddedOption add_count(const std::string& names, std::uint64_t& value, const std::string& help);
  /// A number of bytes, also as 64MiB or 2G.
  AddedOption add_size(const std::string& names, std::uint64_t& value, const std::string& help);
  /// One of a few words.
  AddedOption add_word(const std::string& names, const std::vector<std::string>& words,
                       std::function<void(const std::string&)> store, const std::string& help);
  /// One of a few words, each of which stands for a value.
  template <class Choice, class Value>
  AddedOption add_choice(const std::string& names,
                         std::vector<std::pair<std::string, Choice>> choices, Value& value,
                         const std::string& help) {
    std::vector<std::string> words;
    for (const auto& [word, choice] : choices) words.push_back(word);
    const auto store = [choices = std::move(choices), &value](const std::string& given) {
      for (const auto& [word, choice] : choices) {
        if (word == given) value = choice;
      }
    };
    return add_word(names, words, store, help);
  }

 private:
  CLI::App& parser_;
};

/// Runs a command whose options have their values; returns the exit code.
using CommandRun = std::function<ExitCode()>;

/// A command, or a group of commands of which one must be named (`profile list`).
struct Command {
  std::string_view name;
  std::string_view help;
  /// Adds the options, and returns what runs the command once they are parsed.
  std::function<CommandRun(OptionSet& set)> add_options;
  std::vector<Command> commands;  ///< of a group, which has no options
};

/// A command from its parts. `Options` holds the values, and only the command's own file knows it.
template <class Options>
Command make_command(std::string_view name, std::string_view help,
                     void (*add_options)(OptionSet& set, Options& options),
                     ExitCode (*run)(const Options& options)) {
  const auto add = [add_options, run](OptionSet& set) -> CommandRun {
    const auto options = std::make_shared<Options>();
    add_options(set, *options);
    return [options, run] { return run(*options); };
  };
  return {.name = name, .help = help, .add_options = add, .commands = {}};
}

/// What runs the command that the arguments name; for --help and --version, what prints the text.
/// Errors: usage, with the command whose --help would tell.
[[nodiscard]] Result<CommandRun> parse_command_line(const std::vector<Command>& commands, int argc,
                                                    const char* const* argv);

}  // namespace wheelaudit::cli
