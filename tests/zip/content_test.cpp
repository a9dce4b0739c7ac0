// Reading members: damaged data is noticed, limits are kept, and prefixes can be read.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "support/zip_builder.hpp"

namespace wheelaudit::zip {
namespace {

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

ByteVector with_data(const ByteVector& data, std::uint32_t size) {
  test::ZipParts parts = test::good_zip();
  test::ZipEntry& entry = parts.entries[1];
  entry.data = data;
  entry.local.compressed_size = entry.central.compressed_size =
      static_cast<std::uint32_t>(data.size());
  entry.local.size = entry.central.size = size;
  return test::build(parts);
}

MemberContent read_second(const ByteVector& bytes, std::uint64_t limit = no_limit) {
  const Archive archive = test::archive_of(bytes);
  INFO("faults: " << test::codes(archive.faults));
  Result<MemberContent> content = read_member(archive, 1, limit);
  REQUIRE(content.has_value());
  return std::move(*content);
}

std::string code_of(const MemberContent& content) {
  return content.fault ? content.fault->code : "";
}

/// A source that counts the bytes it is asked for.
struct ReadLog {
  ByteSource source;
  std::shared_ptr<std::uint64_t> bytes = std::make_shared<std::uint64_t>(0);

  explicit ReadLog(const ByteVector& of) : source(memory_source(of)) {
    source.read = [read = source.read, count = bytes](std::uint64_t offset, std::size_t length) {
      *count += length;
      return read(offset, length);
    };
  }
};

}  // namespace

TEST_CASE("stored and deflated members are read whole") {
  const ByteVector bytes = test::build(test::good_zip());
  const Archive archive = test::archive_of(bytes);
  const Result<MemberContent> first = read_member(archive, 0, no_limit);
  REQUIRE(first.has_value());
  CHECK_FALSE(first->fault.has_value());
  CHECK(as_text(first->bytes) == "stored\n");
  CHECK(as_text(read_second(bytes).bytes) == "deflated deflated deflated\n");
}

TEST_CASE("a member without content") {
  test::ZipParts parts;
  parts.entries.push_back(test::stored_entry("a", ""));
  parts.entries.push_back(test::deflated_entry("b", ""));
  const ByteVector bytes = test::build(parts);
  const MemberContent content = read_second(bytes);
  CHECK(code_of(content) == "");
  CHECK(content.bytes.empty());
  CHECK(read_member(test::archive_of(bytes), 0, 0)->bytes.empty());
}

TEST_CASE("a member that inflates to more or less than it declares") {
  const ByteVector data = test::good_zip().entries[1].data;
  CHECK(code_of(read_second(with_data(data, 27))) == "");
  const MemberContent more = read_second(with_data(data, 26));
  CHECK(code_of(more) == "inflated-size");
  CHECK(more.fault->message == "the entry inflates to more than its declared size");
  CHECK(more.fault->expected == "26 bytes");
  CHECK(more.fault->member == "second.txt");
  CHECK(more.fault->severity == ArchiveFaultSeverity::malformed);
  const MemberContent less = read_second(with_data(data, 28));
  CHECK(code_of(less) == "inflated-size");
  CHECK(less.fault->message == "the entry inflates to less than its declared size");
  CHECK(less.fault->found == "27 bytes");
}

TEST_CASE("bytes behind the stream, two streams, no end, no stream") {
  const ByteVector data = test::good_zip().entries[1].data;
  const MemberContent behind = read_second(with_data(test::joined({data, {std::byte{0}}}), 27));
  CHECK(code_of(behind) == "deflate-leftover");
  CHECK(behind.fault->message == "there are bytes behind the compressed data");
  CHECK(code_of(read_second(with_data(test::joined({data, data}), 27))) == "deflate-leftover");
  CHECK(code_of(read_second(with_data({data.begin(), data.end() - 1}, 27))) == "deflate-damaged");
  CHECK(code_of(read_second(with_data(ByteVector(27, std::byte{0xff}), 27))) == "deflate-damaged");
}

TEST_CASE("a wrong CRC of a stored and a deflated member") {
  for (const std::size_t index : {0U, 1U}) {
    test::ZipParts parts = test::good_zip();
    test::ZipEntry& entry = parts.entries[index];
    entry.local.crc = entry.central.crc = 0x12345678;
    const ByteVector bytes = test::build(parts);
    const Result<MemberContent> content = read_member(test::archive_of(bytes), index, no_limit);
    REQUIRE(content->fault.has_value());
    CHECK(content->fault->code == "crc");
    CHECK(content->fault->message == "the content has another checksum than declared");
    CHECK(content->fault->expected == "CRC 12345678");
  }
}

TEST_CASE("a flipped bit of a member's data is noticed, or changes nothing") {
  const ByteVector good = test::build(test::good_zip());
  const Archive table = test::archive_of(good);
  const ArchiveMember& member = table.members[1];
  const std::string_view text = "deflated deflated deflated\n";
  unsigned unnoticed = 0;
  for (std::uint64_t at = member.data_offset; at < member.end_offset; ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      ByteVector bytes = good;
      bytes[static_cast<std::size_t>(at)] ^= static_cast<std::byte>(1U << bit);
      const MemberContent content = read_second(bytes);
      if (content.fault) continue;
      CHECK(as_text(content.bytes) == text);
      ++unnoticed;
    }
  }
  CHECK(unnoticed < 8);  // the unused bits of the stream's last byte
}

