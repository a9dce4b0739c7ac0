// Builds archives for tests from parts: first the entries, then the directory with their offsets,
// then the end records.

#include "zip_builder.hpp"

#include <doctest/doctest.h>
#include <libdeflate.h>

#include <algorithm>

namespace wheelaudit::test {
namespace {

constexpr std::uint32_t file_attributes = 0100644U << 16U;
constexpr std::uint32_t directory_attributes = (040755U << 16U) | 0x10U;
constexpr std::uint16_t new_years_day_1980 = (1 << 5) | 1;

ByteVector deflated(Bytes content) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  ByteVector out(libdeflate_deflate_compress_bound(compressor, content.size()));
  out.resize(libdeflate_deflate_compress(compressor, content.data(), content.size(), out.data(),
                                         out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

ZipEntry entry(std::string_view name, std::string_view content, ByteVector data,
               std::uint16_t method) {
  const std::uint32_t crc = libdeflate_crc32(0, content.data(), content.size());
  const auto size = static_cast<std::uint32_t>(content.size());
  const auto compressed = static_cast<std::uint32_t>(data.size());
  const bool ascii =
      std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const std::uint16_t flags = ascii ? std::uint16_t{0} : zip::utf8_flag;
  return {.name = std::string(name),
          .data = std::move(data),
          .local = {.version_needed = 20,
                    .flags = flags,
                    .method = method,
                    .dos_date = new_years_day_1980,
                    .crc = crc,
                    .compressed_size = compressed,
                    .size = size},
          .central = {.version_made_by = (3 << 8) | 20,
                      .version_needed = 20,
                      .flags = flags,
                      .method = method,
                      .dos_date = new_years_day_1980,
                      .crc = crc,
                      .compressed_size = compressed,
                      .size = size,
                      .external_attributes = file_attributes}};
}

void append(ByteVector& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

/// The bytes of the entries in the file, and the offsets of their local headers.
struct Entries {
  ByteVector bytes;
  std::vector<std::uint32_t> offsets;
};

Entries build_entries(const ZipParts& parts) {
  Entries entries{.bytes = parts.before_entries, .offsets = {}};
  for (const ZipEntry& entry : parts.entries) {
    entries.offsets.push_back(static_cast<std::uint32_t>(entries.bytes.size()));
    if (!entry.in_file) continue;
    const std::string& name = entry.local_name.value_or(entry.name);
    zip::LocalHeader header = entry.local;
    header.name_length = static_cast<std::uint16_t>(name.size());
    header.extra_length = static_cast<std::uint16_t>(entry.local_extra.size());
    append(entries.bytes, zip::bytes_of(header, name));
    append(entries.bytes, entry.local_extra);
    append(entries.bytes, entry.data);
    append(entries.bytes, entry.descriptor);
  }
  append(entries.bytes, parts.before_directory);
  return entries;
}

struct Directory {
  ByteVector bytes;
  std::uint16_t entries = 0;
};

Directory build_directory(const ZipParts& parts, const std::vector<std::uint32_t>& offsets) {
  Directory built;
  for (std::size_t i = 0; i < parts.entries.size(); ++i) {
    const ZipEntry& entry = parts.entries[i];
    if (!entry.in_directory) continue;
    zip::CentralRecord record = entry.central;
    record.name_length = static_cast<std::uint16_t>(entry.name.size());
    record.extra_length = static_cast<std::uint16_t>(entry.central_extra.size());
    record.comment_length = static_cast<std::uint16_t>(entry.comment.size());
    record.local_offset = entry.local_offset.value_or(offsets[i]);
    append(built.bytes, zip::bytes_of(record, entry.name));
    append(built.bytes, entry.central_extra);
    append(built.bytes, as_bytes(entry.comment));
    ++built.entries;
  }
  return built;
}

}  // namespace

ZipEntry stored_entry(std::string_view name, std::string_view content) {
  return entry(name, content, to_byte_vector(content), zip::stored);
}

ZipEntry deflated_entry(std::string_view name, std::string_view content) {
  return entry(name, content, deflated(as_bytes(content)), zip::deflated);
}

ZipEntry directory_entry(std::string_view name) {
  ZipEntry made = stored_entry(name, "");
  made.central.external_attributes = directory_attributes;
  return made;
}

ZipParts good_zip() {
  ZipParts parts;
  parts.entries.push_back(stored_entry("first.txt", "stored\n"));
  parts.entries.push_back(deflated_entry("second.txt", "deflated deflated deflated\n"));
  return parts;
}

ByteVector build(const ZipParts& parts) {
  Entries entries = build_entries(parts);
  ByteVector out = std::move(entries.bytes);
  const auto directory_offset = static_cast<std::uint32_t>(out.size());
  const Directory directory = build_directory(parts, entries.offsets);
  append(out, directory.bytes);
  const auto directory_size = static_cast<std::uint32_t>(directory.bytes.size());
  append(out, parts.before_end);
  zip::EndRecord end{.entries_on_disk = directory.entries,
                     .entries = directory.entries,
                     .directory_size = directory_size,
                     .directory_offset = directory_offset,
                     .comment_length = static_cast<std::uint16_t>(parts.comment.size())};
  if (parts.zip64) {
    zip::Zip64End wide{.record_size = 44,
                       .version_made_by = 45,
                       .version_needed = 45,
                       .entries_on_disk = directory.entries,
                       .entries = directory.entries,
                       .directory_size = directory_size,
                       .directory_offset = directory_offset};
    zip::Zip64Locator locator{.end_offset = out.size(), .disks = 1};
    end.entries_on_disk = end.entries = zip::saturated16;
    end.directory_size = end.directory_offset = zip::saturated32;
    if (parts.change_zip64_end) parts.change_zip64_end(wide);
    if (parts.change_locator) parts.change_locator(locator);
    append(out, zip::bytes_of(wide));
    append(out, parts.zip64_extensible);
    append(out, zip::bytes_of(locator));
  }
  if (parts.change_end) parts.change_end(end);
  append(out, zip::bytes_of(end));
  append(out, as_bytes(parts.comment));
  append(out, parts.behind);
  return out;
}

ByteVector extra_field(std::uint16_t id, Bytes data) {
  zip::RecordWriter out;
  out.u16(id).u16(static_cast<std::uint16_t>(data.size())).text(as_text(data));
  return std::move(out).take();
}

ByteVector zip64_field(const std::vector<std::uint64_t>& values) {
  zip::RecordWriter out;
  for (const std::uint64_t value : values) out.u64(value);
  return extra_field(zip::zip64_extra, std::move(out).take());
}

ByteVector descriptor_of(const ZipEntry& entry) {
  zip::RecordWriter out;
  out.u32(zip::descriptor_signature).u32(entry.central.crc);
  out.u32(entry.central.compressed_size).u32(entry.central.size);
  return std::move(out).take();
}

ByteVector joined(const std::vector<ByteVector>& parts) {
  ByteVector out;
  for (const ByteVector& part : parts) append(out, part);
  return out;
}

std::string codes(const std::vector<zip::ArchiveFault>& faults) {
  std::string text;
  for (const zip::ArchiveFault& fault : faults) {
    if (!text.empty()) text += ' ';
    text += fault.code;
  }
  return text;
}

zip::Archive archive_of(const ByteVector& bytes, const Limits& limits) {
  Result<zip::Archive> archive = zip::read_archive(memory_source(bytes), limits);
  REQUIRE(archive.has_value());
  return std::move(*archive);
}

zip::ArchiveFault fault_with(const std::vector<zip::ArchiveFault>& faults, std::string_view code) {
  const auto has_code = [code](const zip::ArchiveFault& fault) { return fault.code == code; };
  const auto found = std::ranges::find_if(faults, has_code);
  INFO("faults: " << codes(faults));
  REQUIRE_MESSAGE(found != faults.end(), "no fault with code " << std::string(code));
  CHECK(std::ranges::count_if(faults, has_code) == 1);
  return *found;
}

}  // namespace wheelaudit::test
