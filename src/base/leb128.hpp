#pragma once

// Unsigned LEB128 in its shortest form, as WebAssembly (core specification, 5.2.2) and the packed
// profiles write numbers. Numbers of foreign files are read by wasm/byte_reader.hpp, which checks
// more.

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
