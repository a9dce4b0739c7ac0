#pragma once

// The bytes that profiles are kept in inside the program: little-endian numbers, and strings by
// their offset in one pool, each string there once, with its length before it.

#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/leb128.hpp"
#include "profile/symbols.hpp"

namespace wheelaudit::profile {

/// Strings, each kept once, in the order they came.
class StringPool {
 public:
  std::uint32_t offset_of(std::string_view text);
  [[nodiscard]] const ByteVector& bytes() const { return bytes_; }

 private:
  std::map<std::string, std::uint32_t, std::less<>> offsets_;
  ByteVector bytes_;
};

void append_u32(ByteVector& bytes, std::uint32_t value);

/// The four bytes at `at`, or 0 beyond the end.
[[nodiscard]] inline std::uint32_t read_u32(Bytes bytes, std::size_t at) {
  if (at > bytes.size() || bytes.size() - at < 4) return 0;
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, 4);  // one load; linking reads millions
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap32(value);
  return value;
}
/// The string at `offset` of a pool; empty when the offset or its length leads outside.
[[nodiscard]] std::string_view pooled_text(Bytes pool, std::uint32_t offset);

/// Reads numbers and strings one after the other; beyond the end everything is zero and `sound()`
/// turns false.
class PackedReader {
 public:
  PackedReader(Bytes bytes, Bytes pool) : bytes_(bytes), pool_(pool) {}

  std::uint64_t varint();
  std::string_view text();
  /// A number of things to come: never more than the bytes left, so that loops stay bounded.
  std::size_t count();
  [[nodiscard]] bool sound() const { return sound_; }

 private:
  Bytes bytes_;
  Bytes pool_;
  std::size_t at_ = 0;
  bool sound_ = true;
};

/// A symbol table without its pool, whose strings are put into `pool`. The pool is expected
/// `pool_distance` bytes after the table's end.
[[nodiscard]] ByteVector pack_symbols(std::vector<SymbolEntry> entries, std::size_t releases,
                                      StringPool& pool);
/// Writes where the pool stands, relative to the table's own start, into its header.
void set_pool(ByteVector& table, std::uint32_t offset, std::uint32_t size);
/// Every symbol of a table as entries again, for packing it beside others.
[[nodiscard]] std::vector<SymbolEntry> symbol_entries(const SymbolTable& table,
                                                      std::size_t releases);

}  // namespace wheelaudit::profile
