// ZIP records from bytes and to bytes (APPNOTE.TXT 4.3). Field by field: the layouts have no
// padding and every number is little-endian, whatever the machine.

#include "zip/format.hpp"

namespace wheelaudit::zip {

RecordWriter& RecordWriter::text(std::string_view value) {
  const Bytes view = as_bytes(value);
  append(bytes_, view);
  return *this;
}

RecordWriter& RecordWriter::number(std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) {
    bytes_.push_back(static_cast<std::byte>(value & 0xffU));
    value >>= 8U;
  }
  return *this;
}

LocalHeader local_header(Bytes bytes) {
  return {.version_needed = load<std::uint16_t>(bytes, 4),
          .flags = load<std::uint16_t>(bytes, 6),
          .method = load<std::uint16_t>(bytes, 8),
          .dos_time = load<std::uint16_t>(bytes, 10),
          .dos_date = load<std::uint16_t>(bytes, 12),
          .crc = load<std::uint32_t>(bytes, 14),
          .compressed_size = load<std::uint32_t>(bytes, 18),
          .size = load<std::uint32_t>(bytes, 22),
          .name_length = load<std::uint16_t>(bytes, 26),
          .extra_length = load<std::uint16_t>(bytes, 28)};
}

CentralRecord central_record(Bytes bytes) {
  return {.version_made_by = load<std::uint16_t>(bytes, 4),
          .version_needed = load<std::uint16_t>(bytes, 6),
          .flags = load<std::uint16_t>(bytes, 8),
          .method = load<std::uint16_t>(bytes, 10),
          .dos_time = load<std::uint16_t>(bytes, 12),
          .dos_date = load<std::uint16_t>(bytes, 14),
          .crc = load<std::uint32_t>(bytes, 16),
          .compressed_size = load<std::uint32_t>(bytes, 20),
          .size = load<std::uint32_t>(bytes, 24),
          .name_length = load<std::uint16_t>(bytes, 28),
          .extra_length = load<std::uint16_t>(bytes, 30),
          .comment_length = load<std::uint16_t>(bytes, 32),
          .disk = load<std::uint16_t>(bytes, 34),
          .internal_attributes = load<std::uint16_t>(bytes, 36),
          .external_attributes = load<std::uint32_t>(bytes, 38),
          .local_offset = load<std::uint32_t>(bytes, 42)};
}

EndRecord end_record(Bytes bytes) {
  return {.disk = load<std::uint16_t>(bytes, 4),
          .directory_disk = load<std::uint16_t>(bytes, 6),
          .entries_on_disk = load<std::uint16_t>(bytes, 8),
          .entries = load<std::uint16_t>(bytes, 10),
          .directory_size = load<std::uint32_t>(bytes, 12),
          .directory_offset = load<std::uint32_t>(bytes, 16),
          .comment_length = load<std::uint16_t>(bytes, 20)};
}

Zip64End zip64_end(Bytes bytes) {
  return {.record_size = load<std::uint64_t>(bytes, 4),
          .version_made_by = load<std::uint16_t>(bytes, 12),
          .version_needed = load<std::uint16_t>(bytes, 14),
          .disk = load<std::uint32_t>(bytes, 16),
          .directory_disk = load<std::uint32_t>(bytes, 20),
          .entries_on_disk = load<std::uint64_t>(bytes, 24),
          .entries = load<std::uint64_t>(bytes, 32),
          .directory_size = load<std::uint64_t>(bytes, 40),
          .directory_offset = load<std::uint64_t>(bytes, 48)};
}

Zip64Locator zip64_locator(Bytes bytes) {
  return {.disk = load<std::uint32_t>(bytes, 4),
          .end_offset = load<std::uint64_t>(bytes, 8),
          .disks = load<std::uint32_t>(bytes, 16)};
}

ByteVector bytes_of(const LocalHeader& header, std::string_view name) {
  RecordWriter out;
  out.u32(local_signature).u16(header.version_needed).u16(header.flags).u16(header.method);
  out.u16(header.dos_time).u16(header.dos_date);
  out.u32(header.crc).u32(header.compressed_size).u32(header.size);
  out.u16(header.name_length).u16(header.extra_length).text(name);
  return std::move(out).take();
}

ByteVector bytes_of(const CentralRecord& record, std::string_view name) {
  RecordWriter out;
  out.u32(central_signature).u16(record.version_made_by).u16(record.version_needed);
  out.u16(record.flags).u16(record.method).u16(record.dos_time).u16(record.dos_date);
  out.u32(record.crc).u32(record.compressed_size).u32(record.size);
  out.u16(record.name_length).u16(record.extra_length).u16(record.comment_length);
  out.u16(record.disk).u16(record.internal_attributes).u32(record.external_attributes);
  out.u32(record.local_offset).text(name);
  return std::move(out).take();
}

ByteVector bytes_of(const EndRecord& record) {
  RecordWriter out;
  out.u32(end_signature).u16(record.disk).u16(record.directory_disk);
  out.u16(record.entries_on_disk).u16(record.entries);
  out.u32(record.directory_size).u32(record.directory_offset).u16(record.comment_length);
  return std::move(out).take();
}

ByteVector bytes_of(const Zip64End& record) {
  RecordWriter out;
  out.u32(zip64_end_signature).u64(record.record_size);
  out.u16(record.version_made_by).u16(record.version_needed);
  out.u32(record.disk).u32(record.directory_disk);
  out.u64(record.entries_on_disk).u64(record.entries);
  out.u64(record.directory_size).u64(record.directory_offset);
  return std::move(out).take();
}

ByteVector bytes_of(const Zip64Locator& record) {
  RecordWriter out;
  out.u32(zip64_locator_signature).u32(record.disk).u64(record.end_offset).u32(record.disks);
  return std::move(out).take();
}

}  // namespace wheelaudit::zip
