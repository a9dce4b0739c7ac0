#pragma once

// What bytes that are not wasm are.

#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace wheelaudit::wasm {

/// Names the format and CPU of bytes that are not wasm, from their first bytes (≥ 4 KiB are
/// enough).
[[nodiscard]] std::string foreign_format(Bytes prefix, std::uint64_t size);

}  // namespace wheelaudit::wasm
