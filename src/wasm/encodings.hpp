#pragma once

// Value types as bytes and letters, and what an encoding is to our reader: known, of a later
// proposal (a module with such an encoding is well-formed but not understood, WA311), or an error.
// docs/design/modules.md#not-understood; WebAssembly core specification 3.0, section 5.3.

#include <cstdint>
#include <optional>

namespace wheelaudit::wasm {

/// The letter (as in FunctionType) of a one-byte value type that WABT 1.0.32 reads; nullopt for any
/// other byte.
[[nodiscard]] constexpr std::optional<char> value_letter(std::uint8_t byte) {
  switch (byte) {
    case 0x7f:
      return 'i';
    case 0x7e:
      return 'j';
    case 0x7d:
      return 'f';
    case 0x7c:
      return 'd';
    case 0x7b:
      return 'V';
    case 0x70:
      return 'F';
    case 0x6f:
      return 'e';
    default:
      return std::nullopt;
  }
}

/// A letter of FunctionType that stands for a reference type.
[[nodiscard]] constexpr bool is_reference(char letter) {
  return letter == 'F' || letter == 'e' || letter == 'x' || letter == '?';
}

/// Value types of exnref (0x69, 0x74), typed references (0x63, 0x64), GC (0x6a … 0x6e,
/// 0x71 … 0x73), string references (0x65 … 0x67) and stack switching (0x68, 0x75).
[[nodiscard]] constexpr bool is_later_value_type(std::uint8_t byte) {
  return (byte >= 0x63 && byte <= 0x6e) || (byte >= 0x71 && byte <= 0x75);
}

/// Type definitions of GC and stack switching: cont, array, struct, sub, sub final, rec.
[[nodiscard]] constexpr bool is_later_type_form(std::uint8_t byte) {
  return (byte >= 0x5d && byte <= 0x5f) || (byte >= 0x4e && byte <= 0x50);
}

/// Instructions (first byte) that later proposals define and WABT 1.0.32 does not know: exnref
/// (throw_ref, try_table), typed references (call_ref, return_call_ref, ref.eq … br_on_non_null),
/// stack switching (0xe0 … 0xe6), GC (prefix 0xfb).
[[nodiscard]] constexpr bool is_later_opcode(std::uint8_t byte) {
  return byte == 0x0a || byte == 0x1f || byte == 0x14 || byte == 0x15 ||
         (byte >= 0xd3 && byte <= 0xd6) || (byte >= 0xe0 && byte <= 0xe6) || byte == 0xfb;
}

/// As above, for codes behind a prefix: memory.discard and wide arithmetic (0xfc), half precision
/// (0xfd), shared-everything threads (0xfe).
[[nodiscard]] constexpr bool is_later_opcode(std::uint8_t prefix, std::uint32_t code) {
  if (prefix == 0xfc) return code >= 0x12 && code <= 0x16;
  if (prefix == 0xfd) return code >= 0x114 && code <= 0x14f;
  return prefix == 0xfe && code >= 0x4f && code <= 0x7f;
}

}  // namespace wheelaudit::wasm
