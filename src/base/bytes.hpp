#pragma once

// Byte views and owned bytes, and the one way to narrow an integer.
//
// Everything between the two ends of the program sees a wheel as bytes that somebody else owns
// (`Bytes`) or as bytes it made itself (`ByteVector`).

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

/// Narrows `value` to `To`; nullopt when it does not fit. The only way a number from a file may
/// change its width.
template <std::integral To, std::integral From>
[[nodiscard]] constexpr std::optional<To> narrow(From value) {
  if (!std::in_range<To>(value)) return std::nullopt;
  return static_cast<To>(value);
}

/// A part of a source: `view` is what to read; `owned` keeps it alive when the source had to copy.
/// Move-only in effect: copying would leave `view` pointing into the original.
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
/// file shrank underneath); the caller has checked `offset + length <= size`.
struct ByteSource {
  std::uint64_t size = 0;
  std::function<Result<ByteChunk>(std::uint64_t offset, std::size_t length)> read;
};

/// A source over bytes that outlive it; reads are views, nothing is copied.
[[nodiscard]] ByteSource memory_source(Bytes bytes);

}  // namespace wheelaudit::inline base
