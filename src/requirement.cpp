// Requirements and version specifiers, by the expressions of packaging.specifiers and
// packaging.requirements, which pip, twine and PyPI use and uv follows.

#include "requirement.hpp"

#include <algorithm>
#include <array>

#include "pep440.hpp"
#include "text_scan.hpp"

namespace wheelaudit {
namespace {

constexpr std::array<std::string_view, 8> operators{"===", "~=", "==", "!=", "<=", ">=", "<", ">"};

bool is_name_character(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || c == '.' || c == '_' || c == '-';
}

/// The leading `name` of `text`, which loses it; empty when there is none.
std::string_view take_name(std::string_view& text) {
  text = strip(text);
  const auto end = std::find_if_not(text.begin(), text.end(), is_name_character);
  std::string_view name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  if (name.empty() || !(is_ascii_letter(name.front()) || is_ascii_digit(name.front()))) return {};
  if (!is_ascii_letter(name.back()) && !is_ascii_digit(name.back())) return {};
  text.remove_prefix(name.size());
  text = strip(text);
  return name;
}

bool is_specifier(std::string_view text) {
  const auto* found = std::find_if(operators.begin(), operators.end(),
                                   [&](std::string_view each) { return text.starts_with(each); });
  if (found == operators.end()) return false;
  std::string_view version = strip(text.substr(found->size()));
  if (*found == "===") return !version.empty() && version.find_first_of(" \t\n") == version.npos;
  const bool equality = *found == "==" || *found == "!=";
  if (equality && version.ends_with(".*")) version.remove_suffix(2);
  const auto parsed = parse_pep440(version);
  return parsed && (*found != "~=" || parsed->release.size() >= 2);
}

/// `[extra, extra]`; `text` loses it. False when it opens and is not well-formed.
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
  if (text.starts_with('@')) return !strip(text.substr(1)).empty();
  text = strip(text.substr(0, text.find(';')));
  if (text.starts_with('(')) {
    if (!text.ends_with(')')) return false;
    text = text.substr(1, text.size() - 2);
  }
  return is_specifier_set(text);
}

}  // namespace wheelaudit
