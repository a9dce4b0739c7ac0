#pragma once

// The instruction set as data: one row per opcode, in the order of WABT's enumeration.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wheelaudit::wasm {

/// Instructions beyond WebAssembly 1.0 (the MVP), by proposal; in the order of their names.
enum class CodeFeature : std::uint8_t {
  bulk_memory,
  exceptions,
  extended_const,
  multi_value,
  reference_types,
  relaxed_simd,
  saturating_float_to_int,
  sign_extension,
  simd,
  tail_call,
  threads,
};
inline constexpr std::size_t code_feature_count = 11;
/// "bulk-memory", "exceptions" …
[[nodiscard]] std::string_view code_feature_name(CodeFeature feature);

/// What an instruction takes, leaves and touches.
struct Operation {
  std::string_view name;
  std::string_view params;        ///< letters; the row of `f64.neg` and its like lists one too many
  std::string_view result;        ///< one letter or none
  std::uint8_t prefix = 0;        ///< the byte before the opcode, or 0
  std::uint32_t memory_size = 0;  ///< bytes; 0 for no access
  std::optional<CodeFeature> feature;
  bool legacy_exceptions = false;  ///< only the first exception proposal has the instruction
};

/// Indexed by the value of `wabt::Opcode::Enum`.
[[nodiscard]] std::span<const Operation> operations();

}  // namespace wheelaudit::wasm
