#pragma once

// JSON as every report writes it.

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace wheelaudit {

/// Indented by `indent` blanks a level, every line but the first behind `margin`; all of it ASCII,
/// a byte that is no UTF-8 as U+FFFD. The first of two `#` is escaped: build logs obey `##[` and
/// `##vso[` in any place of a line (escape.cpp), and JSON has no `#` outside of strings.
[[nodiscard]] inline std::string report_json(const nlohmann::ordered_json& value, int indent,
                                             std::string_view margin = {}) {
  using Json = nlohmann::ordered_json;
  const std::string text = value.dump(indent, ' ', true, Json::error_handler_t::replace);
  // A report can be most of the memory: growing by doubling would cost it twice more.
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  std::string result;
  result.reserve(text.size() + lines * margin.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "##") == 0) {
      result += "\\u0023";
    } else {
      result += text[i];
    }
    if (text[i] == '\n') result += margin;
  }
  return result;
}

}  // namespace wheelaudit
