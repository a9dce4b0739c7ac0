#pragma once

// Byte views and owned bytes, and the one way to narrow an integer.
//
// Every part between input and output sees a wheel as bytes that another part owns (`Bytes`) or as
// bytes that the part made itself (`ByteVector`).

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace wheelaudit::inline base {

using Bytes = std::span<const std::byte>;
using ByteVector = std::vector<std::byte>;

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline ByteVector to_byte_vector(std::string_view text) {
  const Bytes view = as_bytes(text);
  return {view.begin(), view.end()};
}

inline void append(ByteVector& bytes, Bytes more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Narrows `value` to `To`; nullopt when `value` does not fit. A number from a file changes its
/// width only through this function.
template <std::integral To, std::integral From>
[[nodiscard]] constexpr std::optional<To> narrow(From value) {
  if (!std::in_range<To>(value)) return std::nullopt;
  return static_cast<To>(value);
}

/// A part of a source. `view` is the bytes to read; `owned` holds these bytes when the source had
/// to copy them, and is empty otherwise. Move-only, because the `view` of a copy would point into
/// the original.
struct ByteChunk {
  ByteVector owned;
  Bytes view;

  ByteChunk() = default;
  explicit ByteChunk(Bytes borrowed) : view(borrowed) {}
  explicit ByteChunk(ByteVector bytes) : owned(std::move(bytes)), view(owned) {}
  ByteChunk(const ByteChunk&) = delete;
  ByteChunk& operator=(const ByteChunk&) = delete;
  // A moved vector keeps its buffer, so the view stays right.
  ByteChunk(ByteChunk&&) noexcept = default;
  ByteChunk& operator=(ByteChunk&&) noexcept = default;
};

/// Random access to the bytes of one input whose size does not change. `read` may be called from
/// several threads at once. It yields exactly `length` bytes or an Error of kind io (also when the
/// file became shorter in the meantime); the caller must check `offset + length <= size` before.
struct ByteSource {
  std::uint64_t size = 0;
  std::function<Result<ByteChunk>(std::uint64_t offset, std::size_t length)> read;
};

/// A source over `bytes`, which must outlive the source. A read returns a view and copies nothing.
/// Errors of a read: internal, for bytes beyond the end.
[[nodiscard]] ByteSource memory_source(Bytes bytes);

}  // namespace wheelaudit::inline base
