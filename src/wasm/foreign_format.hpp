#pragma once

// Names the format of bytes that are not wasm: ELF, Mach-O, PE, ar, LLVM bitcode, text and a few
// more.

#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace wheelaudit::wasm {

/// Format and CPU ("elf x86-64", "mach-o universal (x86-64, arm64)", "ar archive", "text"), from
/// the first bytes of a file of `size` bytes; 4 KiB are enough. "empty" for a `size` of 0,
/// "unknown" when no format fits.
[[nodiscard]] std::string foreign_format(Bytes prefix, std::uint64_t size);

}  // namespace wheelaudit::wasm
