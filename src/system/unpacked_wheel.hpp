#pragma once

// A wheel unpacked into a directory, as pyodide-build and `wheel unpack` leave it: an input of
// `repair`.

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace wheelaudit::system {

/// Whether a directory holds exactly one `*.dist-info` with a WHEEL file.
[[nodiscard]] bool is_unpacked_wheel(const std::string& directory);

/// The directory as a wheel in memory, as `wheel pack` would write it: RECORD is made again and
/// signatures of the old RECORD are left out. The same files yield the same bytes: members sorted,
/// dist-info last, dated by `epoch` (SOURCE_DATE_EPOCH; else 1980-01-01), and of the files' modes
/// only the right to execute is kept. Errors: io, also for a link or a device and beyond the
/// limits.
[[nodiscard]] Result<ByteSource> pack_directory(const std::string& directory, const Limits& limits,
                                                std::optional<std::uint32_t> epoch);

}  // namespace wheelaudit::system
