// Names of what a module imports and exports (docs/design/output.md#words).

#include "wasm/types.hpp"

#include "wasm/function_type.hpp"

namespace wheelaudit::wasm {

std::string_view external_kind_name(ExternalKind kind) {
  switch (kind) {
    case ExternalKind::function:
      return "function";
    case ExternalKind::table:
      return "table";
    case ExternalKind::memory:
      return "memory";
    case ExternalKind::global:
      return "global";
    case ExternalKind::tag:
      break;
  }
  return "tag";
}

std::string GlobalType::str() const {
  return (is_mutable ? "mut " : "") + std::string(value_type_name(value));
}

}  // namespace wheelaudit::wasm
