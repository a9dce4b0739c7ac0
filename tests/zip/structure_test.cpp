// The strict walk beyond PyPI's own archives: places of entries, totals, limits, failing reads.
// Each case is the good archive with one change.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "support/zip_builder.hpp"

namespace wheelaudit::zip {
namespace {

using Severity = ArchiveFaultSeverity;

std::string codes_of(const test::ZipParts& parts) {
  const ByteVector bytes = test::build(parts);
  return test::codes(test::archive_of(bytes).faults);
}

}  // namespace

TEST_CASE("a good archive has a table of members and no fault") {
  const ByteVector bytes = test::build(test::good_zip());
  const Archive archive = test::archive_of(bytes);
  CHECK(test::codes(archive.faults) == "");
  CHECK(archive.readable());
  REQUIRE(archive.members.size() == 2);
  const ArchiveMember& first = archive.members[0];
  CHECK(first.name == "first.txt");
  CHECK(first.local_offset == 0);
  CHECK(first.data_offset == 30 + 9);
  CHECK(first.end_offset == 30 + 9 + 7);
  CHECK(first.size == 7);
  CHECK(first.compressed_size == 7);
  CHECK(first.method == zip::stored);
  CHECK(first.external_attributes == 0100644U << 16U);
  CHECK(first.clean_local_header);
  CHECK_FALSE(first.has_extra_field);
  CHECK_FALSE(first.has_data_descriptor);
  const ArchiveMember& second = archive.members[1];
  CHECK(second.name == "second.txt");
  CHECK(second.local_offset == first.end_offset);
  CHECK(second.method == zip::deflated);
  CHECK(second.end_offset == archive.central_directory_offset);
  CHECK(second.central_offset == archive.central_directory_offset + 46 + 9);
  CHECK(archive.central_directory_size == 2 * 46 + 9 + 10);
  CHECK(archive.find("second.txt") == std::optional<std::size_t>(1));
  CHECK(archive.find("second") == std::nullopt);
}

TEST_CASE("names are found with and without the table") {
  const ByteVector bytes = test::build(test::good_zip());
  Archive archive = test::archive_of(bytes);
  archive.names_by_hash.clear();
  CHECK(archive.find("second.txt") == std::optional<std::size_t>(1));
  CHECK(archive.find("third.txt") == std::nullopt);
}

TEST_CASE("cut off anywhere, an archive is refused") {
  const ByteVector whole = test::build(test::good_zip());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    const ByteVector part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    CHECK_FALSE(test::archive_of(part).readable());
  }
}

TEST_CASE("bytes in front of the archive, offsets adjusted") {
  test::ZipParts parts = test::good_zip();
  parts.before_entries = to_byte_vector("#!/bin/sh\n");
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "prefix");
  CHECK(fault.offset == 0);
  CHECK(fault.found == "10 bytes that belong to no entry");
  CHECK(fault.other_reader ==
        "a record of another kind is met where an entry or the directory is due "
        "(warehouse/utils/zipfiles.py, _validate_zipfile)");
}

TEST_CASE("bytes between entries, and before the directory") {
  test::ZipParts between = test::good_zip();
  between.entries[0].descriptor = to_byte_vector("between");
  const ByteVector bytes = test::build(between);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "gap");
  CHECK(fault.message == "there are bytes between two entries");
  CHECK(fault.offset == 46);
  CHECK(fault.found == "7 bytes that belong to no entry");

  test::ZipParts last = test::good_zip();
  last.before_directory = to_byte_vector("!");
  CHECK(codes_of(last) == "gap");
}

TEST_CASE("an entry that the directory does not list") {
  test::ZipParts parts = test::good_zip();
  parts.entries[0].in_directory = false;
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "unlisted-entry");
  CHECK(fault.message == "an entry stands in the file that the directory does not list");
  CHECK(fault.member == "first.txt");
  CHECK(fault.offset == 0);
  CHECK(fault.refused_by_pypi);
}

TEST_CASE("an entry whose local header is not there") {
  test::ZipParts parts = test::good_zip();
  parts.entries[1].local_offset = 3;
  CHECK(codes_of(parts) == "overlap no-local-header gap");
  parts = test::good_zip();
  parts.entries[1].in_file = false;
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "no-local-header");
  CHECK(fault.member == "second.txt");
  CHECK(fault.message == "there is no local header where the directory says");
  CHECK_FALSE(fault.refused_by_pypi);
}

