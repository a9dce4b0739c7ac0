#pragma once

// The encoding of profiles inside the program: little-endian numbers, and strings as offsets into
// one pool, which holds each distinct string once, with its length before it.

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

/// Collects strings, each distinct one once, in the order of their first use.
class StringPool {
 public:
  /// The text's offset in `bytes()`; adds the text when it is new.
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
/// The string at `offset` of a pool; empty when the string does not lie within the pool.
[[nodiscard]] std::string_view pooled_text(Bytes pool, std::uint32_t offset);

/// Reads numbers and strings one after the other. Beyond the end every value is zero or empty, and
/// `sound()` becomes false.
class PackedReader {
 public:
  PackedReader(Bytes bytes, Bytes pool) : bytes_(bytes), pool_(pool) {}

  std::uint64_t varint();
  std::string_view text();
  /// A number of items that follow: at most the number of bytes left, so that loops stay bounded.
  std::size_t count();
  [[nodiscard]] bool sound() const { return sound_; }

 private:
  Bytes bytes_;
  Bytes pool_;
  std::size_t at_ = 0;
  bool sound_ = true;
};

/// Packs a symbol table without a pool; its strings are added to `pool`. `set_pool` must then be
/// called with the place of the pool.
[[nodiscard]] ByteVector pack_symbols(std::vector<SymbolEntry> entries, std::size_t releases,
                                      StringPool& pool);
/// Writes the pool's place into the header of the table: its offset from the table's first byte,
/// and its size, both in bytes.
void set_pool(ByteVector& table, std::uint32_t offset, std::uint32_t size);
/// Every symbol of a table as an entry again, for packing the table beside others.
[[nodiscard]] std::vector<SymbolEntry> symbol_entries(const SymbolTable& table,
                                                      std::size_t releases);

}  // namespace wheelaudit::profile
