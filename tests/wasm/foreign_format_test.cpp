// The names of formats that are not wasm, each from a hand-made header.

#include "wasm/foreign_format.hpp"

#include <doctest/doctest.h>

#include "support/wasm_builder.hpp"

namespace wheelaudit::wasm {

using wheelaudit::test::bytes;
using wheelaudit::test::repeated;

namespace {

std::string format_of(std::string_view text) { return foreign_format(as_bytes(text), text.size()); }

std::string elf(int bits, int endian, int machine_low, int machine_high) {
  return "\x7f"
         "ELF" +
         test::bytes({bits, endian, 1, 0}) + std::string(8, '\0') + test::bytes({3, 0}) +
         test::bytes({machine_low, machine_high}) + std::string(40, '\0');
}

std::string pe(int machine_low, int machine_high) {
  return "MZ" + std::string(58, '\0') + test::bytes({0x40, 0, 0, 0}) + std::string("PE\0\0", 4) +
         test::bytes({machine_low, machine_high});
}

std::string fat(const std::vector<std::string>& cpus) {
  std::string text = test::bytes({0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, static_cast<int>(cpus.size())});
  for (const std::string& cpu : cpus) text += cpu + std::string(16, '\0');
  return text;
}

}  // namespace

TEST_CASE("ELF files name their CPU") {
  CHECK(format_of(elf(2, 1, 62, 0)) == "elf x86-64");
  CHECK(format_of(elf(1, 1, 62, 0)) == "elf x32");
  CHECK(format_of(elf(2, 1, 183, 0)) == "elf aarch64");
  CHECK(format_of(elf(1, 1, 3, 0)) == "elf i386");
  CHECK(format_of(elf(1, 1, 40, 0)) == "elf arm");
  CHECK(format_of(elf(2, 1, 243, 0)) == "elf riscv64");
  CHECK(format_of(elf(2, 1, 21, 0)) == "elf powerpc64le");
  CHECK(format_of(elf(2, 2, 0, 21)) == "elf powerpc64");
  CHECK(format_of(elf(2, 2, 0, 22)) == "elf s390x");
  CHECK(format_of(elf(2, 1, 0x34, 0x12)) == "elf machine 4660");
  CHECK(format_of("\x7f"
                  "ELF\2\1") == "elf (cut off)");
}

TEST_CASE("Mach-O files name their CPUs") {
  CHECK(format_of(test::bytes({0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1})) == "mach-o x86-64");
  CHECK(format_of(test::bytes({0xcf, 0xfa, 0xed, 0xfe, 12, 0, 0, 1})) == "mach-o arm64");
  CHECK(format_of(test::bytes({0xfe, 0xed, 0xfa, 0xce, 0, 0, 0, 18})) == "mach-o powerpc");
  CHECK(format_of(fat({test::bytes({1, 0, 0, 7}), test::bytes({1, 0, 0, 12})})) ==
        "mach-o universal (x86-64, arm64)");
  CHECK(format_of(test::bytes({0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61})) == "java class");
}

TEST_CASE("PE files name their CPU") {
  CHECK(format_of(pe(0x64, 0x86)) == "pe x86-64");
  CHECK(format_of(pe(0x4c, 0x01)) == "pe i386");
  CHECK(format_of(pe(0x64, 0xaa)) == "pe arm64");
  CHECK(format_of("MZ" + std::string(62, '\0')) == "dos executable");
  CHECK(format_of("MZ" + std::string(58, '\0') + test::bytes({0xff, 0xff, 0xff, 0xff})) ==
        "dos executable");
}

TEST_CASE("other formats") {
  CHECK(format_of("") == "empty");
  CHECK(format_of("!<arch>\nfoo.o/") == "ar archive");
  CHECK(format_of("BC\xc0\xde....") == "llvm bitcode");
  CHECK(format_of("\x1f\x8b\x08") == "gzip");
  CHECK(format_of("PK\3\4....") == "zip");
  CHECK(format_of("INPUT(libx.so.1)\n") == "text");
  CHECK(format_of("grün\t\r\n") == "text");
  CHECK(format_of(test::bytes({0x00, 0x01, 0x02})) == "unknown");
  CHECK(format_of("text with a \x01 in it") == "unknown");
  // The last character is cut in two by the prefix.
  CHECK(format_of("gr\xc3") == "text");
}

TEST_CASE("no prefix of a header is read beyond its end") {
  for (const std::string& header : {elf(2, 1, 62, 0), pe(0x64, 0x86),
                                    fat({test::bytes({1, 0, 0, 7}), test::bytes({1, 0, 0, 12})})}) {
    for (std::size_t size = 1; size < header.size(); ++size) {
      CHECK_FALSE(format_of(std::string_view(header).substr(0, size)).empty());
    }
  }
}

TEST_CASE("a file that is not wasm is not read further") {
  const SideModule module = wheelaudit::test::read(elf(2, 1, 62, 0));
  CHECK(module.kind == ModuleKind::not_wasm);
  CHECK(module.format == "elf x86-64");
  CHECK(module.size == 60);
  CHECK(module.sound());
  CHECK(wheelaudit::test::read("").format == "empty");
}

}  // namespace wheelaudit::wasm
