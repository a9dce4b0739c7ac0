// The end of an archive: end records, comments, bytes around them, zip64. Each case is the good
// archive with one change.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/zip_builder.hpp"

namespace wheelaudit::zip {
namespace {

using Severity = ArchiveFaultSeverity;

/// A change of the end record: adds `by` to one of its fields.
template <class Field>
std::function<void(zip::EndRecord&)> add_to(Field zip::EndRecord::* field, std::int64_t by) {
  return [field, by](zip::EndRecord& end) {
    end.*field = static_cast<Field>(std::int64_t{end.*field} + by);
  };
}

std::string codes_of(const test::ZipParts& parts) {
  const ByteVector bytes = test::build(parts);
  return test::codes(test::archive_of(bytes).faults);
}

}  // namespace

TEST_CASE("no bytes, few bytes and other bytes are no archive") {
  for (const std::string_view text : {"", "PK\x05\x06", "wheel"}) {
    CAPTURE(text);
    const ByteVector bytes = to_byte_vector(text);
    const Archive archive = test::archive_of(bytes);
    CHECK_FALSE(archive.readable());
    CHECK(archive.members.empty());
  }
  const ArchiveFault fault = test::archive_of(to_byte_vector("wheel")).faults.front();
  CHECK(fault.code == "no-end-record");
  CHECK(fault.message == "not a ZIP archive: there is no end record");
  CHECK(fault.expected == "an end of central directory record in the last 65,557 bytes");
  CHECK(fault.found == "none");
  CHECK(fault.other_reader ==
        "the file is not a ZIP archive (warehouse/forklift/legacy.py, _is_valid_dist_file)");
  CHECK(test::archive_of(to_byte_vector("PK\x05\x06")).faults.front().message ==
        "the end record is cut short");
}

TEST_CASE("bytes in front of the archive, offsets as they were") {
  const ByteVector bytes =
      test::joined({to_byte_vector("#!/bin/sh\n"), test::build(test::good_zip())});
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "prefix");
  CHECK(fault.message == "there are bytes in front of the archive");
  CHECK(fault.found == "10 bytes in front");
  CHECK(fault.severity == Severity::malformed);
  CHECK(fault.refused_by_pypi);
}

TEST_CASE("bytes between the directory and the end record") {
  test::ZipParts parts = test::good_zip();
  parts.before_end = to_byte_vector("between");
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "directory-position");
  CHECK(fault.message == "the central directory does not end where the end record begins");
  CHECK(fault.found == fmt::format("an end at {}", bytes.size() - 22 - 7));
}

TEST_CASE("every field of the end record") {
  test::ZipParts parts = test::good_zip();
  parts.change_end = add_to(&zip::EndRecord::disk, 1);
  CHECK(codes_of(parts) == "several-disks");
  parts.change_end = add_to(&zip::EndRecord::directory_disk, 1);
  CHECK(codes_of(parts) == "several-disks");
  parts.change_end = add_to(&zip::EndRecord::entries_on_disk, 1);
  CHECK(codes_of(parts) == "entries-on-disk");
  parts.change_end = add_to(&zip::EndRecord::entries, 1);
  CHECK(codes_of(parts) == "entries-on-disk directory-count");
  parts.change_end = add_to(&zip::EndRecord::entries, -1);
  CHECK(codes_of(parts) == "entries-on-disk directory-count");
  parts.change_end = add_to(&zip::EndRecord::directory_size, 1);
  CHECK(codes_of(parts) == "directory-position");
  parts.change_end = add_to(&zip::EndRecord::directory_size, -1);
  CHECK(codes_of(parts) == "directory-position");
  parts.change_end = add_to(&zip::EndRecord::directory_offset, 1);
  CHECK(codes_of(parts) == "directory-position");
  parts.change_end = add_to(&zip::EndRecord::directory_offset, -1);
  CHECK(codes_of(parts) == "prefix");
  parts.change_end = add_to(&zip::EndRecord::comment_length, 1);
  CHECK(codes_of(parts) == "truncated-comment archive-comment");
}

TEST_CASE("a directory that holds fewer records than bytes") {
  test::ZipParts parts = test::good_zip();
  parts.change_end = [](zip::EndRecord& end) { end.entries = end.entries_on_disk = 1; };
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "directory-count");
  CHECK(fault.message == "the end record gives another number of entries than the directory holds");
  CHECK(fault.expected == "1");
  CHECK(fault.found == "more than 1");
}