TEST_CASE("a limit is kept before anything is inflated") {
  const ByteVector bytes = test::build(test::good_zip());
  CHECK(code_of(read_second(bytes, 27)) == "");
  const MemberContent content = read_second(bytes, 26);
  CHECK(code_of(content) == "limit-member");
  CHECK(content.fault->kind == ArchiveFaultKind::limit);
  CHECK(content.fault->message == "the entry is larger than what is read");
  CHECK(content.fault->expected == "at most 26 bytes");
  CHECK(content.fault->found == "27 bytes");
  CHECK(content.bytes.empty());
}

TEST_CASE("a table made by hand cannot make us reserve what the data cannot yield") {
  const ByteVector bytes = test::build(test::good_zip());
  Archive archive = test::archive_of(bytes);
  archive.members[1].size = std::uint64_t{1} << 40U;
  const Result<MemberContent> whole = read_member(archive, 1, no_limit);
  REQUIRE(whole.has_value());
  CHECK(code_of(*whole) == "impossible-size");
  const Result<MemberContent> prefix =
      read_member_prefix(archive, 1, std::numeric_limits<std::size_t>::max());
  REQUIRE(prefix.has_value());
  CHECK(code_of(*prefix) == "impossible-size");
}

TEST_CASE("what must not be asked for") {
  const ByteVector bytes = test::build(test::good_zip());
  Archive archive = test::archive_of(bytes);
  CHECK(read_member(archive, 2, no_limit).error().kind == ErrorKind::internal);
  archive.members[0].data_offset = bytes.size();
  CHECK(read_member(archive, 0, no_limit).error().message == "a member lies outside its archive");
  archive.faults.push_back({.code = "any"});
  CHECK(read_member(archive, 1, no_limit).error().message ==
        "a member of an archive that cannot be read was asked for");
  CHECK(read_member_prefix(archive, 1, 1).error().kind == ErrorKind::internal);
}

TEST_CASE("a prefix is the beginning of the whole, at every length") {
  const ByteVector bytes = test::build(test::good_zip());
  const Archive archive = test::archive_of(bytes);
  for (const std::size_t index : {0U, 1U}) {
    const ByteVector whole = read_member(archive, index, no_limit)->bytes;
    for (std::size_t length = 0; length <= whole.size() + 2; ++length) {
      CAPTURE(length);
      const Result<MemberContent> prefix = read_member_prefix(archive, index, length);
      REQUIRE(prefix.has_value());
      CHECK_FALSE(prefix->fault.has_value());
      const std::size_t expected = std::min(length, whole.size());
      CHECK(prefix->bytes ==
            ByteVector(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(expected)));
    }
  }
}

TEST_CASE("a prefix reads no further than it must") {
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += fmt::format("{} ", std::int64_t{i} * 7919 % 1'000'003);
  test::ZipParts parts;
  parts.entries.push_back(test::deflated_entry("large", text));
  parts.entries.push_back(test::stored_entry("stored", text));
  const ByteVector bytes = test::build(parts);
  const ReadLog log(bytes);
  const Result<Archive> archive = read_archive(log.source);
  REQUIRE(archive->readable());
  *log.bytes = 0;
  const Result<MemberContent> prefix = read_member_prefix(*archive, 0, 1'000);
  CHECK(as_text(prefix->bytes) == text.substr(0, 1'000));
  CHECK(*log.bytes == 16U << 10U);
  *log.bytes = 0;
  const Result<MemberContent> longer = read_member_prefix(*archive, 0, 500'000);
  CHECK(as_text(longer->bytes) == text.substr(0, 500'000));
  CHECK(*log.bytes < archive->members[0].compressed_size);
  *log.bytes = 0;
  CHECK(read_member_prefix(*archive, 1, 1'000)->bytes.size() == 1'000);
  CHECK(*log.bytes == 1'000);
}

TEST_CASE("a prefix of a damaged member") {
  const ByteVector bytes = with_data(ByteVector(27, std::byte{0xff}), 27);
  const Result<MemberContent> prefix = read_member_prefix(test::archive_of(bytes), 1, 4);
  REQUIRE(prefix.has_value());
  CHECK(code_of(*prefix) == "deflate-damaged");
  const ByteVector data = test::good_zip().entries[1].data;
  const ByteVector short_of = with_data(data, 40);
  CHECK(code_of(*read_member_prefix(test::archive_of(short_of), 1, 30)) == "inflated-size");
}

TEST_CASE("the walk over an archive reads headers, not members") {
  test::ZipParts parts;
  for (int i = 0; i < 20; ++i) {
    parts.entries.push_back(
        test::stored_entry(fmt::format("large{}", i), std::string(std::size_t{1} << 20U, 'x')));
  }
  const ByteVector bytes = test::build(parts);
  const ReadLog log(bytes);
  CHECK(read_archive(log.source)->readable());
  CHECK(*log.bytes < 400'000);  // of 20 MiB: the tail, and a window at each header
}

}  // namespace wheelaudit::zip