TEST_CASE("an entry that stands elsewhere than the directory says") {
  // PyPI's walk goes by names and does not look at the directory's offsets.
  test::ZipParts parts = test::good_zip();
  parts.entries[1].local_offset = 47;
  const ByteVector bytes = test::build(parts);
  const Archive archive = test::archive_of(bytes);
  const ArchiveFault fault = test::fault_with(archive.faults, "misplaced-entry");
  CHECK(fault.message == "an entry stands where the directory does not say");
  CHECK(fault.member == "second.txt");
  CHECK(fault.offset == 46);
  CHECK_FALSE(fault.refused_by_pypi);
}

TEST_CASE("two entries over the same bytes") {
  test::ZipParts parts = test::good_zip();
  parts.entries.push_back(parts.entries[0]);
  parts.entries[2].name = "third.txt";
  parts.entries[2].in_file = false;
  parts.entries[2].local_offset = 0;
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "overlap");
  CHECK(fault.member == "first.txt");
  CHECK(fault.expected == "an end at byte 0");
  CHECK_FALSE(fault.refused_by_pypi);
  CHECK(fault.other_reader ==
        "a reader from the front and one by the directory see different files");
}

TEST_CASE("an entry inside another one's data") {
  const test::ZipParts inner = test::good_zip();
  const ByteVector inner_entries = test::build(inner);
  test::ZipParts parts = test::good_zip();
  parts.entries[0] = test::stored_entry("first.txt", as_text(inner_entries));
  parts.entries[1].local_offset = 30 + 9 + 46;  // the inner archive's second entry
  parts.entries[1].in_file = false;
  CHECK(codes_of(parts).starts_with("overlap"));
}

TEST_CASE("an entry that reaches into the directory") {
  test::ZipParts parts = test::good_zip();
  parts.entries[1].local.compressed_size += 1;
  parts.entries[1].central.compressed_size += 1;
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "overlap");
  CHECK(fault.member == "second.txt");
  CHECK(fault.message == "the entry reaches into what follows it");
}

TEST_CASE("the order of the directory need not be that of the file") {
  test::ZipParts parts = test::good_zip();
  std::swap(parts.entries[0], parts.entries[1]);
  const ByteVector swapped = test::build(parts);
  const Archive straight = test::archive_of(swapped);
  REQUIRE(straight.readable());
  // Entry 0 is second in the file: the file has one order, the directory the other.
  test::ZipParts listed = test::good_zip();
  test::ZipEntry again = listed.entries[0];
  listed.entries[0].in_directory = false;
  again.in_file = false;
  again.local_offset = 0;
  listed.entries.push_back(again);
  const ByteVector bytes = test::build(listed);
  const Archive archive = test::archive_of(bytes);
  CHECK(test::codes(archive.faults) == "");
  REQUIRE(archive.members.size() == 2);
  CHECK(archive.members[0].name == "second.txt");
  CHECK(archive.members[1].name == "first.txt");
  CHECK(archive.members[1].data_offset == 39);
}

TEST_CASE("a file that is a tar archive as well") {
  // A stored first entry long enough for a tar header's checksum field to lie in its data.
  std::string content(600, 'x');
  const std::size_t checksum_at = 148 - (30 + 9);
  content.replace(checksum_at, 8, "00000000");
  test::ZipParts parts;
  parts.entries.push_back(test::stored_entry("first.txt", content));
  CHECK(codes_of(parts) == "");
  // The checksum counts its own field as spaces. The CRC in the header depends on the checksum, so
  // the fitting pair has to be searched.
  const auto with_checksum = [&](unsigned checksum) {
    content.replace(checksum_at, 8, fmt::format("{:06o}  ", checksum));
    parts.entries[0] = test::stored_entry("first.txt", content);
    return test::build(parts);
  };
  bool met = false;
  for (unsigned padding = 0; padding < 4096 && !met; ++padding) {
    content.replace(512, 4, fmt::format("{:04x}", padding));  // behind the header: moves the CRC
    const ByteVector bytes = with_checksum(0162000);
    unsigned sum = 8 * ' ';
    for (std::size_t i = 0; i < 512; ++i) {
      if (i < 148 || i >= 156) sum += std::to_integer<unsigned>(bytes[i]);
    }
    const ByteVector polyglot = with_checksum(sum);
    const Archive archive = test::archive_of(polyglot);
    met = test::codes(archive.faults) == "also-tar";
    if (met) CHECK(archive.faults.front().refused_by_pypi);
  }
  CHECK(met);
}

