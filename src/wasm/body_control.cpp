// Control flow in bodies: blocks, branches, calls and the first exception proposal. Core
// specification 3.0, section 3.4.3; exception handling proposal, "legacy" folder. Every list of
// types that a short instruction can name is paid for with `spend` before the list is walked over.

#include <fmt/format.h>

#include <span>

#include "wasm/body.hpp"

namespace wheelaudit::wasm {
namespace {

/// A limit of ours: real code nests some thousands deep at most (a computed goto), and a level
/// takes 40 bytes of memory (a Frame) for two bytes of the file.
constexpr std::size_t deepest_nesting = 100'000;

/// A view of one letter that outlives every stack; empty for a letter that is not a value type.
std::string_view single(char letter) {
  static constexpr std::string_view letters = "ijfdVFe";
  const std::size_t at = letters.find(letter);
  return at == std::string_view::npos ? std::string_view() : letters.substr(at, 1);
}

}  // namespace

const FunctionType* BodyChecker::type_at(std::uint32_t type) {
  if (type < types_.size()) return &types_[type];
  refuse(fmt::format("`{}`: type {}, but there are {}", operation_name_, type, types_.size()));
  return nullptr;
}

const FunctionType* BodyChecker::function_at(std::uint32_t function) {
  if (function < spaces_.functions.size()) return &types_[spaces_.functions[function]];
  refuse(fmt::format("`{}`: function {}, but there are {}", operation_name_, function,
                     spaces_.functions.size()));
  return nullptr;
}

const FunctionType* BodyChecker::tag_at(std::uint32_t tag) {
  if (tag < spaces_.tags.size()) return &types_[spaces_.tags[tag]];
  refuse(fmt::format("`{}`: tag {}, but there are {}", operation_name_, tag, spaces_.tags.size()));
  return nullptr;
}

const Frame* BodyChecker::frame_at(std::uint32_t depth) {
  if (depth < operands_.depth()) return &operands_.frame(depth);
  refuse(fmt::format("`{}`: depth {}, but only {} blocks are open", operation_name_, depth,
                     operands_.depth()));
  return nullptr;
}

bool BodyChecker::enter(FrameKind kind, std::optional<char> result) {
  return enter_block(kind,
                     {.params = {}, .results = result ? single(*result) : std::string_view()});
}

bool BodyChecker::enter_typed(FrameKind kind, std::uint32_t type) {
  const FunctionType* block = type_at(type);
  if (block == nullptr) return false;
  if (!block->params.empty() || block->results.size() > 1) note_feature(CodeFeature::multi_value);
  return enter_block(kind, {.params = block->params, .results = block->results});
}

bool BodyChecker::enter_block(FrameKind kind, BlockType type) {
  // Entering and leaving the block are paid for here together.
  if (!spend(2 * (type.params.size() + type.results.size()))) return false;
  if (kind == FrameKind::if_ && !operands_.pop('i')) return mismatch();
  if (operands_.depth() > deepest_nesting) {
    return refuse(fmt::format("blocks nest deeper than {}", deepest_nesting),
                  ModuleFaultKind::limit);
  }
  return operands_.enter(kind, type) || mismatch();
}

bool BodyChecker::else_() {
  if (operands_.frame(0).kind != FrameKind::if_) return refuse("`else` without an `if`");
  return operands_.reenter(FrameKind::else_, operands_.frame(0).type.params) || mismatch();
}

bool BodyChecker::catch_(std::uint32_t tag) {
  const FunctionType* type = tag_at(tag);
  const Frame& open = operands_.frame(0);
  if (type == nullptr || !spend(type->params.size() + open.type.results.size())) return false;
  if (open.kind != FrameKind::try_ && open.kind != FrameKind::catch_) {
    return refuse("`catch` without a `try`");
  }
  return operands_.reenter(FrameKind::catch_, type->params) || mismatch();
}

bool BodyChecker::catch_all() {
  const FrameKind open = operands_.frame(0).kind;
  if (open != FrameKind::try_ && open != FrameKind::catch_) {
    return refuse("`catch_all` without a `try`");
  }
  return operands_.reenter(FrameKind::catch_all, {}) || mismatch();
}

bool BodyChecker::delegate(std::uint32_t depth) {
  if (operands_.frame(0).kind != FrameKind::try_) return refuse("`delegate` without a `try`");
  // The depth counts from outside the try block, so the block itself is not a target.
  if (depth >= operands_.depth() - 1) {
    return refuse(fmt::format("`delegate`: depth {}, but only {} blocks are open", depth,
                              operands_.depth() - 1));
  }
  return operands_.leave() || mismatch();
}

bool BodyChecker::end() {
  const Frame& open = operands_.frame(0);
  // An `if` without `else` leaves its parameters as its results, so the two must be equal.
  if (open.kind == FrameKind::if_ && open.type.params != open.type.results) {
    return refuse("an `if` that changes the stack has no `else`");
  }
  return operands_.leave() || mismatch();
}

bool BodyChecker::unreachable() {
  operands_.unreachable();
  return true;
}

bool BodyChecker::branch(std::uint32_t depth) {
  const Frame* target = frame_at(depth);
  if (target == nullptr || !spend(target->label().size())) return false;
  return take(target->label()) && unreachable();
}

bool BodyChecker::branch_if(std::uint32_t depth) {
  if (!operands_.pop('i')) return mismatch();
  const Frame* target = frame_at(depth);
  if (target == nullptr || !spend(2 * target->label().size())) return false;
  const std::string_view label = target->label();
  if (!take(label)) return false;
  operands_.push_all(label);
  return true;
}

bool BodyChecker::branch_table(const std::uint32_t* targets, std::uint32_t count,
                               std::uint32_t fallback) {
  if (!operands_.pop('i')) return mismatch();
  const Frame* target = frame_at(fallback);
  if (target == nullptr) return false;
  const std::size_t arity = target->label().size();
  for (const std::uint32_t depth : std::span(targets, count)) {
    const Frame* other = frame_at(depth);
    if (other == nullptr || !spend(2 * arity)) return false;
    const std::string_view label = other->label();
    if (label.size() != arity) {
      return refuse(
          fmt::format("`br_table`: targets that take {} and {} values", label.size(), arity));
    }
    if (!operands_.has(label)) return mismatch();
  }
  return take(target->label()) && unreachable();
}

bool BodyChecker::return_() {
  if (!spend(function_->results.size())) return false;
  return take(function_->results) && unreachable();
}

bool BodyChecker::call(std::uint32_t function) {
  const FunctionType* type = function_at(function);
  if (type == nullptr || !spend(type->params.size() + type->results.size())) return false;
  calls_.push_back(function);
  mask_immediate();
  if (!take(type->params)) return false;
  operands_.push_all(type->results);
  return true;
}

const FunctionType* BodyChecker::table_call(std::uint32_t type, std::uint32_t table) {
  const TableType* through = table_at(table);
  const FunctionType* callee = type_at(type);
  if (through == nullptr || callee == nullptr) return nullptr;
  if (through->element != 'F') {
    refuse(fmt::format("`{}`: table {} holds {}, expected funcref", operation_name_, table,
                       value_type_name(through->element)));
    return nullptr;
  }
  if (table != 0) note_feature(CodeFeature::reference_types);
  if (!spend(callee->params.size() + callee->results.size())) return nullptr;
  table_calls_.push_back(type);
  return operands_.pop('i') || mismatch() ? callee : nullptr;
}

bool BodyChecker::call_indirect(std::uint32_t type, std::uint32_t table) {
  const FunctionType* callee = table_call(type, table);
  mask_immediate();
  if (callee == nullptr || !take(callee->params)) return false;
  operands_.push_all(callee->results);
  return true;
}

bool BodyChecker::leaves_as_function(const FunctionType& callee) {
  if (!take(callee.params)) return false;
  if (callee.results == function_->results) return unreachable();
  return refuse(fmt::format("`{}`: a callee of type {} in a function of type {}", operation_name_,
                            callee.str(), function_->str()));
}

bool BodyChecker::return_call(std::uint32_t function) {
  const FunctionType* type = function_at(function);
  if (type == nullptr || !spend(type->params.size() + type->results.size())) return false;
  calls_.push_back(function);
  mask_immediate();
  return leaves_as_function(*type);
}

bool BodyChecker::return_call_indirect(std::uint32_t type, std::uint32_t table) {
  const FunctionType* callee = table_call(type, table);
  mask_immediate();
  return callee != nullptr && leaves_as_function(*callee);
}

bool BodyChecker::throw_(std::uint32_t tag) {
  const FunctionType* type = tag_at(tag);
  if (type == nullptr || !spend(type->params.size())) return false;
  return take(type->params) && unreachable();
}

bool BodyChecker::rethrow(std::uint32_t depth) {
  const Frame* target = frame_at(depth);
  if (target == nullptr) return false;
  if (target->kind != FrameKind::catch_ && target->kind != FrameKind::catch_all) {
    return refuse(fmt::format("`rethrow`: depth {} is not a `catch`", depth));
  }
  return unreachable();
}

}  // namespace wheelaudit::wasm
