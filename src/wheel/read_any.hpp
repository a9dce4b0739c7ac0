#pragma once

// Bytes that may be a wheel or a bare module, with a file name or without one.

#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::wheel {

/// A wheel that has no file name, made from its dist-info then; `path` is for reports.
[[nodiscard]] Result<Wheel> read_nameless(const std::string& path, ByteSource source,
                                          const ReadOptions& options);

/// A wheel, or a bare module by its name or first bytes. Without a file name (`is_named` false)
/// `path` is for reports, and the wheel's name is made from its dist-info.
[[nodiscard]] Result<Wheel> read_any(const std::string& path, bool is_named, ByteSource source,
                                     const ReadOptions& options);

}  // namespace wheelaudit::wheel
