// Strict UTF-8 by the table of RFC 3629, section 4, and not by a locale: the same bytes give the
// same answer everywhere.

#include "base/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace wheelaudit::inline base {
namespace {

bool is_ascii_word(std::string_view text) {
  std::uint64_t word = 0;
  if (text.size() < sizeof(word)) return false;
  std::memcpy(&word, text.data(), sizeof(word));
  return (word & 0x8080'8080'8080'8080U) == 0;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const unsigned first = at(0);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return continues(1) ? 2 : 0;
  if (first < 0xF0) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return at(1) >= low && at(1) <= high && continues(2) ? 3 : 0;
  }
  if (first > 0xF4) return 0;
  const unsigned low = first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
  return at(1) >= low && at(1) <= high && continues(2) && continues(3) ? 4 : 0;
}

std::optional<Utf8Character> decode_utf8(std::string_view text) {
  const std::size_t size = utf8_length(text);
  if (size == 0) return std::nullopt;
  const auto lead = static_cast<unsigned char>(text.front());
  std::uint32_t code_point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  for (const char next : text.substr(1, size - 1)) {
    code_point = (code_point << 6U) | (static_cast<unsigned char>(next) & 0x3FU);
  }
  return Utf8Character{.code_point = code_point, .size = size};
}

std::optional<std::uint64_t> first_invalid_utf8(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    // Nearly all text is ASCII, which is skipped eight bytes at a time.
    if (is_ascii_word(text.substr(offset))) {
      offset += sizeof(std::uint64_t);
      continue;
    }
    if (static_cast<unsigned char>(text[offset]) < 0x80) {
      ++offset;
      continue;
    }
    const std::size_t length = utf8_length(text.substr(offset));
    if (length == 0) return offset;
    offset += length;
  }
  return std::nullopt;
}

std::optional<std::u32string> code_points(std::string_view text) {
  std::u32string result;
  while (!text.empty()) {
    const auto character = decode_utf8(text);
    if (!character) return std::nullopt;
    result.push_back(character->code_point);
    text.remove_prefix(character->size);
  }
  return result;
}

std::string utf8(std::u32string_view code_points) {
  std::string text;
  const auto put = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  for (const char32_t c : code_points) {
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xc0U | (c >> 6U));
      put(0x80U | (c & 0x3fU));
    } else if (c < 0x10000) {
      put(0xe0U | (c >> 12U));
      put(0x80U | ((c >> 6U) & 0x3fU));
      put(0x80U | (c & 0x3fU));
    } else {
      put(0xf0U | (c >> 18U));
      put(0x80U | ((c >> 12U) & 0x3fU));
      put(0x80U | ((c >> 6U) & 0x3fU));
      put(0x80U | (c & 0x3fU));
    }
  }
  return text;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

}  // namespace wheelaudit::inline base
