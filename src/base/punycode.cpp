// Punycode (RFC 3492, section 6.3), as CPython's codec writes it: how the name of an init function
// spells a module whose name is not ASCII (PEP 489, "Export Hook Name").

#include "base/punycode.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

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

/// The next code point, removed from `text`.
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                                           : 4;
  if (length == 0 || lead > 0xF4 || text.size() < length) return std::nullopt;
  std::uint32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return std::nullopt;
    point = (point << 6) | (next & 0x3FU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < least[length] || point > 0x10FFFF) return std::nullopt;
  text.remove_prefix(length);
  return point;
}

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
  // A path component holds at most 255 bytes (docs/design/archive.md#names), so the square below is
  // small.
  constexpr std::size_t longest = 255;
  if (name.size() > longest) return std::nullopt;
  std::vector<std::uint32_t> points;
  while (!name.empty()) {
    const auto point = take_code_point(name);
    if (!point) return std::nullopt;
    points.push_back(*point);
  }
  std::string text;
  for (const std::uint32_t point : points) {
    if (point < first_extended) text += static_cast<char>(point);
  }
  std::uint64_t handled = text.size();
  const std::uint64_t basic = handled;
  if (basic > 0) text += '-';
  std::uint64_t current = first_extended;
  std::uint64_t delta = 0;
  std::uint64_t bias = initial_bias;
  while (handled < points.size()) {
    std::uint64_t next = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint32_t point : points) {
      if (point >= current) next = std::min<std::uint64_t>(next, point);
    }
    delta += (next - current) * (handled + 1);
    current = next;
    for (const std::uint32_t point : points) {
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
