// Colours are SGR codes of the sixteen that every terminal has; columns are measured in characters,
// not bytes.

#include "report/text_style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/utf8.hpp"

namespace wheelaudit::report {
namespace {

constexpr std::size_t fact_width = 11;    // of the labels; "exceptions" is the longest
constexpr std::size_t shown_bytes = 240;  // two and a half lines: enough to tell two names apart

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::bold:
      return "1";
    case Ink::faint:
      return "2";
    case Ink::red:
      return "1;31";
    case Ink::yellow:
      return "1;33";
    case Ink::green:
      return "32";
    case Ink::blue:
      break;
  }
  return "1;34";
}

/// The number of characters that take a column; those from an escape to its `m` take none.
std::size_t visible_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t escape = text.find('\x1b');
    width += count_characters(text.substr(0, escape));
    if (escape == std::string_view::npos) break;
    const std::size_t end = text.find('m', escape);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return width;
}

}  // namespace

std::string paint(const TextStyle& style, Ink ink, std::string_view text) {
  if (!style.color) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(ink), text);
}

Ink ink_of(rules::Severity severity) {
  if (severity == rules::Severity::error) return Ink::red;
  return severity == rules::Severity::warning ? Ink::yellow : Ink::blue;
}

Ink ink_of(audit::Verdict verdict) {
  switch (verdict) {
    case audit::Verdict::compatible:
    case audit::Verdict::pure:
      return Ink::green;
    case audit::Verdict::not_applicable:
      return Ink::blue;
    case audit::Verdict::repairable:
      return Ink::yellow;
    case audit::Verdict::incompatible:
    case audit::Verdict::malformed:
      break;
  }
  return Ink::red;
}

std::string columns(const std::vector<std::vector<std::string>>& rows, std::string_view margin) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], visible_width(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line(margin);
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - visible_width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string fact(std::string_view margin, std::string_view label, std::string_view value) {
  return fmt::format("{}{:<{}}{}\n", margin, label, fact_width, value);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string count_text(std::size_t count, std::string_view noun) {
  if (count == 1) return fmt::format("1 {}", noun);
  if (noun.ends_with('y')) {
    return fmt::format("{} {}ies", count, noun.substr(0, noun.size() - 1));
  }
  return fmt::format("{} {}{}", count, noun, noun.ends_with('s') ? "es" : "s");
}

std::string shown(std::string_view raw, const TextStyle& style) {
  if (style.verbose || raw.size() <= shown_bytes) return escape_terminal(raw);
  constexpr std::size_t half = shown_bytes / 2;
  return fmt::format("{} … {} ({} bytes, -v shows all)", escape_terminal(raw.substr(0, half)),
                     escape_terminal(raw.substr(raw.size() - half)), raw.size());
}

std::size_t shown_count(std::size_t size, std::size_t limit, const TextStyle& style) {
  return style.verbose || size <= limit + 1 ? size : limit;
}

}  // namespace wheelaudit::report
