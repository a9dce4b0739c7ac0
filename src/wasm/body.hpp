#pragma once

// The validation of function bodies, one instruction at a time, and the facts that it collects on
// the way: calls, features, exception opcodes. Core specification 3.0, section 3.4, without what
// WABT 1.0.32 cannot read.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/equal_code.hpp"
#include "wasm/head.hpp"
#include "wasm/operands.hpp"
#include "wasm/operations.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

/// Checks the bodies of one module in the order of the file. Per body: `begin`, then per
/// instruction `announce` and the member for its form, then `end_body`; `take` after the last body.
/// Every member that returns bool returns false when it refuses the code; `fault` then says why,
/// and the checker must not be used further, except for `take`. Types are letters as in
/// FunctionType.
class BodyChecker {
 public:
  /// `head` must outlive the checker and stay as it is. `code_size`, in bytes, bounds the work
  /// (docs/design/modules.md#work-limit).
  BodyChecker(const ModuleHead& head, std::uint64_t code_size);

  /// Begins function `index`, whose body, locals first, is `module[begin, end)`. A fault in the
  /// locals has its own offset.
  bool begin(std::uint32_t index, Bytes module, std::uint64_t begin, std::uint64_t end);
  /// Must be called before the instruction's own member. `offset` is that of the opcode, in the
  /// module; `operation` must outlive the instruction.
  bool announce(const Operation& operation, std::uint64_t offset);
  /// Requires that the body's last `end` was seen.
  bool end_body();
  /// The facts of all bodies so far; leaves the checker without them.
  [[nodiscard]] CodeFacts take();

  // One member per form of instruction.
  /// Takes the first `operands` of the announced operation's `params` and leaves its result. The
  /// number is needed because the table lists one operand too many for `f64.neg` and its like.
  bool plain(std::size_t operands);
  /// A load, store or atomic access. `alignment` is the exponent of a power of two; with `exact`
  /// (atomic accesses) it must be the natural one, else it may be smaller.
  bool access(std::uint32_t memory, std::uint32_t alignment, bool exact);
  /// Only the immediate: `lane` is below `lanes`. Moves no operand.
  bool lane(std::uint64_t lane, std::uint64_t lanes);
  bool constant(char letter);
  bool local_get(std::uint32_t local);
  bool local_set(std::uint32_t local);
  bool local_tee(std::uint32_t local);
  bool global_get(std::uint32_t global);
  bool global_set(std::uint32_t global);
  bool drop();
  bool select();
  bool select_typed(char letter);

  bool enter(FrameKind kind, std::optional<char> result);
  bool enter_typed(FrameKind kind, std::uint32_t type);
  bool else_();
  bool catch_(std::uint32_t tag);
  bool catch_all();
  bool delegate(std::uint32_t depth);
  bool end();
  bool unreachable();
  bool branch(std::uint32_t depth);
  bool branch_if(std::uint32_t depth);
  bool branch_table(const std::uint32_t* targets, std::uint32_t count, std::uint32_t fallback);
  bool return_();
  bool call(std::uint32_t function);
  bool call_indirect(std::uint32_t type, std::uint32_t table);
  bool return_call(std::uint32_t function);
  bool return_call_indirect(std::uint32_t type, std::uint32_t table);
  bool throw_(std::uint32_t tag);
  bool rethrow(std::uint32_t depth);

  bool memory_size();
  bool memory_grow();
  bool memory_fill();
  bool memory_copy();
  bool memory_init(std::uint32_t segment);
  bool data_drop(std::uint32_t segment);
  bool table_get(std::uint32_t table);
  bool table_set(std::uint32_t table);
  bool table_size(std::uint32_t table);
  bool table_grow(std::uint32_t table);
  bool table_fill(std::uint32_t table);
  bool table_copy(std::uint32_t to, std::uint32_t from);
  bool table_init(std::uint32_t segment, std::uint32_t table);
  bool elem_drop(std::uint32_t segment);
  bool ref_null(char letter);
  bool ref_is_null();
  bool ref_func(std::uint32_t function);

