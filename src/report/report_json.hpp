#pragma once

// JSON as every report writes it.

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace wheelaudit::report {

/// Appends a piece of JSON, the first of two `#` escaped: build logs obey `##[` and `##vso[` in any
/// place of a line (escape.cpp), and JSON has no `#` outside of strings.
inline void append_harmless(std::string& json, std::string_view piece) {
  std::size_t from = 0;
  for (std::size_t at = piece.find("##"); at != std::string_view::npos;
       at = piece.find("##", from)) {
    json.append(piece.substr(from, at - from)).append("\\u0023");
    from = at + 1;
  }
  json.append(piece.substr(from));
}

/// Indented by `indent` blanks a level, every line but the first behind `margin`; all of it ASCII,
/// a byte that is no UTF-8 as U+FFFD.
[[nodiscard]] inline std::string report_json(const nlohmann::ordered_json& value, int indent,
                                             std::string_view margin = {}) {
  using Json = nlohmann::ordered_json;
  const std::string text = value.dump(indent, ' ', true, Json::error_handler_t::replace);
  // A report can be most of the memory: growing by doubling would cost it twice more.
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

/// Empty text is what the facts have no value for.
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
