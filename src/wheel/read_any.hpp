#pragma once

// Bytes that may be a wheel or a bare module, with a file name or without one.

#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::wheel {

/// Reads a wheel that has no file name; the name is made from its dist-info. `path` is for reports.
/// Errors: io.
[[nodiscard]] Result<Wheel> read_nameless(const std::string& path, ByteSource source,
                                          const ReadOptions& options);

/// Reads a wheel or a bare module, told apart by the name of `path` or, without a file name
/// (`is_named` false), by the first bytes. Without one `path` is for reports only, and a wheel's
/// name is made from its dist-info. Errors: io.
[[nodiscard]] Result<Wheel> read_any(const std::string& path, bool is_named, ByteSource source,
                                     const ReadOptions& options);

}  // namespace wheelaudit::wheel
