#pragma once

// What the members of a wheel say: dist-info, modules, and how all of them agree with RECORD.

#include <string>
#include <vector>

#include "wheel/wheel.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::wheel {

struct WheelContents {
  std::string sha256;  ///< of the whole file
  std::vector<zip::ArchiveFault> faults;
  DistInfo dist_info;
  std::vector<WheelModule> modules;               ///< sorted by path
  std::vector<RecordMismatch> record_mismatches;  ///< sorted by path
  std::vector<MemberFormat> member_formats;       ///< sorted by path
  std::vector<AbsentName> absent_names;           ///< sorted
};

/// `archive` must be readable. Errors: io.
[[nodiscard]] Result<WheelContents> read_wheel_contents(
    const zip::Archive& archive, const std::optional<WheelFilename>& filename,
    const ReadOptions& options);

/// Hex of the SHA-256 of the whole file; empty when it is not wanted or over --max-wheel-size.
[[nodiscard]] Result<std::string> digest_source(const ByteSource& source,
                                                const ReadOptions& options);

}  // namespace wheelaudit::wheel
