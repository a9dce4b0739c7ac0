// Names the format and CPU of files that are not wasm, from their first bytes: the ELF
// specification (e_ident, e_machine), Apple's <mach-o/fat.h> and <mach-o/loader.h>, Microsoft's PE
// format (COFF header), ar(5), and LLVM's bitcode magic.

#include "wasm/foreign_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "wasm/byte_reader.hpp"

namespace wheelaudit::wasm {
namespace {

/// Java class files begin with the same magic as fat files, and where a fat file has its count of
/// architectures they have version numbers, which are above this. Fat files hold a handful.
constexpr std::uint32_t most_architectures = 20;

/// The number of `size` bytes at `offset`; 0 when it does not lie within `text`.
std::uint32_t number(std::string_view text, std::size_t offset, std::size_t size, bool big_endian) {
  if (offset > text.size() || size > text.size() - offset) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t at = big_endian ? offset + i : offset + size - 1 - i;
    value = value << 8 | static_cast<unsigned char>(text[at]);
  }
  return value;
}

std::string elf_machine(std::uint32_t machine, bool is_64) {
  switch (machine) {
    case 2:
    case 18:
    case 43:
      return "sparc";
    case 3:
      return "i386";
    case 8:
      return "mips";
    case 20:
      return "powerpc";
    case 21:
      return "powerpc64";
    case 22:
      return "s390x";
    case 40:
      return "arm";
    case 62:
      return is_64 ? "x86-64" : "x32";
    case 183:
      return "aarch64";
    case 243:
      return is_64 ? "riscv64" : "riscv32";
    case 258:
      return "loongarch64";
    default:
      return fmt::format("machine {}", machine);
  }
}

std::string elf_format(std::string_view text) {
  if (text.size() < 20) return "elf (cut off)";
  const bool is_64 = text[4] == 2;
  const bool big_endian = text[5] == 2;
  std::string name = "elf " + elf_machine(number(text, 18, 2, big_endian), is_64);
  // The ELF header has one machine number for both byte orders; compilers and packages name two.
  if (name == "elf powerpc64" && !big_endian) name += "le";
  return name;
}

std::string mach_machine(std::uint32_t cpu) {
  switch (cpu) {
    case 7:
      return "i386";
    case 7 | 1U << 24:
      return "x86-64";
    case 12:
      return "arm";
    case 12 | 1U << 24:
      return "arm64";
    case 12 | 2U << 24:
      return "arm64_32";
    case 18:
      return "powerpc";
    case 18 | 1U << 24:
      return "powerpc64";
    default:
      return fmt::format("cpu {:#x}", cpu);
  }
}

std::string mach_format(std::string_view text) {
  const std::uint32_t magic = number(text, 0, 4, true);
  const bool big_endian = magic == 0xfeedface || magic == 0xfeedfacf;
  return "mach-o " + mach_machine(number(text, 4, 4, big_endian));
}

std::string fat_format(std::string_view text) {
  const std::uint32_t count = number(text, 4, 4, true);
  const std::size_t entry = number(text, 0, 4, true) == 0xcafebabf ? 32 : 20;
  std::string names;
  for (std::size_t i = 0; i < count && 8 + i * entry + 4 <= text.size(); ++i) {
    if (i > 0) names += ", ";
    names += mach_machine(number(text, 8 + i * entry, 4, true));
  }
  return fmt::format("mach-o universal ({})", names);
}

std::string pe_machine(std::uint32_t machine) {
  switch (machine) {
    case 0x14c:
      return "i386";
    case 0x1c4:
      return "arm";
    case 0x8664:
      return "x86-64";
    case 0xaa64:
      return "arm64";
    default:
      return fmt::format("machine {:#x}", machine);
  }
}

/// A file with a DOS header, whose last word says where the COFF header of a PE file is.
std::string dos_format(std::string_view text) {
  const std::uint32_t at = number(text, 0x3c, 4, false);
  if (at > text.size() || text.size() - at < 6 ||
      text.substr(at, 4) != std::string_view("PE\0\0", 4)) {
    return "dos executable";
  }
  return "pe " + pe_machine(number(text, std::size_t{at} + 4, 2, false));
}

/// UTF-8 without control characters other than white space. A character that the end of `prefix`
/// cuts in two is left out.
bool is_text(std::string_view prefix) {
  for (int cut = 0; cut < 4 && !prefix.empty() && !is_utf8(prefix); ++cut) prefix.remove_suffix(1);
  return is_utf8(prefix) && std::ranges::all_of(prefix, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (byte >= 0x20 && byte != 0x7f) || (byte >= 0x08 && byte <= 0x0d) || byte == 0x1b;
         });
}

}  // namespace

std::string foreign_format(Bytes prefix, std::uint64_t size) {
  if (size == 0) return "empty";
  const std::string_view text = as_text(prefix);
  const auto begins = [text](std::string_view magic) { return text.starts_with(magic); };
  if (begins("\x7f"
             "ELF"))
    return elf_format(text);
  if (begins("\xcf\xfa\xed\xfe") || begins("\xce\xfa\xed\xfe") || begins("\xfe\xed\xfa\xcf") ||
      begins("\xfe\xed\xfa\xce")) {
    return mach_format(text);
  }
  if (begins("\xca\xfe\xba\xbe") || begins("\xca\xfe\xba\xbf")) {
    return number(text, 4, 4, true) <= most_architectures ? fat_format(text) : "java class";
  }
  if (begins("MZ")) return dos_format(text);
  if (begins("!<arch>\n") || begins("!<thin>\n")) return "ar archive";
  if (begins("BC\xc0\xde") || begins("\xde\xc0\x17\x0b")) return "llvm bitcode";
  if (begins("\x1f\x8b")) return "gzip";
  if (begins("PK\3\4") || begins("PK\5\6")) return "zip";
  return is_text(text) ? "text" : "unknown";
}

}  // namespace wheelaudit::wasm
