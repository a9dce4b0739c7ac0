// WABT 1.0.32 as the decoder (docs/design/modules.md#wabt): `ReadBinary` with a delegate that hands
// every item on to `ModuleHead` and `BodyChecker`; no IR, no names, no log. All of WABT that
// wheelaudit uses is in this file, since WABT's callbacks change between releases.
//
// Enabled are all features but three: those whose encodings would hide the standard ones (GC and
// typed references as drafted in 2022), one that no engine here runs (multi-memory), and code
// metadata, which is a custom section like any other. WABT calls `OnOpcode` before it reads the
// immediates, so the immediates that WABT does not check are checked there.

#include "wasm/wabt.hpp"

#include <fmt/format.h>
#include <wabt/binary-reader-nop.h>
#include <wabt/binary-reader.h>

#include <charconv>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "wasm/body.hpp"
#include "wasm/byte_reader.hpp"
#include "wasm/encodings.hpp"
#include "wasm/head.hpp"
#include "wasm/immediates.hpp"
#include "wasm/operations.hpp"
#include "wasm/sections.hpp"

namespace wheelaudit::wasm {
namespace {

using wabt::Address;
using wabt::Index;
using wabt::Opcode;
using wabt::Type;

/// Per element segment. V8: kV8MaxWasmTableInitEntries.
constexpr std::uint32_t most_elements = 10'000'000;

constexpr char letter_of(Type::Enum type) {
  switch (type) {
    case Type::I32:
      return 'i';
    case Type::I64:
      return 'j';
    case Type::F32:
      return 'f';
    case Type::F64:
      return 'd';
    case Type::V128:
      return 'V';
    case Type::FuncRef:
      return 'F';
    case Type::ExternRef:
      return 'e';
    default:
      return '?';
  }
}

std::string letters_of(Index count, const Type* types) {
  std::string letters;
  for (Index i = 0; i < count; ++i) letters += letter_of(types[i]);
  return letters;
}

TableType table_type(Type element, const wabt::Limits& limits) {
  TableType table{.element = letter_of(element), .minimum = limits.initial, .maximum = {}};
  if (limits.has_max) table.maximum = limits.max;
  return table;
}

MemoryType memory_type(const wabt::Limits& limits) {
  MemoryType memory{
      .minimum = limits.initial, .maximum = {}, .shared = limits.is_shared, .is_64 = limits.is_64};
  if (limits.has_max) memory.maximum = limits.max;
  return memory;
}

std::optional<ExternalKind> external_kind(wabt::ExternalKind kind) {
  switch (kind) {
    case wabt::ExternalKind::Func:
      return ExternalKind::function;
    case wabt::ExternalKind::Table:
      return ExternalKind::table;
    case wabt::ExternalKind::Memory:
      return ExternalKind::memory;
    case wabt::ExternalKind::Global:
      return ExternalKind::global;
    case wabt::ExternalKind::Tag:
      return ExternalKind::tag;
  }
  return std::nullopt;
}

/// The number N in WABT's message "invalid load alignment: N"; 0 for other messages.
std::uint32_t refused_alignment(std::string_view message) {
  constexpr std::string_view before = " alignment: ";
  const std::size_t at = message.find(before);
  std::uint32_t value = 0;
  if (!message.starts_with("invalid ") || at == std::string_view::npos) return value;
  const std::string_view digits = message.substr(at + before.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

class Delegate final : public wabt::BinaryReaderNop {
 public:
  Delegate(Bytes bytes, SideModule module, std::uint64_t code_size)
      : bytes_(bytes), head_(std::move(module)), code_size_(code_size) {}

  /// The module as read from bytes that end at `end`; `outcome` is what WABT returned.
  SideModule finish(Depth depth, std::uint64_t end, wabt::Result outcome) {
    Boxed<CodeFacts> code;
    if (depth == Depth::full) code = take_code();
    SideModule module = std::move(head_.module());
    if (Failed(outcome) && !fault_) fault_ = ModuleFault{.message = "unreadable", .offset = end};
    const bool benign = fault_ && depth == Depth::head && module.defined_functions > 0 &&
                        fault_->offset == end && fault_->message == benign_message;
    if (fault_ && !benign) module.faults.push_back(std::move(*fault_));
    module.code = std::move(code);
    return module;
  }

  bool OnError(const wabt::Error& error) override {
    // WABT also reports the custom section that BeginCustomSection refuses; that is not a fault.
    if (!std::exchange(refused_custom_section_, false) && !fault_) take_error(error);
    return true;
  }

 private:
  using Result = wabt::Result;
  static constexpr std::string_view benign_message =
      "function signature count != function body count";

  // ---- results: what was refused becomes a fault at the current offset

  Result head(bool accepted) {
    if (!accepted && !fault_) fault_ = placed(head_.fault());
    return accepted ? Result::Ok : Result::Error;
  }
  Result body(bool accepted) {
    if (!accepted && !fault_) fault_ = placed(body_->fault());
    return accepted ? Result::Ok : Result::Error;
  }
  ModuleFault placed(ModuleFault fault) const {
    if (!fault.offset) fault.offset = in_body_ ? opcode_offset_ : state->offset;
    return fault;
  }

  void take_error(const wabt::Error& error) {
    fault_ = ModuleFault{.message = error.message, .offset = state->offset};
    if (in_body_) fault_->function = function_;
    const bool opcode = error.message.starts_with("unexpected opcode");
    if (opcode) fault_->offset = opcode_offset_;
    if (opcode && is_later(opcode_offset_)) {
      fault_->kind = ModuleFaultKind::not_understood;
      fault_->message =
          fmt::format("an instruction of a later proposal ({})",
                      error.message.substr(std::string_view("unexpected opcode: ").size()));
    }
    // Bit 6 of the alignment says that a memory index follows (multi-memory); engines take it.
    if (const auto alignment = refused_alignment(error.message); alignment & 0x40) {
      fault_->kind = ModuleFaultKind::not_understood;
      fault_->message = "an access that names its memory (multi-memory proposal)";
    }
    // Engines take `global.get` as an entry there (reference types); no linker writes it.
    if (error.message == "expected ref.null or ref.func in passive element segment") {
      fault_->kind = ModuleFaultKind::not_understood;
    }
  }

  bool is_later(std::uint64_t offset) {
    ByteReader bytes(bytes_, offset, bytes_.size(), "the code");
    const std::uint8_t first = bytes.u8("opcode");
    if (body_ && (first == 0x0a || first == 0x1f)) body_->note_exnref();
    if (is_later_opcode(first)) return true;
    return is_later_opcode(first, bytes.u32("opcode"));
  }

  CodeFacts take_code() {
    if (!body_) start_bodies();
    return body_->take();
  }
  void start_bodies() {
    body_.emplace(head_, code_size_);
    if (extended_const_offset_) body_->note_extended_const(*extended_const_offset_);
  }

  // ---- sections

  Result BeginCustomSection(Index, wabt::Offset, std::string_view) override {
    // Engines ignore custom sections, and the known ones have readers of their own. The refusal
    // makes WABT go to the section's end (fail_on_custom_section_error is off). If WABT read the
    // section, a broken one would end the reading of the whole module.
    refused_custom_section_ = true;
    return Result::Error;
  }
  Result OnTypeCount(Index count) override {
    head_.reserve_types(count);
    return Result::Ok;
  }
  Result OnFuncType(Index, Index param_count, Type* params, Index result_count,
                    Type* results) override {
    return head(head_.type(
        {.params = letters_of(param_count, params), .results = letters_of(result_count, results)}));
  }
  Result OnImportCount(Index count) override {
    head_.reserve_imports(count);
    return Result::Ok;
  }
  Result OnImportFunc(Index, std::string_view module, std::string_view name, Index,
                      Index type) override {
    return head(head_.import_function(module, name, type));
  }
  Result OnImportTable(Index, std::string_view module, std::string_view name, Index, Type element,
                       const wabt::Limits* limits) override {
    return head(head_.import_table(module, name, table_type(element, *limits)));
  }
  Result OnImportMemory(Index, std::string_view module, std::string_view name, Index,
                        const wabt::Limits* limits) override {
    return head(head_.import_memory(module, name, memory_type(*limits)));
  }
  Result OnImportGlobal(Index, std::string_view module, std::string_view name, Index, Type type,
                        bool is_mutable) override {
    return head(
        head_.import_global(module, name, {.value = letter_of(type), .is_mutable = is_mutable}));
  }
  Result OnImportTag(Index, std::string_view module, std::string_view name, Index,
                     Index type) override {
    return head(head_.import_tag(module, name, type));
  }
  Result OnFunction(Index, Index type) override { return head(head_.function(type)); }
  Result OnTable(Index, Type element, const wabt::Limits* limits) override {
    return head(head_.table(table_type(element, *limits)));
  }
  Result OnMemory(Index, const wabt::Limits* limits) override {
    return head(head_.memory(memory_type(*limits)));
  }
  Result OnTagType(Index, Index type) override { return head(head_.tag(type)); }
  Result BeginGlobal(Index, Type type, bool is_mutable) override {
    // The type is before the mutability. WABT takes an over-long type, engines do not. A byte of
    // 0x80 or more before the type's last byte belongs to the type, since every item before it ends
    // with a byte below 0x80.
    const std::uint8_t before = byte_at(state->offset - 3);
    if (before >= 0x80) return head(head_.refuse("the type of a global is over-long"));
    return head(head_.global({.value = letter_of(type), .is_mutable = is_mutable}));
  }
  Result OnExportCount(Index count) override {
    head_.reserve_exports(count);
    return Result::Ok;
  }
  Result OnExport(Index, wabt::ExternalKind kind, Index index, std::string_view name) override {
    const std::optional<ExternalKind> known = external_kind(kind);
    return head(known ? head_.exported(name, *known, index)
                      : head_.refuse("an export of an unknown kind"));
  }
  Result EndExportSection() override { return head(head_.exports_end()); }
  Result OnStartFunction(Index function) override { return head(head_.start(function)); }

  Result BeginElemSegment(Index, Index table, std::uint8_t flags) override {
    explicit_element_type_ = (flags & (wabt::SegPassive | wabt::SegExplicitIndex)) != 0 &&
                             (flags & wabt::SegUseElemExprs) != 0;
    return head(head_.element_segment(table, (flags & wabt::SegPassive) == 0));
  }
  Result OnElemSegmentElemType(Index, Type type) override {
    if (explicit_element_type_ && byte_at(state->offset - 2) >= 0x80) {
      return head(head_.refuse("the type of an element segment is over-long"));
    }
    return reference(type, [&](char letter) { return head(head_.element_type(letter)); });
  }
  Result OnElemSegmentElemExpr_RefFunc(Index, Index function) override {
    return head(head_.element_function(function));
  }
  Result OnElemSegmentElemExpr_RefNull(Index, Type type) override {
    return reference(type, [&](char letter) { return head(head_.element_null(letter)); });
  }
  Result OnDataCount(Index count) override { return head(head_.data_count(count)); }
  Result OnDataSegmentCount(Index count) override { return head(head_.data_segments(count)); }
  Result BeginDataSegment(Index, Index memory, std::uint8_t flags) override {
    if (flags > 2) return head(head_.refuse(fmt::format("a data segment of the kind {}", flags)));
    return head(head_.data_segment(memory, (flags & wabt::SegPassive) == 0));
  }
  Result OnElemSegmentElemExprCount(Index, Index count) override {
    if (count <= most_elements) return Result::Ok;
    return head(head_.refuse(fmt::format(
        "an element segment of {} entries, engines take at most {}", count, most_elements)));
  }
  Result EndModule() override { return head(head_.end()); }

  template <typename Accept>
  Result reference(Type type, Accept accept) {
    const char letter = letter_of(type);
    if (letter != '?') return accept(letter);
    return head(
        head_.refuse("a reference type of a later proposal", ModuleFaultKind::not_understood));
  }
  [[nodiscard]] std::uint8_t byte_at(std::uint64_t offset) const {
    return std::to_integer<std::uint8_t>(bytes_[offset]);
  }

  // ---- constant expressions

  Result BeginGlobalInitExpr(Index) override { return begin_constant(); }
  Result EndGlobalInitExpr(Index) override { return end_constant(); }
  Result BeginElemSegmentInitExpr(Index) override { return begin_constant(); }
  Result EndElemSegmentInitExpr(Index) override { return end_constant(); }
  Result BeginDataSegmentInitExpr(Index) override { return begin_constant(); }
  Result EndDataSegmentInitExpr(Index) override { return end_constant(); }
  Result begin_constant() { return head(head_.begin_constant()); }
  Result end_constant() { return head(head_.end_constant()); }

  Result constant_opcode(Opcode opcode) {
    switch (opcode) {
      case Opcode::I32Const:
      case Opcode::I64Const:
      case Opcode::F32Const:
      case Opcode::F64Const:
      case Opcode::V128Const:
      case Opcode::GlobalGet:
      case Opcode::RefFunc:
      case Opcode::End:
        return Result::Ok;
      case Opcode::RefNull:
        return check(check_heap_type);
      case Opcode::I32Add:
      case Opcode::I32Sub:
      case Opcode::I32Mul:
      case Opcode::I64Add:
      case Opcode::I64Sub:
      case Opcode::I64Mul:
        extended_const_offset_ = extended_const_offset_.value_or(opcode_offset_);
        return Result::Ok;
      default:
        return head(
            head_.refuse(fmt::format("`{}` in a constant expression", operations_[opcode].name)));
    }
  }

  // ---- bodies

  Result BeginFunctionBody(Index function, wabt::Offset size) override {
    if (!body_) start_bodies();
    in_body_ = true;
    function_ = function;
    opcode_offset_ = state->offset;
    body_end_ = state->offset + size;
    return body(body_->begin(function, bytes_, state->offset, body_end_));
  }
  Result EndFunctionBody(Index) override {
    const Result result = body(body_->end_body());
    in_body_ = false;
    return result;
  }

  Result OnOpcode(Opcode opcode) override {
    opcode_offset_ = opcode_begin(opcode);
    if (opcode.IsInvalid()) return Result::Ok;  // WABT reports it
    if (!in_body_) return constant_opcode(opcode);
    if (!body_->announce(operations_[opcode], opcode_offset_)) return body(false);
    switch (opcode) {
      case Opcode::Block:
      case Opcode::Loop:
      case Opcode::If:
      case Opcode::Try:
        return check(check_block_type);
      case Opcode::BrTable:
        return check(check_branch_table);
      case Opcode::SelectT:
        return check(check_select);
      case Opcode::RefNull:
        return check(check_heap_type);
      default:
        return Result::Ok;
    }
  }

  /// The offset of the opcode, of which WABT gives only the end. Behind a prefix byte stands a
  /// LEB128 number, so the search goes back to the prefix.
  [[nodiscard]] std::uint64_t opcode_begin(Opcode opcode) const {
    std::uint64_t begin = state->offset - 1;
    if (opcode < Opcode::Invalid && operations_[opcode].prefix == 0) return begin;
    const std::uint8_t prefix = opcode.GetPrefix();
    if (prefix == 0) return begin;
    while (begin > 0 && state->offset - begin < 6 && byte_at(begin - 1) != prefix) --begin;
    return begin - 1;
  }

  /// Checks the immediates of the current instruction before WABT reads them.
  Result check(std::optional<ModuleFault> (*immediates_are_wrong)(ByteReader)) {
    const ByteReader immediates(bytes_, state->offset, in_body_ ? body_end_ : bytes_.size(),
                                "the function body");
    std::optional<ModuleFault> fault = immediates_are_wrong(immediates);
    if (!fault) return Result::Ok;
    if (fault_) return Result::Error;
    if (in_body_) fault->function = function_;
    fault_ = placed(std::move(*fault));
    return Result::Error;
  }

  // ---- instructions, in bodies or in constant expressions

  Result constant(char letter) {
    return in_body_ ? body(body_->constant(letter)) : head(head_.constant(letter));
  }
  Result OnI32ConstExpr(std::uint32_t) override { return constant('i'); }
  Result OnI64ConstExpr(std::uint64_t) override { return constant('j'); }
  Result OnF32ConstExpr(std::uint32_t) override { return constant('f'); }
  Result OnF64ConstExpr(std::uint64_t) override { return constant('d'); }
  Result OnV128ConstExpr(v128) override { return constant('V'); }
  Result OnRefNullExpr(Type type) override { return constant(letter_of(type)); }
  Result OnGlobalGetExpr(Index global) override {
    return in_body_ ? body(body_->global_get(global)) : head(head_.constant_global(global));
  }
  Result OnRefFuncExpr(Index function) override {
    return in_body_ ? body(body_->ref_func(function)) : head(head_.constant_function(function));
  }
  Result OnEndExpr() override { return in_body_ ? body(body_->end()) : head(head_.constant_end()); }
  Result OnBinaryExpr(Opcode opcode) override {
    if (in_body_) return body(body_->plain(2));
    return head(head_.constant_arithmetic(operations_[opcode].result.front()));
  }

  // ---- instructions of bodies only

  Result OnCompareExpr(Opcode) override { return body(body_->plain(2)); }
  Result OnConvertExpr(Opcode) override { return body(body_->plain(1)); }
  Result OnUnaryExpr(Opcode) override { return body(body_->plain(1)); }
  Result OnTernaryExpr(Opcode) override { return body(body_->plain(3)); }
  Result OnSimdLaneOpExpr(Opcode opcode, std::uint64_t lane) override {
    return body(body_->lane(lane, opcode.GetSimdLaneCount()) &&
                body_->plain(operations_[opcode].params.size()));
  }
  Result OnSimdShuffleOpExpr(Opcode, v128 lanes) override {
    bool within = true;
    for (int i = 0; i < 16; ++i) within = within && body_->lane(lanes.u8(i), 32);
    return body(within && body_->plain(2));
  }

  Result access(Index memory, Address alignment, bool exact) {
    return body(body_->access(memory, static_cast<std::uint32_t>(alignment), exact));
  }
  Result OnLoadExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, false);
  }
  Result OnStoreExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, false);
  }
  Result OnLoadSplatExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, false);
  }
  Result OnLoadZeroExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, false);
  }
  Result OnSimdLoadLaneExpr(Opcode opcode, Index memory, Address alignment, Address,
                            std::uint64_t lane) override {
    if (!body_->lane(lane, opcode.GetSimdLaneCount())) return body(false);
    return access(memory, alignment, false);
  }
  Result OnSimdStoreLaneExpr(Opcode opcode, Index memory, Address alignment, Address,
                             std::uint64_t lane) override {
    if (!body_->lane(lane, opcode.GetSimdLaneCount())) return body(false);
    return access(memory, alignment, false);
  }
  Result OnAtomicLoadExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, true);
  }
  Result OnAtomicStoreExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, true);
  }
  Result OnAtomicRmwExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, true);
  }
  Result OnAtomicRmwCmpxchgExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, true);
  }
  Result OnAtomicWaitExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, true);
  }
  Result OnAtomicNotifyExpr(Opcode, Index memory, Address alignment, Address) override {
    return access(memory, alignment, true);
  }

  Result enter(FrameKind kind, Type type) {
    if (type.IsIndex()) return body(body_->enter_typed(kind, type.GetIndex()));
    if (type == Type::Void) return body(body_->enter(kind, std::nullopt));
    return body(body_->enter(kind, letter_of(type)));
  }
  Result OnBlockExpr(Type type) override { return enter(FrameKind::block, type); }
  Result OnLoopExpr(Type type) override { return enter(FrameKind::loop, type); }
  Result OnIfExpr(Type type) override { return enter(FrameKind::if_, type); }
  Result OnTryExpr(Type type) override { return enter(FrameKind::try_, type); }
  Result OnElseExpr() override { return body(body_->else_()); }
  Result OnCatchExpr(Index tag) override { return body(body_->catch_(tag)); }
  Result OnCatchAllExpr() override { return body(body_->catch_all()); }
  Result OnDelegateExpr(Index depth) override { return body(body_->delegate(depth)); }
  Result OnRethrowExpr(Index depth) override { return body(body_->rethrow(depth)); }
  Result OnThrowExpr(Index tag) override { return body(body_->throw_(tag)); }
  Result OnBrExpr(Index depth) override { return body(body_->branch(depth)); }
  Result OnBrIfExpr(Index depth) override { return body(body_->branch_if(depth)); }
  Result OnBrTableExpr(Index count, Index* targets, Index fallback) override {
    return body(body_->branch_table(targets, count, fallback));
  }
  Result OnCallExpr(Index function) override { return body(body_->call(function)); }
  Result OnCallIndirectExpr(Index type, Index table) override {
    return body(body_->call_indirect(type, table));
  }
  Result OnReturnCallExpr(Index function) override { return body(body_->return_call(function)); }
  Result OnReturnCallIndirectExpr(Index type, Index table) override {
    return body(body_->return_call_indirect(type, table));
  }
  Result OnReturnExpr() override { return body(body_->return_()); }
  Result OnUnreachableExpr() override { return body(body_->unreachable()); }
  Result OnDropExpr() override { return body(body_->drop()); }
  Result OnSelectExpr(Index count, Type* types) override {
    return body(count == 0 ? body_->select() : body_->select_typed(letter_of(types[0])));
  }
  Result OnLocalGetExpr(Index local) override { return body(body_->local_get(local)); }
  Result OnLocalSetExpr(Index local) override { return body(body_->local_set(local)); }
  Result OnLocalTeeExpr(Index local) override { return body(body_->local_tee(local)); }
  Result OnGlobalSetExpr(Index global) override { return body(body_->global_set(global)); }
  Result OnMemorySizeExpr(Index) override { return body(body_->memory_size()); }
  Result OnMemoryGrowExpr(Index) override { return body(body_->memory_grow()); }
  Result OnMemoryFillExpr(Index) override { return body(body_->memory_fill()); }
  Result OnMemoryCopyExpr(Index, Index) override { return body(body_->memory_copy()); }
  Result OnMemoryInitExpr(Index segment, Index) override {
    return body(body_->memory_init(segment));
  }
  Result OnDataDropExpr(Index segment) override { return body(body_->data_drop(segment)); }
  Result OnTableGetExpr(Index table) override { return body(body_->table_get(table)); }
  Result OnTableSetExpr(Index table) override { return body(body_->table_set(table)); }
  Result OnTableSizeExpr(Index table) override { return body(body_->table_size(table)); }
  Result OnTableGrowExpr(Index table) override { return body(body_->table_grow(table)); }
  Result OnTableFillExpr(Index table) override { return body(body_->table_fill(table)); }
  Result OnTableCopyExpr(Index to, Index from) override {
    return body(body_->table_copy(to, from));
  }
  Result OnTableInitExpr(Index segment, Index table) override {
    return body(body_->table_init(segment, table));
  }
  Result OnElemDropExpr(Index segment) override { return body(body_->elem_drop(segment)); }
  Result OnRefIsNullExpr() override { return body(body_->ref_is_null()); }

  Bytes bytes_;
  std::span<const Operation> operations_ = operations();
  ModuleHead head_;
  std::uint64_t code_size_;
  std::optional<BodyChecker> body_;
  std::optional<ModuleFault> fault_;
  std::optional<std::uint64_t> extended_const_offset_;
  bool explicit_element_type_ = false;
  bool refused_custom_section_ = false;
  bool in_body_ = false;
  std::uint32_t function_ = 0;
  std::uint64_t opcode_offset_ = 0;
  std::uint64_t body_end_ = 0;
};

wabt::ReadBinaryOptions options() {
  wabt::ReadBinaryOptions options;
  options.features.EnableAll();
  options.features.disable_gc();
  options.features.disable_function_references();
  options.features.disable_multi_memory();
  options.features.disable_code_metadata();
  options.fail_on_custom_section_error = false;
  return options;
}

}  // namespace

SideModule read_with_wabt(Bytes bytes, SideModule module, Depth depth) {
  const Section* code = find_section(module.sections, SectionId::code);
  const std::uint64_t code_size = code == nullptr ? 0 : code->payload_size;
  Delegate delegate(bytes, std::move(module), code_size);
  const wabt::Result outcome = wabt::ReadBinary(bytes.data(), bytes.size(), &delegate, options());
  return delegate.finish(depth, bytes.size(), outcome);
}

}  // namespace wheelaudit::wasm
