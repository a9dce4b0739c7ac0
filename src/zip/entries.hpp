#pragma once

// The local entries: what lies between byte 0 and the central directory.

#include <vector>

#include "zip/archive.hpp"
#include "zip/end.hpp"
#include "zip/faults.hpp"
#include "zip/name_collisions.hpp"

namespace wheelaudit::zip {

struct EntriesRead {
  std::vector<ArchiveMember> members;  ///< with data and end offsets
  FaultLog faults;
};

/// Walks the local headers in the file's order and checks each against its central record. Never
/// reads a member's data. Errors: io.
[[nodiscard]] Result<EntriesRead> read_entries(const ByteSource& source, const ArchiveEnd& end,
                                               std::vector<ArchiveMember> members,
                                               const NameTable& names);

}  // namespace wheelaudit::zip
