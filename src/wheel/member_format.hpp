#pragma once

// What a member that no loader takes for a module is inside, where that is worth knowing: programs
// and archives of the machine that built the wheel, and Python bytecode.

#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace wheelaudit::wheel {

/// "elf x86-64", "pe arm64", "ar archive", "llvm bitcode" (foreign_format's words), "cpython 3.12
/// bytecode", "python bytecode" (older or no CPython's); empty for anything else.
[[nodiscard]] std::string member_format(std::string_view name, Bytes content);

}  // namespace wheelaudit::wheel
