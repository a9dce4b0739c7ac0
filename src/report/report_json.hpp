#pragma once

// JSON text as every report writes it.

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::report {

/// Appends a piece of JSON text, with the first of two `#` escaped: build logs obey `##[` and
/// `##vso[` anywhere in a line (src/base/escape.cpp). JSON has no `#` outside of strings.
inline void append_harmless(std::string& json, std::string_view piece) {
  std::size_t from = 0;
  for (std::size_t at = piece.find("##"); at != std::string_view::npos;
       at = piece.find("##", from)) {
    json.append(piece.substr(from, at - from)).append("\\u0023");
    from = at + 1;
  }
  json.append(piece.substr(from));
}

/// The JSON text of `value`, indented by `indent` blanks per level, with `margin` before every line
/// except the first. All of the text is ASCII; a byte that is not UTF-8 becomes U+FFFD.
[[nodiscard]] inline std::string report_json(const nlohmann::ordered_json& value, int indent,
                                             std::string_view margin = {}) {
  using Json = nlohmann::ordered_json;
  const std::string text = value.dump(indent, ' ', true, Json::error_handler_t::replace);
  // The text can be most of the memory: one that grows by doubling would need twice as much again.
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  std::string result;
  result.reserve(text.size() + lines * margin.size());
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    append_harmless(result, line);
    rest.remove_prefix(line.size());
    if (rest.empty()) break;
    result.append("\n").append(margin);
    rest.remove_prefix(1);
  }
  return result;
}

/// The text as JSON; null when it is empty, which means that the facts have no value.
[[nodiscard]] inline nlohmann::ordered_json text_or_null(std::string_view text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

template <class Value, class Convert>
[[nodiscard]] nlohmann::ordered_json json_list(const std::vector<Value>& values, Convert convert) {
  auto list = nlohmann::ordered_json::array();
  for (const Value& value : values) list.push_back(convert(value));
  return list;
}

}  // namespace wheelaudit::report
