#pragma once

// Small records read through a window over the source: 9,000 headers are not 9,000 tiny reads.

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace wheelaudit::zip {

/// Reads 64 KiB ahead when the next record is near, and 1 KiB when it is far: headers that lie
/// close together come in one read, those behind large members one by one.
class Window {
 public:
  explicit Window(const ByteSource& source) : source_(&source) {}

  /// `length` bytes at `offset`, valid until the next call. The caller must check before that they
  /// lie within the source. Errors: io.
  [[nodiscard]] Result<Bytes> at(std::uint64_t offset, std::size_t length);

 private:
  const ByteSource* source_;
  std::uint64_t start_ = 0;
  ByteChunk chunk_;
};

}  // namespace wheelaudit::zip
