// Checks of immediates. Core specification 3.0, sections 5.3.5 (heap types) and 5.4.1 (block
// types).

#include "wasm/immediates.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "wasm/encodings.hpp"

namespace wheelaudit::wasm {
namespace {

/// V8: kV8MaxWasmFunctionBrTableSize (confirmed with Node 20).
constexpr std::uint32_t most_branch_targets = 65'520;
/// The block type of a block without parameters and results.
constexpr std::uint8_t no_value = 0x40;

ModuleFault malformed(std::string message) { return {.message = std::move(message)}; }

ModuleFault later(std::string message) {
  return {.kind = ModuleFaultKind::not_understood, .message = std::move(message)};
}

ModuleFault cut_off(const ByteReader& bytes) {
  return {.message = bytes.fault()->message, .offset = bytes.fault()->offset};
}

/// Bit 6 of the last byte of a signed LEB128 number is its sign; a type index is not negative.
bool is_index(std::uint8_t last_byte) { return (last_byte & 0x40) == 0; }

}  // namespace

std::optional<ModuleFault> check_block_type(ByteReader immediates) {
  const std::uint8_t first = immediates.u8("type of a block");
  std::uint8_t last = first;
  while (last >= 0x80 && immediates.more()) last = immediates.u8("type of a block");
  if (immediates.failed()) return cut_off(immediates);
  if (is_index(last) || first == no_value || value_letter(first)) return std::nullopt;
  if (is_later_value_type(first)) {
    return later(fmt::format("a block type of a later proposal ({:#x})", first));
  }
  return malformed(fmt::format("{:#x} is not a type of a block", first));
}

std::optional<ModuleFault> check_branch_table(ByteReader immediates) {
  const std::uint32_t targets = immediates.count("count of `br_table` targets", 1);
  if (immediates.failed()) return cut_off(immediates);
  if (targets <= most_branch_targets) return std::nullopt;
  return malformed(fmt::format("`br_table` has {} targets, engines take at most {}", targets,
                               most_branch_targets));
}

std::optional<ModuleFault> check_select(ByteReader immediates) {
  const std::uint32_t types = immediates.u32("count of `select` types");
  if (types != 1 && !immediates.failed()) {
    return malformed(fmt::format("`select` with {} types, expected 1", types));
  }
  const std::uint8_t type = immediates.u8("type of `select`");
  if (immediates.failed()) return cut_off(immediates);
  if (value_letter(type)) return std::nullopt;
  if (is_later_value_type(type)) {
    return later(fmt::format("`select` with a type of a later proposal ({:#x})", type));
  }
  return malformed(fmt::format("{:#x} is not a type of `select`", type));
}

std::optional<ModuleFault> check_heap_type(ByteReader immediates) {
  const std::uint8_t type = immediates.u8("type of `ref.null`");
  if (immediates.failed()) return cut_off(immediates);
  const std::optional<char> letter = value_letter(type);
  if (letter && is_reference(*letter)) return std::nullopt;
  if (is_later_value_type(type) || is_index(type)) {
    return later(fmt::format("`ref.null` of a type of a later proposal ({:#x})", type));
  }
  return malformed(fmt::format("{:#x} is not a type of `ref.null`", type));
}

}  // namespace wheelaudit::wasm
