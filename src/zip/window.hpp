#pragma once

// Small records read through a window over the source: 9,000 headers are not 9,000 tiny reads.

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace wheelaudit::zip {

/// Reads ahead where the reader walks on, and little where it jumps: headers that lie close
/// together come 64 KiB at a time, those behind large members alone.
class Window {
 public:
  explicit Window(const ByteSource& source) : source_(&source) {}

  /// `length` bytes at `offset`, valid until the next call. The caller has checked that they lie
  /// within the source.
  [[nodiscard]] Result<Bytes> at(std::uint64_t offset, std::size_t length);

 private:
  const ByteSource* source_;
  std::uint64_t start_ = 0;
  ByteChunk chunk_;
};

}  // namespace wheelaudit::zip
