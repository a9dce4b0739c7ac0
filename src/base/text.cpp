// Scans text from a wheel without a locale: the same bytes give the same answer everywhere.

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace wheelaudit::inline base {
namespace {

// Enough to recognise a name or a path; messages have one line.
constexpr std::size_t quoted_bytes = 80;

}  // namespace

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return ascii_lower(c); });
  return lower;
}

bool equal_without_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
}

std::string_view strip(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_ascii_digit);
}

std::optional<std::uint64_t> first_control_character(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size(); ++offset) {
    const auto c = static_cast<unsigned char>(text[offset]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return offset;
  }
  return std::nullopt;
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  std::size_t offset = 0;
  while (offset < text.size() && offset < quoted_bytes) {
    const std::size_t length = utf8_length(text.substr(offset));
    const auto first = static_cast<unsigned char>(text[offset]);
    if (length == 0 || first < 0x20 || first == 0x7F || first == '\\') {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", first);
      ++offset;
    } else {
      out += text.substr(offset, length);
      offset += length;
    }
  }
  out += offset < text.size() ? "…'" : "'";
  return out;
}

}  // namespace wheelaudit::inline base
