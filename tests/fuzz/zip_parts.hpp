#pragma once

// A ZIP file taken apart into its records and put together again, with every field as it was read
// or as a mutator set it (APPNOTE.TXT 6.3.10, 4.3.6–4.3.16). Only offsets, lengths and the counts
// of the end record are computed again. Nothing here checks the file strictly, because mutants must
// be possible that a reader refuses.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace wheelaudit::fuzz {

/// The fields that local header and central record share.
struct ZipFields {
  std::uint16_t version_needed = 20;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint16_t time = 0;
  std::uint16_t date = 33;
  std::uint32_t crc = 0;
  std::uint32_t compressed_size = 0;
  std::uint32_t size = 0;
  std::string name;
  std::string extra;
};

struct ZipMember {
  ZipFields local;
  ZipFields central;
  std::uint16_t version_made_by = 0x314;
  std::uint16_t disk = 0;
  std::uint16_t internal_attributes = 0;
  std::uint32_t external_attributes = 0100644U << 16U;
  std::string comment;
  ByteVector data;    ///< compressed
  ByteVector behind;  ///< bytes up to the next member: a data descriptor, or bytes of no record
  std::int64_t shift = 0;  ///< added to the local offset in the directory
};

struct ZipFile {
  ByteVector in_front;
  std::vector<ZipMember> members;
  bool zip64_end = false;  ///< with a zip64 end record and its locator
  std::int32_t count_shift = 0;
  std::int64_t directory_shift = 0;
  std::string comment;
  ByteVector trailing;
};

/// The parts of a ZIP file; nullopt when the records cannot be told apart.
[[nodiscard]] std::optional<ZipFile> split_zip(Bytes bytes);
[[nodiscard]] ByteVector join_zip(const ZipFile& zip);

/// The member's content; nullopt when it cannot be inflated (or is over 1 MiB).
[[nodiscard]] std::optional<ByteVector> content_of(const ZipMember& member);
/// Puts content into a member: data, CRC and both sizes, stored or deflated as `method` says.
void set_content(ZipMember& member, Bytes content, std::uint16_t method);

}  // namespace wheelaudit::fuzz
