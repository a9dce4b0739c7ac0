// Composing clean archives: what is kept, what is written, and what a reader makes of the result.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <random>

#include "support/zip_builder.hpp"

namespace wheelaudit::zip {
namespace {

std::vector<NewMember> all_of(const Archive& archive) {
  std::vector<NewMember> members;
  for (std::size_t i = 0; i < archive.members.size(); ++i) {
    members.push_back({.name = archive.members[i].name, .original = i});
  }
  return members;
}

std::vector<OutputPiece> composed(const Archive& original, const std::vector<NewMember>& members,
                                  int level = 6) {
  Result<std::vector<OutputPiece>> pieces = compose_archive(original, members, level);
  REQUIRE(pieces.has_value());
  return std::move(*pieces);
}

ByteVector bytes_of(const Archive& original, const std::vector<NewMember>& members, int level = 6) {
  Result<ByteVector> bytes = assemble(original.source, composed(original, members, level));
  REQUIRE(bytes.has_value());
  return std::move(*bytes);
}

std::string content(const Archive& archive, std::size_t index) {
  const Result<MemberContent> read =
      read_member(archive, index, std::numeric_limits<std::uint64_t>::max());
  REQUIRE(read.has_value());
  CHECK_FALSE(read->fault.has_value());
  return std::string(as_text(read->bytes));
}

Bytes compressed(const ByteVector& bytes, const ArchiveMember& member) {
  return Bytes(bytes).subspan(static_cast<std::size_t>(member.data_offset),
                              static_cast<std::size_t>(member.compressed_size));
}

}  // namespace

TEST_CASE("an archive whose members all stay is the same file, copied as one run") {
  const ByteVector bytes = test::build(test::good_zip());
  const Archive archive = test::archive_of(bytes);
  const std::vector<OutputPiece> pieces = composed(archive, all_of(archive));
  REQUIRE(pieces.size() == 2);
  CHECK(pieces[0].input_offset == 0);
  CHECK(pieces[0].length == archive.central_directory_offset);
  CHECK_FALSE(pieces[1].input_offset.has_value());
  CHECK(bytes_of(archive, all_of(archive)) == bytes);
}

TEST_CASE("what is not clean is written clean, and the compressed bytes stay") {
  test::ZipParts parts = test::good_zip();
  test::ZipEntry& second = parts.entries[1];
  second.descriptor = test::descriptor_of(second);
  second.local.flags = second.central.flags = zip::descriptor_flag | 2;
  second.local.crc = second.local.size = second.local.compressed_size = 0;
  second.comment = "comment";
  second.central.external_attributes = 0100755U << 16U;
  second.central.internal_attributes = 1;
  second.central.dos_time = second.local.dos_time = 0x1234;
  parts.entries[0].local_extra = parts.entries[0].central_extra =
      test::extra_field(0x5455, as_bytes("\x01time"));
  parts.comment = "comment";
  parts.zip64 = true;
  const ByteVector dirty = test::build(parts);
  const Archive original = test::archive_of(dirty);
  REQUIRE(original.readable());
  const ByteVector clean = bytes_of(original, all_of(original));
  const Archive archive = test::archive_of(clean);
  CHECK(test::codes(archive.faults) == "");
  REQUIRE(archive.members.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const ArchiveMember& was = original.members[i];
    const ArchiveMember& is = archive.members[i];
    CHECK(is.flags == 0);
    CHECK_FALSE(is.has_extra_field);
    CHECK_FALSE(is.has_data_descriptor);
    CHECK(is.dos_time == was.dos_time);
    CHECK(is.dos_date == was.dos_date);
    CHECK(is.external_attributes == was.external_attributes);
    CHECK(is.internal_attributes == was.internal_attributes);
    CHECK(is.version_made_by == was.version_made_by);
    CHECK(is.crc == was.crc);
    CHECK(std::ranges::equal(compressed(clean, is), compressed(dirty, was)));
  }
  CHECK(content(archive, 1) == "deflated deflated deflated\n");
  CHECK(cross_check(archive)->empty());
  // Composing a composed archive again changes nothing.
  CHECK(bytes_of(archive, all_of(archive)) == clean);
}

TEST_CASE("a member renamed, one replaced, one dropped, one added") {
  const ByteVector bytes = test::build(test::good_zip());
  const Archive original = test::archive_of(bytes);
  const std::vector<NewMember> members{
      {.name = "p/\xc3\xa9.txt", .original = 1},
      {.name = "p/new.txt",
       .original = {},
       .content = to_byte_vector("new new new new new new\n"),
       .dos_time = 0x4321,
       .dos_date = 0x5a21,
       .external_attributes = 0100755U << 16U},
      {.name = "p/empty", .original = {}, .content = {}},
      {.name = "p/dir/", .original = {}, .content = {}, .external_attributes = 040755U << 16U},
  };
  const ByteVector made = bytes_of(original, members);
  const Archive archive = test::archive_of(made);
  CHECK(test::codes(archive.faults) == "");
  REQUIRE(archive.members.size() == 4);
  CHECK(archive.members[0].name == "p/\xc3\xa9.txt");
  CHECK(archive.members[0].flags == zip::utf8_flag);
  CHECK(content(archive, 0) == "deflated deflated deflated\n");
  CHECK(archive.members[1].method == zip::deflated);
  CHECK(archive.members[1].dos_time == 0x4321);
  CHECK(archive.members[1].dos_date == 0x5a21);
  CHECK(archive.members[1].external_attributes == 0100755U << 16U);
  CHECK(archive.members[1].version_made_by == ((3 << 8) | 20));
  CHECK(archive.members[1].version_needed == 20);
  CHECK(content(archive, 1) == "new new new new new new\n");
  CHECK(archive.members[2].method == zip::stored);
  CHECK(archive.members[2].dos_date == ((1 << 5) | 1));
  CHECK(archive.members[3].is_directory());
  CHECK(cross_check(archive)->empty());
}

TEST_CASE("the name mark of an unchanged ASCII name stays") {
  test::ZipParts parts = test::good_zip();
  parts.entries[0].local.flags = parts.entries[0].central.flags = zip::utf8_flag;
  const ByteVector bytes = test::build(parts);
  const Archive archive = test::archive_of(bytes);
  CHECK(bytes_of(archive, all_of(archive)) == bytes);
}

TEST_CASE("levels, and content that does not shrink") {
  const Archive none;
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += fmt::format("{},", i * i);
  const auto made = [&](int level) {
    return bytes_of(none, {{.name = "a", .original = {}, .content = to_byte_vector(text)}}, level);
  };
  const ByteVector uncompressed = made(0);
  CHECK(test::archive_of(uncompressed).members[0].method == zip::stored);
  CHECK(made(9).size() <= made(1).size());
  CHECK(made(1).size() < uncompressed.size());
  CHECK(made(6) == made(6));
  const ByteVector best = made(9);
  CHECK(content(test::archive_of(best), 0) == text);
  const ByteVector small =
      bytes_of(none, {{.name = "a", .original = {}, .content = to_byte_vector("xyz")}});
  CHECK(test::archive_of(small).members[0].method == zip::stored);
  CHECK(compose_archive(none, {{.name = "a", .original = {}, .content = to_byte_vector("xyz")}}, 12)
            .error()
            .message == "zlib does not take the level 12");
}

TEST_CASE("a kept member without a name keeps the original's") {
  const ByteVector bytes = test::build(test::good_zip());
  const Archive archive = test::archive_of(bytes);
  CHECK(bytes_of(archive, {{.original = 0}, {.original = 1}}) == bytes);
  CHECK(compose_archive(archive, {{.original = 2}}).error().kind == ErrorKind::internal);
}

TEST_CASE("content of which the compressed form is longer than one buffer") {
  std::string text;  // 200,000 bytes that hardly shrink: std::minstd_rand
  std::minstd_rand noise(1);
  while (text.size() < 200'000) text += static_cast<char>(noise() >> 8U);
  const std::string half = text + std::string(text.size(), 'x');
  const ByteVector bytes =
      bytes_of({}, {{.name = "noise", .original = {}, .content = to_byte_vector(text)},
                    {.name = "half", .original = {}, .content = to_byte_vector(half)}});
  const Archive archive = test::archive_of(bytes);
  REQUIRE(archive.members.size() == 2);
  CHECK(archive.members[0].method == 0);  // deflated it would be larger
  CHECK(archive.members[1].compressed_size > 200'000);
  CHECK(archive.members[1].compressed_size < 201'000);
  CHECK(content(archive, 0) == text);
  CHECK(content(archive, 1) == half);
}

TEST_CASE("an archive of nothing") {
  const ByteVector bytes = bytes_of(Archive{}, {});
  CHECK(bytes.size() == 22);
  CHECK(test::codes(test::archive_of(bytes).faults) == "");
}

TEST_CASE("what cannot be composed") {
  const ByteVector bytes = test::build(test::good_zip());
  Archive archive = test::archive_of(bytes);
  CHECK(compose_archive(archive, {{.name = "x", .original = 2}}).error().kind ==
        ErrorKind::internal);
  archive.members[1].size = std::uint64_t{1} << 32U;
  const Result<std::vector<OutputPiece>> large =
      compose_archive(archive, {{.name = "second.txt", .original = 1}});
  REQUIRE_FALSE(large.has_value());
  CHECK(large.error().kind == ErrorKind::usage);
  CHECK(large.error().message ==
        "second.txt of more than 4 GiB: archives that need zip64 are read, but not written");
  const std::vector<NewMember> many(65'535, NewMember{.name = "x"});
  CHECK(compose_archive({}, many).error().message ==
        "more than 65,534 entries: archives that need zip64 are read, but not written");
  archive.faults.push_back({.code = "any"});
  CHECK(compose_archive(archive, {{.name = "x", .original = 0}}).error().kind ==
        ErrorKind::internal);
}

TEST_CASE("pieces read as if they were the file, at every offset and length") {
  const ByteVector bytes = test::build(test::good_zip());
  const Archive archive = test::archive_of(bytes);
  const std::vector<OutputPiece> pieces =
      composed(archive, {{.name = "first.txt", .original = 0},
                         {.name = "new", .original = {}, .content = to_byte_vector("new")},
                         {.name = "second.txt", .original = 1}});
  const ByteVector whole = *assemble(archive.source, pieces);
  const ByteSource source = pieces_source(archive.source, pieces);
  REQUIRE(source.size == whole.size());
  for (std::size_t offset = 0; offset <= whole.size(); ++offset) {
    for (std::size_t length = 0; length <= whole.size() - offset; length += 1 + length / 3) {
      const Result<ByteChunk> chunk = source.read(offset, length);
      REQUIRE(chunk.has_value());
      CHECK(std::ranges::equal(chunk->view, Bytes(whole).subspan(offset, length)));
    }
  }
  CHECK_FALSE(source.read(0, whole.size() + 1).has_value());
  CHECK_FALSE(source.read(whole.size() + 1, 0).has_value());
  const Result<Archive> audited = read_archive(source);
  REQUIRE(audited.has_value());
  CHECK(test::codes(audited->faults) == "");
  CHECK(cross_check(*audited)->empty());
}

TEST_CASE("a read that fails while pieces are put together is an error") {
  ByteSource broken{.size = 10, .read = {}};
  broken.read = [](std::uint64_t, std::size_t) -> Result<ByteChunk> {
    return fail(ErrorKind::io, "the file shrank");
  };
  const std::vector<OutputPiece> pieces{{.input_offset = 0, .length = 10, .bytes = {}}};
  CHECK(assemble(broken, pieces).error().message == "the file shrank");
  CHECK(pieces_source(broken, pieces).read(0, 5).error().message == "the file shrank");
}

}  // namespace wheelaudit::zip
