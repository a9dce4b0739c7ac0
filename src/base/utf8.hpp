#pragma once

// Strict UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing above U+10FFFF. Python's
// decoder, which pip and PyPI use on names, refuses the same sequences; so does the WebAssembly
// engine in a module's names.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wheelaudit::inline base {

/// The length in bytes of the well-formed sequence that `text` starts with; 0: none.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

struct Utf8Character {
  std::uint32_t code_point = 0;
  std::size_t size = 1;  ///< bytes
};
/// The first character of `text`; nullopt when `text` is empty or does not begin with one.
[[nodiscard]] std::optional<Utf8Character> decode_utf8(std::string_view text);

/// Offset of the first byte that is not part of well-formed UTF-8; nullopt: all of it is.
[[nodiscard]] std::optional<std::uint64_t> first_invalid_utf8(std::string_view text);
[[nodiscard]] inline bool is_utf8(std::string_view text) { return !first_invalid_utf8(text); }

/// The code points, or nullopt when `text` is not UTF-8.
[[nodiscard]] std::optional<std::u32string> code_points(std::string_view text);
/// The code points as UTF-8. Each must be a Unicode scalar value; this is not checked.
[[nodiscard]] std::string utf8(std::u32string_view code_points);

/// Characters of `text`, an invalid byte counting as one: the columns it takes on a terminal for
/// all but wide scripts.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace wheelaudit::inline base
