// Requirements and version specifiers, checked with the expressions of packaging.specifiers and
// packaging.requirements, which pip, twine and PyPI use and uv follows. Every `take_…` function
// removes what it takes from the front of its text.

#include "wheel/requirement.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "wheel/pep440.hpp"

namespace wheelaudit::wheel {
namespace {

constexpr std::array<std::string_view, 8> operators{"===", "~=", "==", "!=", "<=", ">=", "<", ">"};

bool is_name_character(char c) {
  return is_ascii_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

/// Takes the name at the front of `text`; empty when there is none.
std::string_view take_name(std::string_view& text) {
  text = strip(text);
  const auto end = std::find_if_not(text.begin(), text.end(), is_name_character);
  std::string_view name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  if (name.empty() || !is_ascii_alphanumeric(name.front())) return {};
  if (!is_ascii_alphanumeric(name.back())) return {};
  text.remove_prefix(name.size());
  text = strip(text);
  return name;
}

bool is_specifier(std::string_view text) {
  const auto found = std::find_if(operators.begin(), operators.end(),
                                  [&](std::string_view each) { return text.starts_with(each); });
  if (found == operators.end()) return false;
  std::string_view version = strip(text.substr(found->size()));
  if (*found == "===") return !version.empty() && version.find_first_of(" \t\n") == version.npos;
  const bool equality = *found == "==" || *found == "!=";
  if (equality && version.ends_with(".*")) version.remove_suffix(2);
  const auto parsed = parse_pep440(version);
  return parsed && (*found != "~=" || parsed->release.size() >= 2);
}

/// Takes `[extra, extra]` from the front of `text`, if it is there. False when there is a `[` but
/// no well-formed list.
bool take_extras(std::string_view& text) {
  if (!text.starts_with('[')) return true;
  text = strip(text.substr(1));
  bool more = !text.starts_with(']');
  while (more) {
    if (take_name(text).empty()) return false;
    more = text.starts_with(',');
    if (more) text.remove_prefix(1);
  }
  if (!text.starts_with(']')) return false;
  text = strip(text.substr(1));
  return true;
}

// ---- markers: `python_version < "3.9" and (extra == 'x' or os_name in "nt")`

constexpr std::array<std::string_view, 20> variables{"python_version",
                                                     "python_full_version",
                                                     "os_name",
                                                     "os.name",
                                                     "sys_platform",
                                                     "sys.platform",
                                                     "platform_release",
                                                     "platform_system",
                                                     "platform_version",
                                                     "platform.version",
                                                     "platform_machine",
                                                     "platform.machine",
                                                     "platform_python_implementation",
                                                     "platform.python_implementation",
                                                     "python_implementation",
                                                     "implementation_name",
                                                     "implementation_version",
                                                     "extra",
                                                     "extras",
                                                     "dependency_groups"};

/// Takes the letters, digits, '_' and '.' at the front of `text`.
std::string_view take_word(std::string_view& text) {
  text = strip(text);
  const auto end = std::find_if_not(text.begin(), text.end(),
                                    [](char c) { return is_name_character(c) && c != '-'; });
  const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

bool take_operand(std::string_view& text) {
  text = strip(text);
  if (text.starts_with('\'') || text.starts_with('"')) {
    const std::size_t end = text.find(text.front(), 1);
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
    return true;
  }
  return std::ranges::find(variables, take_word(text)) != variables.end();
}

bool take_operator(std::string_view& text) {
  text = strip(text);
  for (const std::string_view each : operators) {
    if (!text.starts_with(each)) continue;
    text.remove_prefix(each.size());
    return true;
  }
  const std::string_view word = take_word(text);
  return word == "in" || (word == "not" && take_word(text) == "in");
}

/// Only the form is checked, so `and` and `or` are alike, and a count of open parentheses is
/// enough: there is no recursion that a long text could exhaust.
bool is_marker(std::string_view text) {
  for (std::size_t open = 0;;) {
    text = strip(text);
    while (text.starts_with('(')) {
      ++open;
      text = strip(text.substr(1));
    }
    if (!take_operand(text) || !take_operator(text) || !take_operand(text)) return false;
    text = strip(text);
    while (open != 0 && text.starts_with(')')) {
      --open;
      text = strip(text.substr(1));
    }
    if (text.empty()) return open == 0;
    const std::string_view word = take_word(text);
    if (word != "and" && word != "or") return false;
  }
}

/// A URL ends at a blank, not at the `;` that begins a marker: a URL may hold one.
std::size_t end_of_url(std::string_view text) {
  const std::size_t blank = text.find_first_of(" \t\n");
  return std::min(blank, text.size());
}

/// Whether a piece that ends at a comma is empty. An empty piece behind the last comma is allowed.
bool has_empty_piece(std::string_view text) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) return false;
    if (strip(text.substr(0, comma)).empty()) return true;
    text.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace

bool is_specifier_set(std::string_view text) {
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view one = strip(text.substr(0, comma));
    if (!one.empty() && !is_specifier(one)) return false;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return true;
}

bool is_requirement(std::string_view text) {
  if (take_name(text).empty() || !take_extras(text)) return false;
  if (text.starts_with('@')) {
    text = strip(text.substr(1));
    const std::size_t end = end_of_url(text);
    if (end == 0) return false;
    text = strip(text.substr(end));
    return text.empty() || (text.starts_with(';') && is_marker(text.substr(1)));
  }
  const std::size_t semicolon = text.find(';');
  if (semicolon != std::string_view::npos && !is_marker(text.substr(semicolon + 1))) return false;
  text = strip(text.substr(0, semicolon));
  if (text.starts_with('(')) {
    if (!text.ends_with(')')) return false;
    text = text.substr(1, text.size() - 2);
  }
  return !has_empty_piece(text) && is_specifier_set(text);
}

}  // namespace wheelaudit::wheel
