// Takes a ZIP file apart and puts it together again.

#include "zip_parts.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <memory>

#include "zip/format.hpp"

namespace wheelaudit::fuzz {
namespace {

constexpr std::size_t most_inflated = 1U << 20U;

/// Reads little-endian numbers one after the other; beyond the end they are 0 and `failed` is set.
struct Cursor {
  Bytes bytes;
  std::size_t at = 0;
  bool failed = false;

  template <class T>
  void take(T& value) {
    value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      if (at >= bytes.size()) {
        failed = true;
        return;
      }
      value = static_cast<T>(value |
                             static_cast<T>(static_cast<std::uint64_t>(bytes[at++]) << (8 * i)));
    }
  }
  std::string take_text(std::size_t length) {
    if (length > bytes.size() - at) {
      failed = true;
      return {};
    }
    std::string text(as_text(bytes.subspan(at, length)));
    at += length;
    return text;
  }
};

template <class T>
void put(ByteVector& bytes, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i)));
  }
}
void put_text(ByteVector& bytes, std::string_view text) {
  const Bytes view = as_bytes(text);
  bytes.insert(bytes.end(), view.begin(), view.end());
}

/// Reads the fields from `version_needed` to the lengths of name and extra field, which the caller
/// reads next.
void take_fields(Cursor& cursor, ZipFields& fields, std::uint16_t& name, std::uint16_t& extra) {
  cursor.take(fields.version_needed);
  cursor.take(fields.flags);
  cursor.take(fields.method);
  cursor.take(fields.time);
  cursor.take(fields.date);
  cursor.take(fields.crc);
  cursor.take(fields.compressed_size);
  cursor.take(fields.size);
  cursor.take(name);
  cursor.take(extra);
}

void put_fields(ByteVector& bytes, const ZipFields& fields) {
  put(bytes, fields.version_needed);
  put(bytes, fields.flags);
  put(bytes, fields.method);
  put(bytes, fields.time);
  put(bytes, fields.date);
  put(bytes, fields.crc);
  put(bytes, fields.compressed_size);
  put(bytes, fields.size);
  put(bytes, static_cast<std::uint16_t>(fields.name.size()));
  put(bytes, static_cast<std::uint16_t>(fields.extra.size()));
}

/// Reads the central record at the cursor, and the offset that it gives for the local header.
std::optional<ZipMember> take_record(Cursor& cursor, std::uint32_t& local_offset) {
  std::uint32_t signature = 0;
  cursor.take(signature);
  if (cursor.failed || signature != zip::central_signature) return std::nullopt;
  ZipMember member;
  std::uint16_t name = 0;
  std::uint16_t extra = 0;
  std::uint16_t comment = 0;
  cursor.take(member.version_made_by);
  take_fields(cursor, member.central, name, extra);
  cursor.take(comment);
  cursor.take(member.disk);
  cursor.take(member.internal_attributes);
  cursor.take(member.external_attributes);
  cursor.take(local_offset);
  member.central.name = cursor.take_text(name);
  member.central.extra = cursor.take_text(extra);
  member.comment = cursor.take_text(comment);
  if (cursor.failed) return std::nullopt;
  return member;
}

/// Reads the local header and data of a member, up to `end` at most.
bool take_local(Bytes bytes, std::size_t offset, std::size_t end, ZipMember& member) {
  Cursor cursor{.bytes = bytes.first(end), .at = offset};
  std::uint32_t signature = 0;
  cursor.take(signature);
  if (cursor.failed || signature != zip::local_signature) return false;
  std::uint16_t name = 0;
  std::uint16_t extra = 0;
  take_fields(cursor, member.local, name, extra);
  member.local.name = cursor.take_text(name);
  member.local.extra = cursor.take_text(extra);
  if (cursor.failed) return false;
  const std::size_t size = std::min<std::size_t>(member.central.compressed_size, end - cursor.at);
  const Bytes data = bytes.subspan(cursor.at, size);
  const Bytes behind = bytes.subspan(cursor.at + size, end - cursor.at - size);
  member.data.assign(data.begin(), data.end());
  member.behind.assign(behind.begin(), behind.end());
  return true;
}

void put_end(ByteVector& bytes, const ZipFile& zip, std::uint64_t directory) {
  const std::uint64_t size = bytes.size() - directory;
  const auto stated = directory + static_cast<std::uint64_t>(zip.directory_shift);
  const auto count =
      static_cast<std::uint64_t>(static_cast<std::int64_t>(zip.members.size()) + zip.count_shift);
  if (zip.zip64_end) {
    const std::uint64_t at = bytes.size();
    put(bytes, zip::zip64_end_signature);
    put(bytes, std::uint64_t{zip::zip64_end_size - 12});
    put(bytes, std::uint32_t{45U << 16U | 45U});
    put(bytes, std::uint64_t{0});
    for (const std::uint64_t value : {count, count, size, stated}) put(bytes, value);
    put(bytes, zip::zip64_locator_signature);
    put(bytes, std::uint32_t{0});
    put(bytes, at);
    put(bytes, std::uint32_t{1});
  }
  put(bytes, zip::end_signature);
  put(bytes, std::uint32_t{0});
  put(bytes, static_cast<std::uint16_t>(zip.zip64_end ? zip::saturated16 : count));
  put(bytes, static_cast<std::uint16_t>(zip.zip64_end ? zip::saturated16 : count));
  put(bytes, static_cast<std::uint32_t>(zip.zip64_end ? zip::saturated32 : size));
  put(bytes, static_cast<std::uint32_t>(zip.zip64_end ? zip::saturated32 : stated));
  put(bytes, static_cast<std::uint16_t>(zip.comment.size()));
  put_text(bytes, zip.comment);
}

