#pragma once

// The records of a ZIP file as bytes: APPNOTE.TXT 6.3.10, sections 4.3.6 to 4.3.16. Only shapes and
// numbers: the other parts of this room decide which values are allowed.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace wheelaudit::zip {

inline constexpr std::uint32_t local_signature = 0x04034b50;
inline constexpr std::uint32_t descriptor_signature = 0x08074b50;
inline constexpr std::uint32_t central_signature = 0x02014b50;
inline constexpr std::uint32_t zip64_end_signature = 0x06064b50;
inline constexpr std::uint32_t zip64_locator_signature = 0x07064b50;
inline constexpr std::uint32_t end_signature = 0x06054b50;

// Fixed parts; names, extra fields and comments follow them.
inline constexpr std::size_t local_size = 30;
inline constexpr std::size_t central_size = 46;
inline constexpr std::size_t zip64_end_size = 56;
inline constexpr std::size_t zip64_locator_size = 20;
inline constexpr std::size_t end_size = 22;

/// Values that say "look in the zip64 field or record" (APPNOTE 4.4.1.4).
inline constexpr std::uint16_t saturated16 = 0xffff;
inline constexpr std::uint32_t saturated32 = 0xffffffff;

// General purpose flags (APPNOTE 4.4.4).
inline constexpr std::uint16_t encrypted_flag = 1U << 0U;
inline constexpr std::uint16_t level_flags = (1U << 1U) | (1U << 2U);
inline constexpr std::uint16_t descriptor_flag = 1U << 3U;
inline constexpr std::uint16_t strong_encryption_flag = 1U << 6U;
inline constexpr std::uint16_t utf8_flag = 1U << 11U;
inline constexpr std::uint16_t masked_headers_flag = 1U << 13U;

inline constexpr std::uint16_t stored = 0;
inline constexpr std::uint16_t deflated = 8;

// Extra fields (APPNOTE 4.5.2, 4.6; Info-ZIP's extrafld.txt).
inline constexpr std::uint16_t zip64_extra = 0x0001;
inline constexpr std::uint16_t unicode_path_extra = 0x7075;

/// A little-endian number; the caller has checked that it lies within `bytes`.
template <std::unsigned_integral T>
[[nodiscard]] T load(Bytes bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) {
    value =
        static_cast<T>((std::uint64_t{value} << 8U) | std::to_integer<std::uint8_t>(bytes[at + i]));
  }
  return value;
}

/// Writes little-endian numbers one after the other.
class RecordWriter {
 public:
  RecordWriter& u16(std::uint16_t value) { return number(value, 2); }
  RecordWriter& u32(std::uint32_t value) { return number(value, 4); }
  RecordWriter& u64(std::uint64_t value) { return number(value, 8); }
  RecordWriter& text(std::string_view value);
  [[nodiscard]] ByteVector take() && { return std::move(bytes_); }

 private:
  RecordWriter& number(std::uint64_t value, int width);
  ByteVector bytes_;
};

struct LocalHeader {
  std::uint16_t version_needed = 0;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint16_t dos_time = 0;
  std::uint16_t dos_date = 0;
  std::uint32_t crc = 0;
  std::uint32_t compressed_size = 0;
  std::uint32_t size = 0;
  std::uint16_t name_length = 0;
  std::uint16_t extra_length = 0;
};

struct CentralRecord {
  std::uint16_t version_made_by = 0;
  std::uint16_t version_needed = 0;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint16_t dos_time = 0;
  std::uint16_t dos_date = 0;
  std::uint32_t crc = 0;
  std::uint32_t compressed_size = 0;
  std::uint32_t size = 0;
  std::uint16_t name_length = 0;
  std::uint16_t extra_length = 0;
  std::uint16_t comment_length = 0;
  std::uint16_t disk = 0;
  std::uint16_t internal_attributes = 0;
  std::uint32_t external_attributes = 0;
  std::uint32_t local_offset = 0;
};

struct EndRecord {
  std::uint16_t disk = 0;
  std::uint16_t directory_disk = 0;
  std::uint16_t entries_on_disk = 0;
  std::uint16_t entries = 0;
  std::uint32_t directory_size = 0;
  std::uint32_t directory_offset = 0;
  std::uint16_t comment_length = 0;
};

struct Zip64End {
  std::uint64_t record_size = 0;  ///< of what follows this field: 44
  std::uint16_t version_made_by = 0;
  std::uint16_t version_needed = 0;
  std::uint32_t disk = 0;
  std::uint32_t directory_disk = 0;
  std::uint64_t entries_on_disk = 0;
  std::uint64_t entries = 0;
  std::uint64_t directory_size = 0;
  std::uint64_t directory_offset = 0;
};

struct Zip64Locator {
  std::uint32_t disk = 0;
  std::uint64_t end_offset = 0;
  std::uint32_t disks = 0;
};

// Each reads from the record's signature on; the caller has checked length and signature.
[[nodiscard]] LocalHeader local_header(Bytes bytes);
[[nodiscard]] CentralRecord central_record(Bytes bytes);
[[nodiscard]] EndRecord end_record(Bytes bytes);
[[nodiscard]] Zip64End zip64_end(Bytes bytes);
[[nodiscard]] Zip64Locator zip64_locator(Bytes bytes);

// Each writes signature, fixed part and name. Lengths of extra field and comment are written as the
// record says; the bytes of both are the caller's to append.
[[nodiscard]] ByteVector bytes_of(const LocalHeader& header, std::string_view name);
[[nodiscard]] ByteVector bytes_of(const CentralRecord& record, std::string_view name);
[[nodiscard]] ByteVector bytes_of(const EndRecord& record);
[[nodiscard]] ByteVector bytes_of(const Zip64End& record);
[[nodiscard]] ByteVector bytes_of(const Zip64Locator& record);

}  // namespace wheelaudit::zip
