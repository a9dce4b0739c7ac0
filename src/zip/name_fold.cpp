// The key under which names collide. docs/design/archive.md#name-collisions: collisions of case and
// Unicode normalisation are reported. Windows and macOS fold case, macOS normalises; a wheel whose
// files differ only in that loses one of them there. It is a warning, so the key may be coarser or
// finer than a given file system's own table; what it folds is fixed here and does not follow a
// library's Unicode version:
//
//   normalisation  canonical decomposition of Latin, Greek, Cyrillic and kana letters (the blocks
//   of
//                  archive_decompositions.hpp) and of Hangul syllables, by arithmetic: the scripts
//                  whose names macOS is known to write decomposed. Several marks on one letter keep
//                  their order.
//   case           simple folding of ASCII, Latin, Greek, Cyrillic, Armenian and full-width
//   letters.

#include <algorithm>
#include <optional>

#include "base/utf8.hpp"
#include "zip/decompositions.hpp"
#include "zip/names.hpp"

namespace wheelaudit::zip {
namespace {

/// Upper and lower case side by side, upper first at even (or odd) numbers.
bool is_paired_upper(char32_t c) {
  const bool even = c % 2 == 0;
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (within(0x0139, 0x0148) || within(0x0179, 0x017e)) return !even;
  return even && (within(0x0100, 0x0137) || within(0x014a, 0x0177) || within(0x0460, 0x0481) ||
                  within(0x048a, 0x04bf) || within(0x04d0, 0x052f) || within(0x1e00, 0x1eff));
}

char32_t lower(char32_t c) {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (within(U'A', U'Z')) return c + 0x20;
  if (c < 0x80) return c;
  if (within(0xc0, 0xde) && c != 0xd7) return c + 0x20;
  if (is_paired_upper(c)) return c + 1;
  if (c == 0x017f) return U's';
  if (c == 0x03c2) return 0x03c3;
  if (within(0x0391, 0x03a9) || within(0x0410, 0x042f) || within(0xff21, 0xff3a)) return c + 0x20;
  if (within(0x0400, 0x040f)) return c + 0x50;
  if (within(0x0531, 0x0556)) return c + 0x30;
  return c;
}

void append_decomposed(std::u32string& text, char32_t c);

/// Unicode, section 3.12: syllables are laid out by leading consonant, vowel, trailing consonant.
bool append_hangul(std::u32string& text, char32_t c) {
  constexpr char32_t first = 0xac00;
  constexpr char32_t count = 11'172;
  constexpr char32_t vowels = 21;
  constexpr char32_t trails = 28;
  if (c < first || c >= first + count) return false;
  const char32_t index = c - first;
  text.push_back(0x1100 + index / (vowels * trails));
  text.push_back(0x1161 + index % (vowels * trails) / trails);
  if (index % trails != 0) text.push_back(0x11a7 + index % trails);
  return true;
}

void append_decomposed(std::u32string& text, char32_t c) {
  if (append_hangul(text, c)) return;
  const auto found = std::ranges::lower_bound(decompositions, c, {}, &Decomposition::letter);
  if (found == decompositions.end() || found->letter != c) {
    text.push_back(lower(c));
    return;
  }
  append_decomposed(text, found->base);
  if (found->mark != 0) text.push_back(found->mark);
}

}  // namespace

std::string collision_key(std::string_view name) {
  const bool ascii =
      std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) {
    std::string key(name);
    for (char& c : key) c = static_cast<char>(lower(static_cast<unsigned char>(c)));
    return key;
  }
  const std::optional<std::u32string> letters = code_points(name);
  if (!letters) return std::string(name);
  std::u32string key;
  for (const char32_t c : *letters) append_decomposed(key, c);
  return utf8(key);
}

}  // namespace wheelaudit::zip
