// The operand and control stacks of validation.
//
// Why not WABT 1.0.32's: its SharedValidator copies a whole function type per function (a function
// section of 1 MB and a type with 2,000 values make 16 GB), gives `ref.func` and both forms of
// `select` types that engines do not give them, lets `catch` follow `catch_all`, and lets calls go
// through tables of externref; its TypeChecker copies the types of every block. Here an operand is
// a letter and a type is a view of the type section, so memory stays within the limits that
// BodyChecker sets, and all checks together take about a third of the time that WABT needs to
// decode the bodies.

#include "wasm/operands.hpp"

#include <fmt/format.h>

#include "wasm/function_type.hpp"

namespace wheelaudit::wasm {

void OperandStack::begin(std::string_view results) {
  operands_.clear();
  frames_.clear();
  frames_.push_back({.kind = FrameKind::function, .type = {.params = {}, .results = results}});
}

std::optional<char> OperandStack::pop(char expected) {
  const Frame& top = frames_.back();
  if (operands_.size() == top.height) {
    if (top.unreachable) return unknown_operand;
    mismatch_ = expected == unknown_operand
                    ? "expected a value, found none"
                    : fmt::format("expected {}, found none", value_type_name(expected));
    return std::nullopt;
  }
  const char found = operands_.back();
  if (found != expected && found != unknown_operand && expected != unknown_operand) {
    mismatch_ =
        fmt::format("expected {}, found {}", value_type_name(expected), value_type_name(found));
    return std::nullopt;
  }
  operands_.pop_back();
  return found;
}

bool OperandStack::pop_all(std::string_view letters) {
  for (std::size_t i = letters.size(); i > 0; --i) {
    if (!pop(letters[i - 1])) return false;
  }
  return true;
}

bool OperandStack::has(std::string_view letters) {
  const Frame& top = frames_.back();
  std::size_t left = operands_.size();
  for (std::size_t i = letters.size(); i > 0; --i) {
    const char expected = letters[i - 1];
    if (left == top.height) {
      if (top.unreachable) return true;
      mismatch_ = fmt::format("expected {}, found none", value_type_name(expected));
      return false;
    }
    const char found = operands_[--left];
    if (found == expected || found == unknown_operand) continue;
    mismatch_ =
        fmt::format("expected {}, found {}", value_type_name(expected), value_type_name(found));
    return false;
  }
  return true;
}

bool OperandStack::enter(FrameKind kind, BlockType type) {
  if (!pop_all(type.params)) return false;
  frames_.push_back(
      {.kind = kind, .height = static_cast<std::uint32_t>(operands_.size()), .type = type});
  push_all(type.params);
  return true;
}

bool OperandStack::close() {
  const Frame& top = frames_.back();
  if (!pop_all(top.type.results)) return false;
  if (operands_.size() == top.height) return true;
  mismatch_ = fmt::format("{} values too many on the stack", operands_.size() - top.height);
  return false;
}

bool OperandStack::leave() {
  if (!close()) return false;
  const BlockType type = frames_.back().type;
  frames_.pop_back();
  push_all(type.results);
  return true;
}

bool OperandStack::reenter(FrameKind kind, std::string_view params) {
  if (!close()) return false;
  frames_.back().kind = kind;
  frames_.back().unreachable = false;
  push_all(params);
  return true;
}

void OperandStack::unreachable() {
  operands_.resize(frames_.back().height);
  frames_.back().unreachable = true;
}

}  // namespace wheelaudit::wasm
