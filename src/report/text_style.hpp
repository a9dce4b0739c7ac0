#pragma once

// The looks of text reports: colours, columns, lengths of lists. These functions do not escape
// text, except `shown`: the caller escapes everything that comes from a wheel.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.hpp"
#include "base/escape.hpp"
#include "demangle/demangle.hpp"

namespace wheelaudit::report {

struct TextStyle {
  bool color = false;
  bool verbose = false;  ///< nothing is cut
  bool quiet = false;    ///< one line per wheel
  std::size_t width = 100;
};

enum class Ink { bold, faint, red, yellow, green, blue };
/// `text` in this colour, or as it is when the style has none.
[[nodiscard]] std::string paint(const TextStyle& style, Ink ink, std::string_view text);

[[nodiscard]] Ink ink_of(rules::Severity severity);
[[nodiscard]] Ink ink_of(audit::Verdict verdict);

/// Rows as aligned columns, each as wide as its widest cell, with two blanks between and no
/// trailing blanks. One line per row, after `margin`.
[[nodiscard]] std::string columns(const std::vector<std::vector<std::string>>& rows,
                                  std::string_view margin);

/// One line with a label and its value, aligned: ` name markupsafe 2.1.5\n`.
[[nodiscard]] std::string fact(std::string_view margin, std::string_view label,
                               std::string_view value);

/// `412 bytes`, `12.3 kB`, `17.0 MB` (decimal units, as package indexes show them).
[[nodiscard]] std::string size_text(std::uint64_t bytes);
/// `1 module`, `3 modules`, `2 libraries`.
[[nodiscard]] std::string count_text(std::size_t count, std::string_view noun);

/// The text escaped for a terminal and, unless verbose, cut in the middle when it is longer than a
/// reader can use: mangled names reach 100,000 bytes.
[[nodiscard]] std::string shown(std::string_view raw, const TextStyle& style);

/// How many entries of a list of `size` to show: all when verbose or when only one more than
/// `limit` would be cut, else `limit`.
[[nodiscard]] std::size_t shown_count(std::size_t size, std::size_t limit, const TextStyle& style);

}  // namespace wheelaudit::report