  /// Makes `message` the fault and returns false.
  bool refuse(std::string message, ModuleFaultKind kind = ModuleFaultKind::malformed);
  /// The last refusal. Without an offset the place is the instruction announced last.
  [[nodiscard]] const ModuleFault& fault() const { return fault_; }
  /// The announced instruction uses `feature`; only the first use of each feature is kept.
  void note_feature(CodeFeature feature);
  /// An initialiser outside the bodies uses extended-const, at `offset` in the module.
  void note_extended_const(std::uint64_t offset);
  /// An opcode of the exnref proposal was met, though it cannot be checked.
  void note_exnref() { facts_.exnref_try = true; }

 private:
  struct LocalGroup {
    std::uint32_t end = 0;  ///< index of the local behind the group's last one
    char letter = 'i';
  };

  /// Refuses with the operand stack's last mismatch.
  bool mismatch();
  bool take(std::string_view letters) { return operands_.pop_all(letters) || mismatch(); }
  /// Counts `values` steps of work; refuses when the work limit is reached.
  bool spend(std::size_t values);
  bool read_locals(Bytes module, std::uint64_t begin, std::uint64_t end);
  bool enter_block(FrameKind kind, BlockType type);
  // Look-ups by index: nothing (and a refusal) when the index is out of range.
  [[nodiscard]] std::optional<char> local_type(std::uint32_t local);
  [[nodiscard]] const FunctionType* type_at(std::uint32_t type);
  [[nodiscard]] const FunctionType* function_at(std::uint32_t function);
  /// The callee's type of an indirect call; also takes the table index from the stack.
  [[nodiscard]] const FunctionType* table_call(std::uint32_t type, std::uint32_t table);
  [[nodiscard]] const FunctionType* tag_at(std::uint32_t tag);
  [[nodiscard]] const TableType* table_at(std::uint32_t table);
  [[nodiscard]] const GlobalType* global_at(std::uint32_t global);
  /// The type of addresses in `memory`: 'i', or 'j' for a 64-bit memory.
  [[nodiscard]] std::optional<char> address(std::uint32_t memory);
  [[nodiscard]] const Frame* frame_at(std::uint32_t depth);
  /// A tail call: the callee's parameters are there, and its results are this function's.
  bool leaves_as_function(const FunctionType& callee);
  bool data_segment_exists(std::uint32_t segment);
  bool element_segment_exists(std::uint32_t segment);

  /// The immediate of the announced instruction depends on the module around the code.
  void mask_immediate();

  const SideModule& module_;
  const IndexSpaces& spaces_;
  const std::vector<FunctionType>& types_;
  std::uint64_t work_left_;
  OperandStack operands_;
  const FunctionType* function_ = nullptr;
  std::uint32_t function_index_ = 0;
  std::vector<LocalGroup> locals_;    ///< the declared locals; parameters have the indices before
  std::vector<std::uint32_t> calls_;  ///< callees of the body so far, repeated ones too
  std::vector<std::uint32_t> table_calls_;  ///< the types of its calls through the table, likewise
  std::vector<bool> address_globals_;       ///< by index: the global tells addresses of functions
  bool takes_address_ = false;              ///< the body reads such a global
  std::string_view operation_name_;
  const Operation* operation_ = nullptr;
  std::uint64_t offset_ = 0;
  std::array<std::optional<FeatureUse>, code_feature_count> features_;
  Bytes bytes_;  ///< the module
  std::uint64_t body_begin_ = 0;
  std::uint64_t body_end_ = 0;
  std::uint64_t hashed_to_ = 0;  ///< the code of the body before is in `hash_`
  bool is_masked_ = false;       ///< the bytes up to the next opcode are left out
  CodeHash hash_;
  std::vector<BodyDigest> digests_;  ///< by defined function
  CodeFacts facts_;
  ModuleFault fault_;
};

}  // namespace wheelaudit::wasm
