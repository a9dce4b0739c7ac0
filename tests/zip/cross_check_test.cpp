// libzip as the second reader: it agrees with our table on good archives, and where it does not
// agree there is a fault.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/zip_builder.hpp"

namespace wheelaudit::zip {
namespace {

std::string disagreements(const Archive& archive) {
  const Result<std::vector<ArchiveFault>> faults = cross_check(archive);
  REQUIRE(faults.has_value());
  std::string text;
  for (const ArchiveFault& fault : *faults) {
    CHECK(fault.code == "readers-disagree");
    CHECK(fault.severity == ArchiveFaultSeverity::malformed);
    text +=
        fmt::format("[{}: {} | {} | {}]", fault.member, fault.message, fault.expected, fault.found);
  }
  return text;
}

}  // namespace

TEST_CASE("libzip agrees on good archives of every form") {
  test::ZipParts parts = test::good_zip();
  CHECK(disagreements(test::archive_of(test::build(parts))).empty());
  const std::vector<ByteVector> archives = [&parts] {
    std::vector<ByteVector> made{test::build(parts), test::build({})};
    parts.entries.push_back(test::directory_entry("package/"));
    parts.entries.push_back(test::deflated_entry("package/\xc3\xa9.py", "x = 1\n"));
    parts.entries.push_back(test::stored_entry("package/empty", ""));
    made.push_back(test::build(parts));
    parts.zip64 = true;
    made.push_back(test::build(parts));
    parts.comment = "comment";
    made.push_back(test::build(parts));
    parts.entries[0].local_extra = parts.entries[0].central_extra =
        test::extra_field(0x5455, as_bytes("\x01time"));
    parts.entries[1].descriptor = test::descriptor_of(parts.entries[1]);
    parts.entries[1].local.flags |= zip::descriptor_flag;
    parts.entries[1].central.flags |= zip::descriptor_flag;
    made.push_back(test::build(parts));
    return made;
  }();
  for (const ByteVector& bytes : archives) {
    const Archive archive = test::archive_of(bytes);
    CAPTURE(test::codes(archive.faults));
    REQUIRE(archive.readable());
    CHECK(disagreements(archive) == "");
  }
}

TEST_CASE("libzip is heard when it sees something else") {
  const ByteVector bytes = test::build(test::good_zip());
  const Archive good = test::archive_of(bytes);
  Archive archive = good;
  archive.members[1].name = "other";
  CHECK(disagreements(archive) == "[other: two readers disagree on the name | other | second.txt]");
  archive = good;
  archive.members[1].size = 28;
  CHECK(disagreements(archive) == "[second.txt: two readers disagree on the size | 28 | 27]");
  archive = good;
  archive.members[0].compressed_size = 6;
  CHECK(disagreements(archive) ==
        "[first.txt: two readers disagree on the compressed size | 6 | 7]");
  archive = good;
  archive.members[0].crc = 0;
  CHECK(disagreements(archive).starts_with("[first.txt: two readers disagree on the CRC | 0 |"));
  archive = good;
  archive.members[0].method = 8;
  CHECK(disagreements(archive) == "[first.txt: two readers disagree on the method | 8 | 0]");
  archive = good;
  archive.members[0].external_attributes = 0;
  CHECK(disagreements(archive).starts_with(
      "[first.txt: two readers disagree on the attributes | 0 |"));
  archive = good;
  archive.members.pop_back();
  CHECK(disagreements(archive) == "[: two readers disagree on the number of entries | 1 | 2]");
}

TEST_CASE("libzip refuses what we would have taken") {
  const ByteVector bytes = to_byte_vector("not an archive of any kind");
  Archive archive;
  archive.source = memory_source(bytes);
  CHECK(disagreements(archive) ==
        "[: two readers disagree on the archive | an archive | Not a zip archive]");
}

TEST_CASE("thousands of end record signatures in a member's data cost libzip nothing") {
  // Each signature claims 65,535 entries; libzip 1.7.3 allocates memory for all of them.
  zip::EndRecord fake{.entries_on_disk = 65'535, .entries = 65'535};
  std::string data;
  while (data.size() < 65'000) data += as_text(zip::bytes_of(fake));
  test::ZipParts parts;
  parts.entries.push_back(test::stored_entry("fake", data));
  parts.entries.push_back(test::stored_entry("last", "x"));
  const ByteVector bytes = test::build(parts);
  const Archive archive = test::archive_of(bytes);
  CHECK(test::codes(archive.faults) == "");
  CHECK(disagreements(archive) == "");
}

TEST_CASE("libzip is not asked about what cannot be read, and read errors stay errors") {
  const ByteVector bytes = test::build(test::good_zip());
  Archive archive = test::archive_of(bytes);
  const ByteSource good = archive.source;
  int reads = 0;
  archive.source.read = [&](std::uint64_t offset, std::size_t length) -> Result<ByteChunk> {
    if (++reads > 1) return fail(ErrorKind::io, "the file shrank");
    return good.read(offset, length);
  };
  const Result<std::vector<ArchiveFault>> failed = cross_check(archive);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().kind == ErrorKind::io);
  CHECK(failed.error().message == "the file shrank");
  archive.faults.push_back({.code = "any"});
  CHECK(cross_check(archive).error().kind == ErrorKind::internal);
}

}  // namespace wheelaudit::zip