void put_record(ByteVector& bytes, const ZipMember& member, std::uint64_t local_offset) {
  put(bytes, zip::central_signature);
  put(bytes, member.version_made_by);
  put_fields(bytes, member.central);
  put(bytes, static_cast<std::uint16_t>(member.comment.size()));
  put(bytes, member.disk);
  put(bytes, member.internal_attributes);
  put(bytes, member.external_attributes);
  put(bytes, static_cast<std::uint32_t>(local_offset + static_cast<std::uint64_t>(member.shift)));
  put_text(bytes, member.central.name);
  put_text(bytes, member.central.extra);
  put_text(bytes, member.comment);
}

}  // namespace

std::optional<ZipFile> split_zip(Bytes bytes) {
  const std::size_t end = as_text(bytes).rfind("PK\5\6");
  if (end == std::string_view::npos || bytes.size() - end < zip::end_size) return std::nullopt;
  ZipFile zip;
  Cursor record{.bytes = bytes, .at = end + 16};
  std::uint32_t directory = 0;
  std::uint16_t comment = 0;
  record.take(directory);
  record.take(comment);
  zip.comment = record.take_text(std::min<std::size_t>(comment, bytes.size() - record.at));
  // The directory ends where a zip64 end record or the end record begins.
  Cursor cursor{.bytes = bytes.first(end), .at = std::min<std::size_t>(directory, end)};
  std::vector<std::uint32_t> offsets;
  while (zip.members.size() < 64) {
    std::uint32_t offset = 0;
    auto member = take_record(cursor, offset);
    if (!member) break;
    zip.members.push_back(std::move(*member));
    offsets.push_back(offset);
  }
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    std::size_t limit = std::min<std::size_t>(directory, end);
    for (const std::uint32_t other : offsets) {
      if (other > offsets[i]) limit = std::min<std::size_t>(limit, other);
    }
    if (offsets[i] >= limit || !take_local(bytes, offsets[i], limit, zip.members[i]))
      return std::nullopt;
  }
  return zip;
}

ByteVector join_zip(const ZipFile& zip) {
  ByteVector bytes = zip.in_front;
  std::vector<std::uint64_t> offsets;
  for (const ZipMember& member : zip.members) {
    offsets.push_back(bytes.size());
    put(bytes, zip::local_signature);
    put_fields(bytes, member.local);
    put_text(bytes, member.local.name);
    put_text(bytes, member.local.extra);
    bytes.insert(bytes.end(), member.data.begin(), member.data.end());
    bytes.insert(bytes.end(), member.behind.begin(), member.behind.end());
  }
  const std::uint64_t directory = bytes.size();
  for (std::size_t i = 0; i < zip.members.size(); ++i)
    put_record(bytes, zip.members[i], offsets[i]);
  put_end(bytes, zip, directory);
  bytes.insert(bytes.end(), zip.trailing.begin(), zip.trailing.end());
  return bytes;
}

std::optional<ByteVector> content_of(const ZipMember& member) {
  if (member.central.method == zip::stored) return member.data;
  if (member.central.method != zip::deflated || member.central.size > most_inflated) {
    return std::nullopt;
  }
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  ByteVector content(member.central.size + 1);
  std::size_t size = 0;
  if (libdeflate_deflate_decompress(inflater.get(), member.data.data(), member.data.size(),
                                    content.data(), content.size(), &size) != LIBDEFLATE_SUCCESS) {
    return std::nullopt;
  }
  content.resize(size);
  return content;
}

void set_content(ZipMember& member, Bytes content, std::uint16_t method) {
  member.data.assign(content.begin(), content.end());
  if (method == zip::deflated) {
    const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> deflater(
        libdeflate_alloc_compressor(1), libdeflate_free_compressor);
    member.data.resize(libdeflate_deflate_compress_bound(deflater.get(), content.size()));
    member.data.resize(libdeflate_deflate_compress(deflater.get(), content.data(), content.size(),
                                                   member.data.data(), member.data.size()));
  }
  for (ZipFields* fields : {&member.local, &member.central}) {
    fields->method = method;
    fields->crc = libdeflate_crc32(0, content.data(), content.size());
    fields->size = static_cast<std::uint32_t>(content.size());
    fields->compressed_size = static_cast<std::uint32_t>(member.data.size());
  }
}

}  // namespace wheelaudit::fuzz
