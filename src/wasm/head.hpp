#pragma once

// What the sections outside the code say, as WABT reads them out: the module's facts, the checks of
// indices, types and initialisers that WABT 1.0.32 does not make, and the index spaces that bodies
// are checked against.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// Everything an instruction can name by index, imports first.
struct IndexSpaces {
  std::vector<std::uint32_t> functions;  ///< type indices
  std::vector<TableType> tables;
  std::vector<MemoryType> memories;
  std::vector<GlobalType> globals;
  std::uint32_t imported_globals = 0;
  std::vector<std::uint32_t> tags;          ///< type indices
  std::vector<char> element_segments;       ///< element types
  std::optional<std::uint32_t> data_count;  ///< as the data count section says
  std::vector<bool> referenceable;          ///< functions that `ref.func` in a body may name
};

/// A constant expression while it is read, instruction by instruction; only types are tracked.
class ConstantExpression {
 public:
  explicit ConstantExpression(char expected) : expected_(expected) {}
  void push(char letter) { stack_ += letter; }
  /// i32.add and its like (extended-const): two of `letter` become one.
  [[nodiscard]] bool combine(char letter);
  void end() { ended_ = true; }
  /// The expression has ended and leaves exactly one value, of the expected type.
  [[nodiscard]] bool complete() const {
    return ended_ && stack_.size() == 1 && stack_.front() == expected_;
  }
  [[nodiscard]] const std::string& stack() const { return stack_; }
  [[nodiscard]] char expected() const { return expected_; }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  char expected_;
  bool ended_ = false;
  std::string stack_;
};

/// Takes the sections' items in the file's order. Every member that returns bool returns false when
/// the item is refused; `fault` then says why (without the offset, which the caller knows). Value
/// and element types are letters as in FunctionType; names are copied.
class ModuleHead {
 public:
  explicit ModuleHead(SideModule module) : module_(std::move(module)) {}

  // `count` items follow. The count is safe to reserve by: `check_head` has walked over each item.
  void reserve_types(std::uint32_t count) { module_.types.reserve(count); }
  void reserve_imports(std::uint32_t count) { module_.imports.reserve(count); }
  void reserve_exports(std::uint32_t count) { module_.exports.reserve(count); }
  bool type(FunctionType type);
  bool import_function(std::string_view module, std::string_view name, std::uint32_t type);
  bool import_table(std::string_view module, std::string_view name, TableType table);
  bool import_memory(std::string_view module, std::string_view name, MemoryType memory);
  bool import_global(std::string_view module, std::string_view name, GlobalType global);
  bool import_tag(std::string_view module, std::string_view name, std::uint32_t type);
  bool function(std::uint32_t type);
  bool table(TableType table);
  bool memory(MemoryType memory);
  bool tag(std::uint32_t type);
  bool global(GlobalType global);
  bool exported(std::string_view name, ExternalKind kind, std::uint32_t index);
  bool exports_end();
  bool start(std::uint32_t function);
  bool element_segment(std::uint32_t table, bool active);
  bool element_type(char element);
  bool element_function(std::uint32_t function);
  bool element_null(char type);
  bool data_count(std::uint32_t count);
  bool data_segments(std::uint32_t count);
  bool data_segment(std::uint32_t memory, bool active);
  /// To be called after the last section.
  bool end();

  // The constant expression of the item that was handed over last.
  bool begin_constant();
  bool constant(char letter);
  bool constant_arithmetic(char letter);
  bool constant_global(std::uint32_t global);
  bool constant_function(std::uint32_t function);
  bool constant_end();
  bool end_constant();

  /// Makes `message` the fault and returns false.
  bool refuse(std::string message, ModuleFaultKind kind = ModuleFaultKind::malformed);
  [[nodiscard]] const ModuleFault& fault() const { return fault_; }
  [[nodiscard]] const IndexSpaces& spaces() const { return spaces_; }
  [[nodiscard]] SideModule& module() { return module_; }
  [[nodiscard]] const SideModule& module() const { return module_; }

 private:
  ImportedSymbol& add_import(std::string_view module, std::string_view name, ExternalKind kind);
  bool function_type_exists(std::uint32_t type);
  bool tag_type(std::uint32_t type);
  bool function_exists(std::uint32_t function);
  bool mark_referenceable(std::uint32_t function);

  SideModule module_;
  IndexSpaces spaces_;
  ModuleFault fault_;
  std::optional<ConstantExpression> constant_;
  char constant_type_ = 'i';
  std::optional<char> active_table_;  ///< element type of the active segment's table
  std::uint32_t seen_data_segments_ = 0;
  /// The names of import modules are shared: per import this many of them, at most, are looked
  /// through. Real modules import from four.
  static constexpr std::size_t most_import_modules = 8;
  std::vector<SharedText> import_modules_;
};

}  // namespace wheelaudit::wasm
