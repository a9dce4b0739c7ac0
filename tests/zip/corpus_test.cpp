// Real wheels pass the strict reader (docs/design/safety.md#strictness): each is read without a
// malformed or repairable fault, every member inflates exactly, libzip agrees, and composing the
// wheel again keeps every byte.

#include "support/corpus.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "support/source_directory.hpp"
#include "support/zip_builder.hpp"

namespace wheelaudit::zip {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> corpus_wheels() {
  const fs::path corpus = test::corpus_folder().value_or(fs::path());
  std::vector<fs::path> wheels;
  for (const std::string_view folder : {"emscripten", "native"}) {
    std::error_code missing;
    for (const fs::directory_entry& file : fs::directory_iterator(corpus / folder, missing)) {
      if (file.path().extension() == ".whl") wheels.push_back(file.path());
    }
  }
  std::ranges::sort(wheels);
  return wheels;
}

ByteVector file_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return to_byte_vector(text);
}

}  // namespace

TEST_CASE("real wheels are read strictly, whole, and by libzip alike") {
  const std::vector<fs::path> wheels = corpus_wheels();
  if (wheels.empty()) {
    MESSAGE("skipped: no corpus");
    return;
  }
  for (const fs::path& wheel : wheels) {
    CAPTURE(wheel.filename().string());
    const ByteVector bytes = file_bytes(wheel);
    const Archive archive = test::archive_of(bytes);
    CHECK(test::codes(archive.faults) == "");
    CHECK_FALSE(archive.members.empty());
    for (std::size_t i = 0; i < archive.members.size(); ++i) {
      const Result<MemberContent> content =
          read_member(archive, i, std::numeric_limits<std::uint64_t>::max());
      REQUIRE(content.has_value());
      CHECK_FALSE(content->fault.has_value());
      const std::size_t half = content->bytes.size() / 2;
      const Result<MemberContent> prefix = read_member_prefix(archive, i, half);
      REQUIRE(prefix.has_value());
      CHECK(std::ranges::equal(prefix->bytes, Bytes(content->bytes).first(half)));
    }
    const Result<std::vector<ArchiveFault>> second = cross_check(archive);
    REQUIRE(second.has_value());
    CHECK(test::codes(*second) == "");
    std::vector<NewMember> members;
    for (std::size_t i = 0; i < archive.members.size(); ++i) {
      members.push_back({.name = archive.members[i].name, .original = i});
    }
    const Result<std::vector<OutputPiece>> pieces = compose_archive(archive, members);
    REQUIRE(pieces.has_value());
    CHECK(*assemble(archive.source, *pieces) == bytes);
  }
  MESSAGE(fmt::format("{} wheels", wheels.size()));
}

}  // namespace wheelaudit::zip
