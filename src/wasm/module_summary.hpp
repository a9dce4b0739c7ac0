#pragma once

// What reports say about a module (docs/design/modules.md#module-summary), without anything that
// grows with its symbols or its code.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/small.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

struct ImportCounts {
  std::size_t functions = 0;
  std::size_t addresses = 0;  ///< globals of GOT.mem and GOT.func
  std::size_t globals = 0;    ///< the other globals
  std::size_t tags = 0;
  std::size_t memories_and_tables = 0;

  [[nodiscard]] bool any() const {
    return functions + addresses + globals + tags + memories_and_tables > 0;
  }
};
[[nodiscard]] ImportCounts count_imports(const SideModule& module);

/// As in DylinkInfo, sizes in bytes and entries.
struct DylinkSummary {
  std::uint32_t memory_size = 0;
  std::uint32_t table_size = 0;
  std::vector<std::string> needed;
  std::vector<std::string> runtime_path;
};

struct ModuleSummary {
  ModuleKind kind = ModuleKind::malformed;
  ExceptionModel exceptions = ExceptionModel::none;
  SetjmpModel setjmp = SetjmpModel::none;
  std::string format;
  std::uint64_t size = 0;
  Boxed<DylinkSummary> dylink;
  ImportCounts imports;
  std::size_t exports = 0;
  /// Names of the features in use, sorted: from the code where it was read, else what the
  /// target_features section declares.
  std::vector<std::string> features;
  std::vector<std::string> init_functions;
};
/// The summary of a module read at either depth; it does not refer to `module`.
[[nodiscard]] ModuleSummary summarise(const SideModule& module);

}  // namespace wheelaudit::wasm
