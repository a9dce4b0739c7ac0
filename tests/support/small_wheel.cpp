// The module is written out byte by byte, not made with the writer under test, so that an error of
// the writer is seen. The archive is composed by the library, which other tests check.

#include "small_wheel.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"

namespace wheelaudit::test {
namespace {

constexpr std::string_view dist_info = "ext-1.0.dist-info";

std::string section(char id, const std::string& payload) {
  return std::string(1, id) + static_cast<char>(payload.size()) + payload;
}

std::string name_field(std::string_view name) {
  return static_cast<char>(name.size()) + std::string(name);
}

}  // namespace

std::string extension_module(std::string_view init) {
  const std::string zero(1, '\0');
  const std::string one(1, '\x01');
  // WASM_DYLINK_MEM_INFO: asks for no memory and no table.
  const std::string dylink = name_field("dylink.0") + std::string("\x01\x04\0\0\0\0", 6);
  const std::string type = one + std::string("\x60\0\x01\x7f", 4);    // () -> i32
  const std::string code = one + std::string("\x04\0\x41\0\x0b", 5);  // i32.const 0
  const std::string exports = one + name_field(init) + zero + zero;
  return std::string("\0asm\x01\0\0\0", 8) + section(0, dylink) + section(1, type) +
         section(3, one + zero) + section(7, exports) + section(10, code) +
         section(0, name_field("names") + "answer");  // what `ext/__init__.py` imports
}

std::string elf_file() {
  std::string bytes(
      "\x7f"
      "ELF\x02\x01\x01",
      7);
  bytes.resize(64, '\0');
  bytes[16] = 3;     // ET_DYN
  bytes[18] = 0x3e;  // EM_X86_64
  bytes[20] = 1;
  return bytes;
}

SmallWheel::SmallWheel()
    : files{{"ext/__init__.py", "from ._core import answer\n"},
            {"ext/_core.cpython-311-x86_64-linux-gnu.so", extension_module("PyInit__core")},
            {fmt::format("{}/METADATA", dist_info),
             "Metadata-Version: 2.1\nName: ext\nVersion: 1.0\n"},
            {fmt::format("{}/WHEEL", dist_info),
             "Wheel-Version: 1.0\nGenerator: test (1.0)\nRoot-Is-Purelib: false\n"
             "Tag: cp311-cp311-linux_x86_64\n"}} {}

SmallFile& SmallWheel::file(std::string_view name) {
  const auto found = std::ranges::find(files, name, &SmallFile::name);
  REQUIRE(found != files.end());
  return *found;
}

std::string SmallWheel::right_record() const {
  std::string text;
  for (const SmallFile& entry : files) {
    if (entry.name.ends_with('/')) continue;
    const std::string digest = base64_url(sha256(as_bytes(entry.content)));
    text += fmt::format("{},sha256={},{}\n", entry.name, digest, entry.content.size());
  }
  return text + fmt::format("{}/RECORD,,\n", dist_info);
}

ByteVector SmallWheel::bytes() const {
  constexpr std::uint16_t afternoon = (14 << 11) | (30 << 5);  // 14:30:00
  std::vector<zip::NewMember> members;
  const auto add = [&](const std::string& name, const std::string& content) {
    members.push_back({.name = name,
                       .original = {},
                       .content = to_byte_vector(content),
                       .dos_time = afternoon,
                       .dos_date = (44 << 9) | (2 << 5) | 29});  // 2024-02-29
    if (name.ends_with(".so")) members.back().external_attributes = 0100755U << 16;
  };
  for (const SmallFile& entry : files) add(entry.name, entry.content);
  add(fmt::format("{}/RECORD", dist_info), record.empty() ? right_record() : record);
  const auto pieces = zip::compose_archive(zip::Archive{}, members);
  REQUIRE(pieces);
  auto result = zip::assemble(memory_source({}), *pieces);
  REQUIRE(result);
  return std::move(*result);
}

wheel::Wheel read_bytes(const ByteVector& bytes, std::string file_name) {
  auto wheel = wheel::read_wheel(std::move(file_name), memory_source(bytes), {});
  REQUIRE(wheel);
  return std::move(*wheel);
}

std::string content_of(const wheel::Wheel& wheel, std::string_view member) {
  const auto index = wheel.archive.find(member);
  REQUIRE_MESSAGE(index.has_value(), member);
  const auto content = zip::read_member(wheel.archive, *index, 1ULL << 30);
  REQUIRE(content);
  REQUIRE_FALSE(content->fault.has_value());
  return std::string(as_text(content->bytes));
}

ByteVector compressed_bytes(const wheel::Wheel& wheel, std::string_view member) {
  const auto index = wheel.archive.find(member);
  REQUIRE_MESSAGE(index.has_value(), member);
  const zip::ArchiveMember& entry = wheel.archive.members[*index];
  const auto chunk =
      wheel.archive.source.read(entry.data_offset, static_cast<std::size_t>(entry.compressed_size));
  REQUIRE(chunk);
  return {chunk->view.begin(), chunk->view.end()};
}

}  // namespace wheelaudit::test