TEST_CASE("a comment is a warning, and may be as long as it can") {
  test::ZipParts parts = test::good_zip();
  parts.comment = std::string(65'535, '-');
  const ByteVector bytes = test::build(parts);
  const Archive archive = test::archive_of(bytes);
  CHECK(archive.readable());
  const ArchiveFault fault = test::fault_with(archive.faults, "archive-comment");
  CHECK(fault.severity == Severity::warning);
  CHECK(fault.message == "the archive has a comment");
  CHECK(fault.found == "65535 bytes");
  CHECK_FALSE(fault.refused_by_pypi);
}

TEST_CASE("bytes behind the end, with and without a comment") {
  test::ZipParts parts = test::good_zip();
  parts.behind = to_byte_vector("\n");
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "trailing-bytes");
  CHECK(fault.message == "there are bytes behind the end of the archive");
  CHECK(fault.expected == "0 bytes behind the end record, as its comment length says");
  CHECK(fault.found == "1 bytes");
  parts.comment = "hello";
  CHECK(codes_of(parts) == "trailing-bytes archive-comment");
}

TEST_CASE("an end record cannot hide further than any reader looks") {
  test::ZipParts parts = test::good_zip();
  parts.behind = ByteVector(65'577, std::byte{0});
  CHECK(codes_of(parts) == "no-end-record");
}

TEST_CASE("an archive within the wheel is not a second end, unless it leads to a directory") {
  const ByteVector inner = test::build(test::good_zip());
  test::ZipParts harmless;
  harmless.entries.push_back(test::stored_entry("tests/data.zip", as_text(inner)));
  CHECK(codes_of(harmless) == "");

  // The same bytes, but the inner end record's offset is right for the outer file.
  constexpr std::size_t shift = 30 + std::string_view("tests/data.zip").size();
  test::ZipParts shifted = test::good_zip();
  shifted.change_end = [](zip::EndRecord& end) {
    end.directory_offset += static_cast<std::uint32_t>(shift);
  };
  test::ZipParts harmful;
  harmful.entries.push_back(test::stored_entry("tests/data.zip", as_text(test::build(shifted))));
  const ByteVector bytes = test::build(harmful);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "second-end-record");
  CHECK(fault.message ==
        "a second end record stands before the archive's own and leads to a directory");
  CHECK(fault.offset == shift + inner.size() - 22);
  CHECK(fault.other_reader ==
        "CPython's zipfile (pip) takes the last end record, a reader from the front the first");
}

TEST_CASE("an end record signature inside the directory") {
  test::ZipParts parts = test::good_zip();
  parts.entries[0].central.external_attributes = zip::end_signature;
  CHECK(codes_of(parts).starts_with("second-end-record"));
}

TEST_CASE("a zip64 end record: every field") {
  test::ZipParts parts = test::good_zip();
  parts.zip64 = true;
  CHECK(codes_of(parts) == "");
  parts.change_zip64_end = [](zip::Zip64End& end) { ++end.disk; };
  CHECK(codes_of(parts) == "zip64-end-mismatch");
  parts.change_zip64_end = [](zip::Zip64End& end) { ++end.directory_disk; };
  CHECK(codes_of(parts) == "zip64-end-mismatch");
  parts.change_zip64_end = [](zip::Zip64End& end) { ++end.entries_on_disk; };
  CHECK(codes_of(parts) == "zip64-end-mismatch");
  parts.change_zip64_end = [](zip::Zip64End& end) { end.entries = ++end.entries_on_disk; };
  CHECK(codes_of(parts) == "directory-count");
  parts.change_zip64_end = [](zip::Zip64End& end) { ++end.directory_size; };
  CHECK(codes_of(parts) == "directory-position");
  parts.change_zip64_end = [](zip::Zip64End& end) { ++end.directory_offset; };
  CHECK(codes_of(parts) == "directory-position");
  parts.change_zip64_end = [](zip::Zip64End& end) { ++end.record_size; };
  CHECK(codes_of(parts) == "zip64-extensible-data");
  parts.change_zip64_end = [](zip::Zip64End& end) { end.directory_offset = UINT64_MAX; };
  CHECK(codes_of(parts) == "directory-position");
  parts.change_zip64_end = nullptr;
  parts.change_locator = [](zip::Zip64Locator& locator) { --locator.end_offset; };
  CHECK(codes_of(parts) == "zip64-locator");
  parts.change_locator = [](zip::Zip64Locator& locator) { locator.end_offset = UINT64_MAX; };
  CHECK(codes_of(parts) == "zip64-locator");
  parts.change_locator = [](zip::Zip64Locator& locator) { locator.disk = 1; };
  CHECK(codes_of(parts) == "zip64-locator");
  parts.change_locator = [](zip::Zip64Locator& locator) { locator.disks = 2; };
  CHECK(codes_of(parts) == "zip64-locator");
}

TEST_CASE("a zip64 end record and an end record that is not saturated must agree") {
  test::ZipParts parts = test::good_zip();
  parts.zip64 = true;
  parts.change_end = [](zip::EndRecord& end) { end.entries = end.entries_on_disk = 2; };
  CHECK(codes_of(parts) == "");
  parts.change_end = [](zip::EndRecord& end) { end.entries = end.entries_on_disk = 3; };
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "zip64-end-mismatch");
  CHECK(fault.message == "the zip64 end record and the end record do not say the same");
  CHECK_FALSE(fault.refused_by_pypi);
}

}  // namespace wheelaudit::zip
