// Punycode (RFC 3492, section 6.3), as CPython's codec writes it. The name of an init function
// contains a module name that is not ASCII in this spelling (PEP 489, "Export Hook Name").

#include "base/punycode.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/utf8.hpp"

namespace wheelaudit::inline base {
namespace {

// The parameters of RFC 3492, section 5.
constexpr std::uint64_t base = 36;
constexpr std::uint64_t least_threshold = 1;
constexpr std::uint64_t most_threshold = 26;
constexpr std::uint64_t skew = 38;
constexpr std::uint64_t damp = 700;
constexpr std::uint64_t initial_bias = 72;
constexpr std::uint64_t first_extended = 0x80;

std::uint64_t adapted_bias(std::uint64_t delta, std::uint64_t points, bool first) {
  delta = first ? delta / damp : delta / 2;
  delta += delta / points;
  std::uint64_t divisions = 0;
  while (delta > (base - least_threshold) * most_threshold / 2) {
    delta /= base - least_threshold;
    divisions += base;
  }
  return divisions + (base - least_threshold + 1) * delta / (delta + skew);
}

char digit(std::uint64_t value) {
  return static_cast<char>(value < 26 ? 'a' + static_cast<char>(value)
                                      : '0' + static_cast<char>(value - 26));
}

std::string variable_length(std::uint64_t delta, std::uint64_t bias) {
  std::string text;
  for (std::uint64_t k = base;; k += base) {
    const std::uint64_t threshold =
        k <= bias ? least_threshold : std::clamp(k - bias, least_threshold, most_threshold);
    if (delta < threshold) break;
    text += digit(threshold + (delta - threshold) % (base - threshold));
    delta = (delta - threshold) / (base - threshold);
  }
  return text + digit(delta);
}

}  // namespace

std::optional<std::string> punycode(std::string_view name) {
  // A path component holds at most 255 bytes (docs/design/archive.md#names), so the cost below,
  // which grows with the square of the length, stays small.
  constexpr std::size_t longest = 255;
  if (name.size() > longest) return std::nullopt;
  const std::optional<std::u32string> points = code_points(name);
  if (!points) return std::nullopt;
  std::string text;
  for (const char32_t point : *points) {
    if (point < first_extended) text += static_cast<char>(point);
  }
  std::uint64_t handled = text.size();
  const std::uint64_t basic = handled;
  if (basic > 0) text += '-';
  std::uint64_t current = first_extended;
  std::uint64_t delta = 0;
  std::uint64_t bias = initial_bias;
  while (handled < points->size()) {
    std::uint64_t next = std::numeric_limits<std::uint64_t>::max();
    for (const char32_t point : *points) {
      if (point >= current) next = std::min<std::uint64_t>(next, point);
    }
    delta += (next - current) * (handled + 1);
    current = next;
    for (const char32_t point : *points) {
      if (point < current) ++delta;
      if (point != current) continue;
      text += variable_length(delta, bias);
      bias = adapted_bias(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++current;
  }
  return text;
}

}  // namespace wheelaudit::inline base
