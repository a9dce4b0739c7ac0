#pragma once

// Unsigned LEB128 in its shortest form, as WebAssembly (core specification, 5.2.2) and the packed
// profiles write numbers. Reading is stricter where the bytes are somebody else's:
// wasm/byte_reader.hpp.

#include <cstdint>

#include "base/bytes.hpp"

namespace wheelaudit::inline base {

inline void append_leb128(ByteVector& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    bytes.push_back(static_cast<std::byte>((value & 0x7f) | 0x80));
  }
  bytes.push_back(static_cast<std::byte>(value));
}

}  // namespace wheelaudit::inline base
