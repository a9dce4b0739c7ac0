// Every registered rule has its section in docs/rules.md, with all its parts, a test that fires it
// and one that must not. Tests say so in their names: "WA101 fires: …", "WA101 keeps quiet: …".

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "rules/rule.hpp"
#include "support/source_directory.hpp"

namespace wheelaudit::rules {

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), "cannot read " << path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Section texts of docs/rules.md by their heading, "WA101 unknown-platform-tag".
std::map<std::string, std::string> sections() {
  const std::string text = text_of(test::source_directory() / "docs" / "rules.md");
  std::map<std::string, std::string> result;
  constexpr std::string_view mark = "\n### ";
  for (std::size_t at = text.find(mark); at != std::string::npos;) {
    const std::size_t title = at + mark.size();
    const std::size_t line_end = text.find('\n', title);
    const std::size_t next = text.find(mark, title);
    const std::size_t family = text.find("\n## ", title);
    result.emplace(text.substr(title, line_end - title),
                   text.substr(line_end, std::min(next, family) - line_end));
    at = next;
  }
  return result;
}

/// The names of all test cases in tests/rules, one per line. A literal that is broken over lines
/// begins with the rule, and only the rule is read here.
std::string test_texts() {
  std::string texts;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::source_directory() / "tests" / "rules")) {
    if (entry.path().extension() == ".cpp") texts += text_of(entry.path());
  }
  return texts;
}

}  // namespace

TEST_CASE("every rule has its section in docs/rules.md, with all its parts") {
  const auto documented = sections();
  for (const Rule& rule : rules()) {
    const std::string title = fmt::format("{} {}", rule_id_text(rule.id), rule.name);
    CAPTURE(title);
    const auto section = documented.find(title);
    REQUIRE(section != documented.end());
    for (const std::string_view part : {"**Finds**", "**Why**", "**Fix**", "**Example**"}) {
      CAPTURE(part);
      CHECK(section->second.find(part) != std::string::npos);
    }
    CHECK(section->second.find(fmt::format("[{}]: ", rule_id_text(rule.id))) != std::string::npos);
  }
}

TEST_CASE("docs/rules.md documents no rule that does not exist") {
  for (const auto& [title, section] : sections()) {
    CAPTURE(title);
    const Rule* rule = find_rule(std::string_view(title).substr(0, 5));
    REQUIRE(rule != nullptr);
    CHECK(title == fmt::format("{} {}", rule_id_text(rule->id), rule->name));
  }
}

TEST_CASE("every rule has a test that fires it and one that must not") {
  const std::string texts = test_texts();
  for (const Rule& rule : rules()) {
    const std::string id = rule_id_text(rule.id);
    CAPTURE(id);
    CHECK(texts.find(fmt::format("\"{} fires: ", id)) != std::string::npos);
    CHECK(texts.find(fmt::format("\"{} keeps quiet: ", id)) != std::string::npos);
  }
}

}  // namespace wheelaudit::rules
