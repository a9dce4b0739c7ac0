#pragma once

// What the members of a wheel say: dist-info, modules, and how all members agree with RECORD.

#include <string>
#include <vector>

#include "wheel/wheel.hpp"
#include "zip/archive.hpp"

namespace wheelaudit::wheel {

struct WheelContents {
  std::string sha256;  ///< hex of the whole file, as `digest_source` returns it
  std::vector<zip::ArchiveFault> faults;
  DistInfo dist_info;
  std::vector<WheelModule> modules;               ///< sorted by path
  std::vector<RecordMismatch> record_mismatches;  ///< sorted by path
  std::vector<MemberFormat> member_formats;       ///< sorted by path
  std::vector<AbsentName> absent_names;           ///< sorted
  std::vector<std::string> quiet_packages;        ///< sorted
  std::vector<OpenedLibrary> opened_libraries;    ///< sorted
  std::vector<ImportedModule> imported_modules;   ///< sorted, each module once
};

/// Reads what `options` asks for, with `options.threads` threads; the result does not depend on
/// their number. `archive` must be readable. Faults of members are in the result. Errors: io.
[[nodiscard]] Result<WheelContents> read_wheel_contents(
    const zip::Archive& archive, const std::optional<WheelFilename>& filename,
    const ReadOptions& options);

/// Hex of the SHA-256 of the whole file; empty when `options.digest_file` is false or the file is
/// larger than --max-wheel-size. Errors: io.
[[nodiscard]] Result<std::string> digest_source(const ByteSource& source,
                                                const ReadOptions& options);

}  // namespace wheelaudit::wheel