TEST_CASE("a limit on the wheel's size, on entries, on what is inflated") {
  const ByteVector bytes = test::build(test::good_zip());
  const Archive size = test::archive_of(bytes, {.wheel_size = bytes.size() - 1});
  CHECK(test::codes(size.faults) == "limit-wheel-size");
  CHECK(size.faults.front().kind == ArchiveFaultKind::limit);
  CHECK(size.faults.front().option == "--max-wheel-size");
  CHECK(size.faults.front().message == "the wheel is larger than what is read");
  CHECK(size.faults.front().found == fmt::format("{} bytes", bytes.size()));
  CHECK_FALSE(size.readable());
  CHECK(test::archive_of(bytes, {.wheel_size = bytes.size()}).readable());

  const Archive entries = test::archive_of(bytes, {.entries = 1});
  CHECK(test::codes(entries.faults) == "limit-entries");
  CHECK(entries.faults.front().option == "--max-entries");
  CHECK(entries.faults.front().expected == "at most 1");
  CHECK(entries.faults.front().found == "2");
  CHECK(test::archive_of(bytes, {.entries = 2}).readable());

  const std::uint64_t total = 7 + 27;
  const Archive inflated = test::archive_of(bytes, {.inflated_total = total - 1});
  CHECK(test::codes(inflated.faults) == "limit-inflated");
  CHECK(inflated.faults.front().option == "--max-inflated");
  CHECK(inflated.faults.front().found == "34 bytes");
  CHECK(test::archive_of(bytes, {.inflated_total = total}).readable());
}

TEST_CASE("a total of more than 64 MiB and 50 times the file, as PyPI counts") {
  // An entry may shrink 1,000 : 1; only the ratio of the total counts.
  const std::string zeros(std::size_t{32} << 20U, '\0');
  test::ZipParts parts;
  parts.entries.push_back(test::deflated_entry("a", zeros));
  parts.entries.push_back(test::deflated_entry("b", zeros));
  CHECK(codes_of(parts) == "");
  parts.entries.push_back(test::stored_entry("c", "x"));
  const ByteVector bytes = test::build(parts);
  const ArchiveFault fault = test::fault_with(test::archive_of(bytes).faults, "compression-ratio");
  CHECK(fault.severity == Severity::malformed);
  CHECK(fault.refused_by_pypi);
  CHECK(fault.found == "67108865 bytes");
  // Enough stored bytes bring the ratio down.
  parts.entries.push_back(test::stored_entry("d", std::string(std::size_t{2} << 20U, 'x')));
  CHECK(codes_of(parts) == "");
}

TEST_CASE("many bad records are a bounded list") {
  test::ZipParts parts;
  for (int i = 0; i < 1'000; ++i) {
    parts.entries.push_back(test::stored_entry(fmt::format("{}\\{}", i, i), ""));
    parts.entries.back().local_extra = test::extra_field(0x5455, as_bytes("time"));
  }
  const ByteVector bytes = test::build(parts);
  const Archive archive = test::archive_of(bytes);
  CHECK(archive.members.size() == 1'000);
  CHECK(std::ranges::count(archive.faults, "name-backslash", &ArchiveFault::code) == 101);
  CHECK(archive.faults.back().message == "the same fault in 900 more entries");
  // Its member is the last one with a fault of its own, because findings are sorted by member.
  CHECK(archive.faults.back().member == "9\\9");
  const ArchiveFault note = test::fault_with(archive.faults, "extra-field");
  CHECK(note.message ==
        "the entry has an extra field with times, owners or its name again, here and in 999 more "
        "entries");
}

TEST_CASE("a source that cannot be read is an error, not a fault") {
  const ByteVector bytes = test::build(test::good_zip());
  ByteSource broken = memory_source(bytes);
  broken.read = [](std::uint64_t, std::size_t) -> Result<ByteChunk> {
    return fail(ErrorKind::io, "the file shrank");
  };
  const Result<Archive> archive = read_archive(broken);
  REQUIRE_FALSE(archive.has_value());
  CHECK(archive.error().kind == ErrorKind::io);
  CHECK(archive.error().message == "the file shrank");
}

TEST_CASE("every single failing read of an archive is an error") {
  const ByteVector bytes = test::build(test::good_zip());
  const ByteSource good = memory_source(bytes);
  for (int failing = 0;; ++failing) {
    int reads = 0;
    ByteSource source = good;
    source.read = [&](std::uint64_t offset, std::size_t length) -> Result<ByteChunk> {
      if (reads++ == failing) return fail(ErrorKind::io, "the file shrank");
      return good.read(offset, length);
    };
    const Result<Archive> archive = read_archive(source);
    if (reads <= failing) {
      CHECK(archive.has_value());
      CHECK(failing > 3);
      break;
    }
    CHECK_FALSE(archive.has_value());
  }
}

}  // namespace wheelaudit::zip
