// Each kind of option: what it stores, what it refuses and in which words, and that an error names
// the command whose help explains it. The golden tests in tests/cli cover what the program prints.

#include "cli/command_line.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace wheelaudit::cli {
namespace {

enum class Size : std::uint8_t { small, large };

/// An option of each kind.
struct Values {
  std::string input;
  std::string text = "default";
  std::string even;
  std::vector<std::string> texts;
  std::vector<std::string> repeated;
  bool flag = false;
  bool off = true;
  bool on_off = true;
  unsigned number = 0;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::string word;
  Size choice = Size::small;
};

std::string oddness(const std::string& text) {
  return text.size() % 2 == 0 ? std::string() : "its length is odd";
}

void add_values(OptionSet& set, Values& values) {
  set.add_text("INPUT", "FILE", values.input, "An input").required();
  set.add_text("-t,--text", "TEXT", values.text, "A text");
  set.add_checked_text("--even", "TEXT", values.even, oddness, "A checked text");
  const AddedOption texts = set.add_texts("--texts", "TEXT", values.texts, "Texts");
  set.add_repeatable("--repeated", "TEXT", values.repeated, "Texts, one each").excludes(texts);
  set.add_flag("--flag", values.flag, "A flag");
  set.add_off_flag("--no-off", values.off, "A flag that clears");
  set.add_on_off_flags("--on", "--no-on", values.on_off, "Two flags");
  set.add_number("--number", "N", values.number, 1, 9, "A number");
  set.add_count("--count", values.count, "A count").in_group("Limits");
  set.add_size("--bytes", values.bytes, "A size").in_group("Limits");
  set.add_word(
      "--word", {"one", "two"}, [&values](const std::string& word) { values.word = word; },
      "A word");
  set.add_flag("--two", [&values] { values.word = "two"; }, "Short for --word two");
  set.add_choice<Size>("--choice", {{"large", Size::large}, {"small", Size::small}}, values.choice,
                       "A choice");
}

/// The values that the last run of the command got.
Values& seen() {
  static Values values;
  return values;
}

ExitCode remember(const Values& values) {
  seen() = values;
  return ExitCode::malformed;
}

/// `wheelaudit single …` and `wheelaudit group inner …`.
std::vector<Command> two_commands() {
  return {make_command<Values>("single", "One", add_values, remember),
          {.name = "group",
           .help = "Several",
           .add_options = nullptr,
           .commands = {make_command<Values>("inner", "Another", add_values, remember)}}};
}

Result<CommandRun> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "wheelaudit");
  return parse_command_line(two_commands(), static_cast<int>(arguments.size()), arguments.data());
}

Values values_of(std::initializer_list<const char*> options) {
  std::vector<const char*> arguments{"single", "in"};
  arguments.insert(arguments.end(), options);
  const auto run = parse(arguments);
  REQUIRE(run);
  CHECK((*run)() == ExitCode::malformed);
  return seen();
}

/// The first line of the error; checks that the second line names the command.
std::string error_of(std::initializer_list<const char*> options) {
  std::vector<const char*> arguments{"single", "in"};
  arguments.insert(arguments.end(), options);
  const auto run = parse(arguments);
  REQUIRE_FALSE(run);
  CHECK(run.error().kind == ErrorKind::usage);
  const std::string& message = run.error().message;
  const auto end = message.find('\n');
  REQUIRE(end != std::string::npos);
  CHECK(message.substr(end + 1) == "help: wheelaudit single --help");
  return message.substr(0, end);
}

}  // namespace

TEST_CASE("what is not given keeps its default, and the command's exit code is returned") {
  const Values values = values_of({});
  CHECK(values.input == "in");
  CHECK(values.text == "default");
  CHECK(values.off);
  CHECK(values.on_off);
  CHECK(values.texts.empty());
}

TEST_CASE("each kind of option stores its value") {
  CHECK(values_of({"-t", "x"}).text == "x");
  CHECK(values_of({"--text=y"}).text == "y");
  CHECK(values_of({"--even", "ab"}).even == "ab");
  CHECK(values_of({"--texts", "a", "b", "--texts", "c"}).texts ==
        std::vector<std::string>{"a", "b", "c"});
  CHECK(values_of({"--repeated", "a", "--repeated", "b"}).repeated ==
        std::vector<std::string>{"a", "b"});
  CHECK(values_of({"--flag"}).flag);
  CHECK_FALSE(values_of({"--no-off"}).off);
  CHECK_FALSE(values_of({"--no-on"}).on_off);
  CHECK(values_of({"--number", "9"}).number == 9);
  CHECK(values_of({"--count", "12"}).count == 12);
  CHECK(values_of({"--bytes", "12"}).bytes == 12);
  CHECK(values_of({"--bytes", "3KiB"}).bytes == 3U << 10U);
  CHECK(values_of({"--bytes", "2G"}).bytes == 2ULL << 30U);
  CHECK(values_of({"--word", "one"}).word == "one");
  CHECK(values_of({"--choice", "large"}).choice == Size::large);
}

TEST_CASE("of two options with one value the one added last counts, in whatever order given") {
  CHECK(values_of({"--two", "--word", "one"}).word == "two");
  CHECK(values_of({"--word", "one", "--two"}).word == "two");
}

TEST_CASE("a wrong value is refused with the option, the value and what is expected") {
  CHECK(error_of({"--number", "10"}) == "--number: Value 10 not in range 1 to 9");
  CHECK(error_of({"--number", "-1"}) == "--number: Value -1 not in range 1 to 9");
  CHECK(error_of({"--count", "-1"}) == "--count: -1 is not a number from 0 on");
  CHECK(error_of({"--bytes", "3kb"}) ==
        "--bytes: 3kb is not a size; expected a number, or one with KiB, MiB or GiB behind it");
  CHECK(
      error_of({"--bytes", "17179869184GiB"}).starts_with("--bytes: 17179869184GiB is not a size"));
  CHECK(error_of({"--word", "three"}) == "--word: three not in {one,two}");
  CHECK(error_of({"--choice", "huge"}) == "--choice: huge not in {large,small}");
  CHECK(error_of({"--even", "abc"}) == "--even: its length is odd");
  CHECK(error_of({"--repeated", "a", "--texts", "b"}) == "--texts excludes --repeated");
  CHECK(error_of({"--text"}) == "--text: 1 required TEXT missing");
}

TEST_CASE("what the command does not have is a usage error") {
  CHECK(error_of({"--frobnicate"}) == "unknown option --frobnicate");
  CHECK(error_of({"more"}) == "unknown argument more");
}

TEST_CASE("an error names the innermost command that was given") {
  const auto message_of = [](std::vector<const char*> arguments) {
    const auto run = parse(std::move(arguments));
    return run ? std::string("parsed") : run.error().message;
  };
  CHECK(message_of({}) == "a command is missing\nhelp: wheelaudit --help");
  CHECK(message_of({"other"}) == "unknown command other\nhelp: wheelaudit --help");
  CHECK(message_of({"group"}) == "a command is missing\nhelp: wheelaudit group --help");
  CHECK(message_of({"group", "other"}) == "unknown command other\nhelp: wheelaudit group --help");
  CHECK(message_of({"group", "inner"}) == "INPUT is required\nhelp: wheelaudit group inner --help");
  CHECK(message_of({"group", "inner", "x", "--other"}) ==
        "unknown option --other\nhelp: wheelaudit group inner --help");
  CHECK(message_of({"single", "x", "--a\x1b[2Jb"}).find('\x1b') == std::string::npos);
}

}  // namespace wheelaudit::cli
