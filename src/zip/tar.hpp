#pragma once

// A file that is a ZIP and a tar archive at once.

#include <optional>

#include "zip/archive.hpp"

namespace wheelaudit::zip {

/// PyPI refuses such files: set when the first 512 bytes are a tar header with a right checksum.
[[nodiscard]] Result<std::optional<ArchiveFault>> tar_fault(const ByteSource& source);

}  // namespace wheelaudit::zip
