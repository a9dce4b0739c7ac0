#pragma once

// A cursor over one range of a module: LEB128 numbers within their bits, names that are UTF-8,
// nothing beyond the range. The first fault is kept: every later read yields zero or an empty name,
// so a reader checks once per item instead of once per byte. WebAssembly core specification 3.0,
// sections 5.2.2 (integers) and 5.2.4 (names).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/utf8.hpp"

namespace wheelaudit::wasm {

/// In bytes. Longer names are refused (docs/design/modules.md#engine-limits).
inline constexpr std::uint32_t longest_name = 100'000;

class ByteReader {
 public:
  /// Reads `module[begin, end)`; both offsets lie within the module. `range` names these bytes in
  /// messages ("the dylink section"); the text must outlive the reader. `what` of the members names
  /// the item that is read, likewise.
  ByteReader(Bytes module, std::uint64_t begin, std::uint64_t end, std::string_view range)
      : module_(module), at_(begin), end_(end), range_(range) {}

  std::uint8_t u8(std::string_view what);
  // Unsigned LEB128, at most 5 and 10 bytes long.
  std::uint32_t u32(std::string_view what);
  std::uint64_t u64(std::string_view what);
  /// A length and that many bytes of UTF-8; a view of the module.
  std::string_view name(std::string_view what);
  /// A count of items that take at least `item_size` bytes each. A count for which the range is too
  /// short is refused here, before a caller loops over it or reserves memory for it.
  std::uint32_t count(std::string_view what, std::uint64_t item_size);
  void skip(std::uint64_t size, std::string_view what);
  /// Makes `message` the fault, at the offset of the last item read.
  void refuse(std::string message);

  /// The next byte; only while `more()`.
  [[nodiscard]] std::uint8_t peek() const { return std::to_integer<std::uint8_t>(module_[at_]); }
  // Offsets in the module, and the bytes between them.
  [[nodiscard]] std::uint64_t at() const { return at_; }
  [[nodiscard]] std::uint64_t end() const { return end_; }
  [[nodiscard]] std::uint64_t remaining() const { return end_ - at_; }
  [[nodiscard]] bool failed() const { return fault_.has_value(); }
  /// There is more to read, and no fault yet.
  [[nodiscard]] bool more() const { return at_ < end_ && !fault_; }
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

 private:
  std::uint64_t number(std::string_view what, unsigned bits);

  Bytes module_;
  std::uint64_t at_;
  std::uint64_t end_;
  std::uint64_t item_ = 0;  ///< offset of the item read last
  std::string_view range_;
  std::optional<Fault> fault_;
};

}  // namespace wheelaudit::wasm
