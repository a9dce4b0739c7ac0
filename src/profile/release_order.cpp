// Versions are compared part by part, numbers as numbers; a pre-release comes before its release.

#include "profile/release_order.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/text.hpp"

namespace wheelaudit::profile {
namespace {

/// A part of a version: a number, or a word such as "alpha".
struct VersionPart {
  bool is_number = false;
  std::uint64_t number = 0;
  std::string_view word;
};

std::vector<VersionPart> version_parts(std::string_view version) {
  std::vector<VersionPart> parts;
  for (std::size_t at = 0; at < version.size();) {
    std::size_t end = at;
    if (is_ascii_digit(version[at])) {
      while (end < version.size() && is_ascii_digit(version[end])) ++end;
      VersionPart part{.is_number = true, .number = 0, .word = version.substr(at, end - at)};
      std::from_chars(version.data() + at, version.data() + end, part.number);
      parts.push_back(part);
    } else {
      while (end < version.size() && !is_ascii_digit(version[end])) ++end;
      std::string_view word = version.substr(at, end - at);
      if (word != ".") parts.push_back({.is_number = false, .number = 0, .word = word});
    }
    at = end;
  }
  return parts;
}

}  // namespace

bool release_before(std::string_view one, std::string_view other) {
  const auto left = version_parts(one);
  const auto right = version_parts(other);
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    // `left` ends first: it is older than "1.0.1", but "1.0" is newer than its pre-release
    // "1.0-alpha".
    if (i == left.size()) return right[i].is_number;
    if (i == right.size()) return !left[i].is_number;
    if (left[i].is_number != right[i].is_number) return !left[i].is_number;
    if (left[i].is_number && left[i].number != right[i].number) {
      return left[i].number < right[i].number;
    }
    if (!left[i].is_number && left[i].word != right[i].word) return left[i].word < right[i].word;
  }
  return false;
}

}  // namespace wheelaudit::profile
