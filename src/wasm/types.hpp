#pragma once

// The kinds of things that a module imports and exports, and the types of memories, tables and
// globals. Function types have a header of their own (function_type.hpp).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wheelaudit::wasm {

enum class ExternalKind : std::uint8_t { function, table, memory, global, tag };
/// "function", "table" … (docs/design/output.md#words).
[[nodiscard]] std::string_view external_kind_name(ExternalKind kind);

struct MemoryType {
  std::uint64_t minimum = 0;  ///< pages of 64 KiB, as `maximum`
  std::optional<std::uint64_t> maximum;
  bool shared = false;
  bool is_64 = false;
  auto operator<=>(const MemoryType&) const = default;
};
struct TableType {
  char element = 'F';         ///< letter as in FunctionType
  std::uint64_t minimum = 0;  ///< entries, as `maximum`
  std::optional<std::uint64_t> maximum;
  bool is_64 = false;
  auto operator<=>(const TableType&) const = default;
};
struct GlobalType {
  char value = 'i';  ///< letter as in FunctionType
  bool is_mutable = false;
  /// `i32`, `mut i64`
  [[nodiscard]] std::string str() const;
  auto operator<=>(const GlobalType&) const = default;
};

}  // namespace wheelaudit::wasm
