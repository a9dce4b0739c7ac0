#pragma once

// RECORD: the CSV list of a wheel's files with hashes and sizes (PEP 376, PEP 427, PEP 627).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"

namespace wheelaudit::wheel {

struct RecordEntry {
  std::string path;
  std::string algorithm;  ///< "sha256"; empty for an entry without a hash
  std::string digest;     ///< URL-safe base64 without padding, as written
  std::optional<std::uint64_t> size;

  /// The row of RECORD, its line end included; a field is quoted only where CSV needs quotes.
  [[nodiscard]] std::string row() const;

  auto operator<=>(const RecordEntry&) const = default;
};

struct Record {
  std::vector<RecordEntry> entries;  ///< in the file's order
  std::vector<Fault> faults;         ///< rows that could not be read; their entries are left out
  std::uint64_t rows =
      0;  ///< rows in the text, unreadable ones too; reading stops beyond `Limits::entries`

  /// RECORD text: the rows, `\n` line ends, no trailing blank line.
  [[nodiscard]] std::string str() const;
};

/// Reads RECORD text as Python's `csv` module does (quotes, doubled quotes, both line ends). Linear
/// in its length; at most `limits.entries` rows are kept. Never fails: a fault has the byte offset
/// of its row.
[[nodiscard]] Record parse_record(std::string_view text, const Limits& limits = {});

}  // namespace wheelaudit::wheel
