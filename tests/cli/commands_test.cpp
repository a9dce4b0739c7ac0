// The table of commands: what must hold for every command, including future ones. The golden tests
// in tests/cli cover the texts.

#include "cli/commands.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace wheelaudit::cli {
namespace {

using Path = std::vector<std::string>;

/// Visits every command with the path of names that leads to it.
void walk(const std::vector<Command>& table, const Path& path,
          const std::function<void(const Command& command, const Path& path)>& look) {
  for (const Command& command : table) {
    Path longer = path;
    longer.emplace_back(command.name);
    look(command, longer);
    walk(command.commands, longer, look);
  }
}

void for_each_command(const std::function<void(const Command& command, const Path& path)>& look) {
  walk(commands(), {"wheelaudit"}, look);
}

Result<CommandRun> parse(Path arguments) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  return parse_command_line(commands(), static_cast<int>(pointers.size()), pointers.data());
}

std::string joined(const Path& path) {
  std::string text;
  for (const std::string& name : path) text += (text.empty() ? "" : " ") + name;
  return text;
}

}  // namespace

TEST_CASE("each command has a name of its own and a line of help") {
  std::set<Path> paths;
  for_each_command([&](const Command& command, const Path& path) {
    CAPTURE(joined(path));
    CHECK_FALSE(command.name.empty());
    CHECK(command.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK(paths.insert(path).second);
    CHECK_FALSE(command.help.empty());
    CHECK(command.help.find('\n') == std::string_view::npos);
    CHECK_FALSE(command.help.ends_with('.'));
  });
  CHECK_FALSE(paths.empty());
}

TEST_CASE("each command has options or commands below it, not both") {
  for_each_command([](const Command& command, const Path& path) {
    CAPTURE(joined(path));
    CHECK((command.add_options != nullptr) == command.commands.empty());
  });
}

TEST_CASE("each command has a help page") {
  for_each_command([](const Command&, Path path) {
    path.emplace_back("--help");
    CAPTURE(joined(path));
    CHECK(parse(path));
  });
}

TEST_CASE("an unknown option is a usage error that names the command") {
  for_each_command([](const Command& command, const Path& path) {
    Path arguments = path;
    arguments.emplace_back("--frobnicate");
    CAPTURE(joined(arguments));
    const auto run = parse(arguments);
    REQUIRE_FALSE(run);
    CHECK(run.error().kind == ErrorKind::usage);
    // A command without its required arguments reports those first.
    const bool is_group = !command.commands.empty();
    if (is_group) CHECK(run.error().message.starts_with("unknown option --frobnicate\n"));
    CHECK(run.error().message.ends_with("\nhelp: " + joined(path) + " --help"));
  });
}

}  // namespace wheelaudit::cli
