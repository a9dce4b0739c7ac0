#pragma once

// The central directory as a table of members.

#include <vector>

#include "base/limits.hpp"
#include "zip/archive.hpp"
#include "zip/end.hpp"
#include "zip/extra.hpp"
#include "zip/faults.hpp"

namespace wheelaudit::zip {

struct DirectoryRead {
  std::vector<ArchiveMember> members;  ///< data and end offsets not yet known
  FaultLog faults;
};

/// Reads every record between `end.directory_offset` and `end.tail_offset`. Errors: io.
[[nodiscard]] Result<DirectoryRead> read_directory(const ByteSource& source, const ArchiveEnd& end,
                                                   const Limits& limits);

/// What is wrong with one record's own values: flags, method, attributes, sizes.
[[nodiscard]] std::vector<ArchiveFault> member_faults(const ArchiveMember& member);

/// What is wrong with the extra fields of a local header (`local`) or central record of `name`.
[[nodiscard]] std::vector<ArchiveFault> extra_faults(const ExtraFields& extra,
                                                     std::string_view name, std::uint64_t offset,
                                                     bool local);

}  // namespace wheelaudit::zip
