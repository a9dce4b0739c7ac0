// The reads behind ByteReader. Every reader of module bytes that is not WABT uses them, so the
// bounds of LEB128 numbers, names and counts are checked in one place.

#include "wasm/byte_reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace wheelaudit::wasm {

std::uint8_t ByteReader::u8(std::string_view what) {
  if (fault_) return 0;
  item_ = at_;
  if (at_ == end_) {
    refuse(fmt::format("{} ends before the {}", range_, what));
    return 0;
  }
  return std::to_integer<std::uint8_t>(module_[at_++]);
}

std::uint64_t ByteReader::number(std::string_view what, unsigned bits) {
  if (fault_) return 0;
  item_ = at_;
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < bits; shift += 7) {
    if (at_ == end_) {
      refuse(fmt::format("{} ends within the {}", range_, what));
      return 0;
    }
    const auto byte = std::to_integer<std::uint8_t>(module_[at_++]);
    const unsigned left = bits - shift;
    if (left < 7 && (byte & 0x7f) >> left != 0) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  refuse(fmt::format("the {} is a number of more than {} bits", what, bits));
  return 0;
}

std::uint32_t ByteReader::u32(std::string_view what) {
  return static_cast<std::uint32_t>(number(what, 32));
}

std::uint64_t ByteReader::u64(std::string_view what) { return number(what, 64); }

std::string_view ByteReader::name(std::string_view what) {
  const std::uint32_t length = u32(what);
  if (fault_) return {};
  if (length > remaining()) {
    refuse(fmt::format("the {} is {} bytes long, but {} ends after {}", what, length, range_,
                       remaining()));
    return {};
  }
  const std::string_view text = as_text(module_.subspan(at_, length));
  if (!is_utf8(text)) {
    refuse(fmt::format("the {} is not UTF-8", what));
    return {};
  }
  at_ += length;
  return text;
}

std::uint32_t ByteReader::count(std::string_view what, std::uint64_t item_size) {
  const std::uint32_t value = u32(what);
  if (fault_) return 0;
  if (value > remaining() / item_size) {
    refuse(fmt::format("the {} is {}, but only {} bytes of {} are left", what, value, remaining(),
                       range_));
    return 0;
  }
  return value;
}

void ByteReader::skip(std::uint64_t size, std::string_view what) {
  if (fault_) return;
  item_ = at_;
  if (size > remaining()) {
    refuse(fmt::format("the {} takes {} bytes, but only {} bytes of {} are left", what, size,
                       remaining(), range_));
    return;
  }
  at_ += size;
}

void ByteReader::refuse(std::string message) {
  if (!fault_) fault_ = Fault{.message = std::move(message), .offset = item_};
}

}  // namespace wheelaudit::wasm
