// Numbers and pooled strings of the packed profiles. Every read is checked against the size of the
// bytes: a damaged block yields empty values, never a read outside.

#include "profile/packed.hpp"

namespace wheelaudit::profile {
namespace {

constexpr std::size_t bits_a_byte = 7;

struct Varint {
  std::uint64_t value = 0;
  std::size_t end = 0;  ///< offset after the number; 0: the number does not end within the bytes
};

Varint read_varint(Bytes bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t shift = 0; shift < 63 && at < bytes.size(); shift += bits_a_byte, ++at) {
    const auto byte = std::to_integer<std::uint64_t>(bytes[at]);
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return {.value = value, .end = at + 1};
  }
  return {};
}

}  // namespace

std::uint32_t StringPool::offset_of(std::string_view text) {
  const auto known = offsets_.find(text);
  if (known != offsets_.end()) return known->second;
  const auto offset = static_cast<std::uint32_t>(bytes_.size());
  append_leb128(bytes_, text.size());
  const Bytes view = as_bytes(text);
  append(bytes_, view);
  offsets_.emplace(text, offset);
  return offset;
}

void append_u32(ByteVector& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<std::byte>((value >> shift) & 0xff));
  }
}

std::string_view pooled_text(Bytes pool, std::uint32_t offset) {
  const Varint length = read_varint(pool, offset);
  if (length.end == 0 || length.value > pool.size() - length.end) return {};
  return as_text(pool.subspan(length.end, static_cast<std::size_t>(length.value)));
}

std::uint64_t PackedReader::varint() {
  const Varint number = read_varint(bytes_, at_);
  if (number.end == 0) {
    sound_ = false;
    at_ = bytes_.size();
    return 0;
  }
  at_ = number.end;
  return number.value;
}

std::string_view PackedReader::text() {
  const auto offset = narrow<std::uint32_t>(varint());
  if (!offset || *offset >= pool_.size()) {
    sound_ = false;
    return {};
  }
  return pooled_text(pool_, *offset);
}

std::size_t PackedReader::count() {
  const std::uint64_t number = varint();
  if (number > bytes_.size() - at_) {
    sound_ = false;
    return 0;
  }
  return static_cast<std::size_t>(number);
}

}  // namespace wheelaudit::profile
