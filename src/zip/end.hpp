#pragma once

// Where an archive ends and what its end says: the end record, the zip64 one, and every other place
// where a reader might look for an end; and whether the file is an archive of another format too.

#include <cstdint>
#include <optional>
#include <vector>

#include "zip/archive.hpp"
#include "zip/faults.hpp"

namespace wheelaudit::zip {

/// How far from the end of the file readers look for an end record, in bytes: 22 of the record, at
/// most 65,535 of a comment, and (libzip) 20 of a zip64 locator before the record.
inline constexpr std::uint64_t end_search_length = 65'535 + 22 + 20;

struct ArchiveEnd {
  std::uint64_t record_offset = 0;  ///< of the end record
  /// Where the directory must stop: at the zip64 end record if there is one, else at the end
  /// record.
  std::uint64_t tail_offset = 0;
  std::uint64_t entries = 0;
  std::uint64_t directory_size = 0;
  std::uint64_t directory_offset = 0;
};

struct EndSearch {
  std::optional<ArchiveEnd> end;  ///< set when the directory can be walked
  std::vector<ArchiveFault> faults;
};

/// Finds and checks the end record. Reads the tail of `source` once, and a few bytes at places that
/// the records name. Errors: io.
[[nodiscard]] Result<EndSearch> find_archive_end(const ByteSource& source);

/// Offsets of every end record signature in the last `end_search_length` bytes, ascending; the last
/// ones may have fewer than 22 bytes behind them.
[[nodiscard]] Result<std::vector<std::uint64_t>> end_signatures(const ByteSource& source);

/// PyPI refuses a file that is a tar archive too: set when the first 512 bytes are a tar header
/// with a right checksum. Errors: io.
[[nodiscard]] Result<std::optional<ArchiveFault>> tar_fault(const ByteSource& source);

}  // namespace wheelaudit::zip
