#pragma once

// What a member that no loader takes for a module is inside, where that is worth knowing: programs
// and archives of the machine that built the wheel, and Python bytecode.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace wheelaudit::wheel {

enum class MemberFormatKind : std::uint8_t {
  program,   ///< or shared library: ELF, Mach-O, PE
  archive,   ///< static archive or LLVM bitcode
  bytecode,  ///< of Python
};

struct MemberFormat {
  std::string path;
  MemberFormatKind kind = MemberFormatKind::program;
  /// Of bytecode: N of the CPython 3.N that reads it; none when older or not CPython's.
  std::optional<std::uint8_t> python_minor;
  /// "elf x86-64", "pe arm64", "ar archive", "llvm bitcode" (foreign_format's words), "cpython 3.12
  /// bytecode", "python bytecode".
  std::string text;
};

/// Nullopt for anything else.
[[nodiscard]] std::optional<MemberFormat> member_format(std::string_view path, Bytes content);

}  // namespace wheelaudit::wheel
