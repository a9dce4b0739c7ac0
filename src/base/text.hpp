#pragma once

// ASCII tests on text that came out of a wheel, and how a piece of such text is quoted in a message
// (cut short, everything unprintable spelled out).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/utf8.hpp"

namespace wheelaudit::inline base {

[[nodiscard]] constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_ascii_alphanumeric(char c) {
  return is_ascii_digit(c) || is_ascii_letter(c);
}
[[nodiscard]] constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// Every byte is ASCII.
[[nodiscard]] bool is_ascii(std::string_view text);
[[nodiscard]] std::string ascii_lower(std::string_view text);
[[nodiscard]] bool equal_without_case(std::string_view left, std::string_view right);
/// `text` without blanks (space, tab and line ends) at both ends.
[[nodiscard]] std::string_view strip(std::string_view text);
/// True when `text` is not empty and all digits.
[[nodiscard]] bool all_digits(std::string_view text);

/// Offset of the first control character (C0 without tab and line ends, and DEL); nullopt: there is
/// none.
[[nodiscard]] std::optional<std::uint64_t> first_control_character(std::string_view text);

/// `text` in single quotes for a message: at most 80 bytes of it, control characters, backslashes
/// and bytes that are not UTF-8 as `\xNN`.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace wheelaudit::inline base
