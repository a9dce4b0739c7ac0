// The old Rust mangling: an Itanium nested name whose last part is `h` and 16 hexadecimal digits,
// with punctuation written as `$LT$` and the like. The hash tells two versions of a function apart
// and says nothing to a person, so it is left out; the raw name stands beside it anyway.

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "demangle/rust.hpp"

namespace wheelaudit::demangle {
namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";

struct Spelling {
  std::string_view escape;
  std::string_view character;
};
constexpr Spelling spellings[] = {{"SP", "@"}, {"BP", "*"}, {"RF", "&"}, {"LT", "<"},
                                  {"GT", ">"}, {"LP", "("}, {"RP", ")"}, {"C", ","}};

/// The text between two `$`; `u7e` is the character 0x7e.
std::optional<std::string> spelled_character(std::string_view escape) {
  for (const Spelling& spelling : spellings) {
    if (escape == spelling.escape) return std::string(spelling.character);
  }
  if (!escape.starts_with('u') || escape.size() != 3) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(escape.data() + 1, escape.data() + 3, value, 16);
  if (error != std::errc() || end != escape.data() + 3 || value < 0x20 || value > 0x7E) {
    return std::nullopt;
  }
  return std::string(1, static_cast<char>(value));
}

std::string readable_part(std::string_view part) {
  if (part.starts_with("_$")) part.remove_prefix(1);
  std::string text;
  while (!part.empty()) {
    if (part.starts_with("..")) {
      text += "::";
      part.remove_prefix(2);
      continue;
    }
    const std::size_t end = part.starts_with('$') ? part.find('$', 1) : std::string_view::npos;
    if (end != std::string_view::npos) {
      if (const auto character = spelled_character(part.substr(1, end - 1))) {
        text += *character;
        part.remove_prefix(end + 1);
        continue;
      }
    }
    text += part.front();
    part.remove_prefix(1);
  }
  return text;
}

/// Takes a part such as `4core` off the front of `rest`, and returns its text.
std::optional<std::string_view> take_part(std::string_view& rest) {
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), length);
  if (error != std::errc()) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (length == 0 || length > rest.size()) return std::nullopt;
  const std::string_view part = rest.substr(0, length);
  rest.remove_prefix(length);
  return part;
}

bool is_hash(std::string_view part) {
  return part.size() == 17 && part.front() == 'h' &&
         part.find_first_not_of(hexadecimal, 1) == std::string_view::npos;
}

}  // namespace

std::optional<std::string> demangle_rust_legacy(std::string_view name) {
  if (name.size() > mangled_limit || !name.starts_with("_ZN")) return std::nullopt;
  std::string_view rest = name.substr(3);
  std::string text;
  std::string_view part;
  while (!rest.starts_with('E')) {
    if (!part.empty()) text += (text.empty() ? "" : "::") + readable_part(part);
    const auto next = take_part(rest);
    if (!next) return std::nullopt;
    part = *next;
  }
  // What follows the E is a suffix that the compiler adds (`.llvm.123`), never parameters.
  const bool suffix = rest.size() == 1 || rest[1] == '.';
  if (!is_hash(part) || text.empty() || !suffix) return std::nullopt;
  return text;
}

}  // namespace wheelaudit::demangle
