// The frame of a body (its locals, its end, its facts), and the instructions that touch neither
// control flow nor memory. The other instructions are in body_control.cpp and body_memory.cpp.

#include "wasm/body.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "wasm/byte_reader.hpp"
#include "wasm/encodings.hpp"

namespace wheelaudit::wasm {
namespace {

/// V8: kV8MaxWasmFunctionLocals, parameters included (confirmed with Node 20).
constexpr std::uint32_t most_locals = 50'000;
/// A limit of ours: a crafted body of a few megabytes could otherwise hold gigabytes of pending
/// values (docs/design/modules.md#work-limit).
constexpr std::size_t most_operands = 1'000'000;
/// The steps that all bodies together may take, per byte of code and in addition to that
/// (docs/design/modules.md#work-limit). A step is one operand pushed, taken or compared.
constexpr std::uint64_t work_per_byte = 64;
constexpr std::uint64_t work_floor = 1'000'000;

/// Adds what one body calls, each callee once, as the next row.
void add_row(std::vector<std::uint32_t>& called, std::vector<std::uint32_t>& rows,
             std::vector<std::uint32_t>& items) {
  std::ranges::sort(called);
  const auto repeated = std::ranges::unique(called);
  items.insert(items.end(), called.begin(), repeated.begin());
  rows.push_back(static_cast<std::uint32_t>(items.size()));
}

}  // namespace

BodyChecker::BodyChecker(const ModuleHead& head, std::uint64_t code_size)
    : module_(head.module()),
      spaces_(head.spaces()),
      types_(head.module().types),
      work_left_(work_floor + work_per_byte * code_size) {
  facts_.rows.push_back(0);
  facts_.indirect_rows.push_back(0);
  for (const ImportedSymbol& import : head.module().imports) {
    if (import.kind != ExternalKind::global) continue;
    address_globals_.push_back(import.module == "GOT.func" || import.name == "__table_base");
  }
}

bool BodyChecker::refuse(std::string message, ModuleFaultKind kind) {
  fault_ = ModuleFault{
      .kind = kind, .message = std::move(message), .offset = {}, .function = function_index_};
  return false;
}

bool BodyChecker::mismatch() {
  return refuse(fmt::format("`{}`: {}", operation_name_, operands_.mismatch()));
}

bool BodyChecker::spend(std::size_t values) {
  if (values <= work_left_) {
    work_left_ -= values;
    return true;
  }
  return refuse(fmt::format("validating the code takes more than {} steps per byte", work_per_byte),
                ModuleFaultKind::limit);
}

bool BodyChecker::begin(std::uint32_t index, Bytes module, std::uint64_t begin, std::uint64_t end) {
  function_index_ = index;
  function_ = &types_[spaces_.functions[index]];
  calls_.clear();
  table_calls_.clear();
  takes_address_ = false;
  operation_name_ = "locals";
  offset_ = begin;
  bytes_ = module;
  body_begin_ = begin;
  body_end_ = end;
  hashed_to_ = begin;
  is_masked_ = false;
  operands_.begin(function_->results);
  if (function_->results.size() > 1) note_feature(CodeFeature::multi_value);
  // Paid here for the final `end`, which takes the results.
  if (!spend(function_->results.size())) return false;
  return read_locals(module, begin, end);
}

bool BodyChecker::read_locals(Bytes module, std::uint64_t begin, std::uint64_t end) {
  locals_.clear();
  ByteReader bytes(module, begin, end, "the function body");
  const std::uint32_t groups = bytes.count("count of local groups", 2);
  auto locals = static_cast<std::uint32_t>(function_->params.size());
  for (std::uint32_t i = 0; i < groups && !bytes.failed(); ++i) {
    const std::uint32_t count = bytes.u32("count of locals");
    const std::uint8_t byte = bytes.u8("type of a local");
    if (bytes.failed()) break;
    const std::optional<char> letter = value_letter(byte);
    if (!letter && is_later_value_type(byte)) {
      return refuse(fmt::format("a local's type of a later proposal ({:#x})", byte),
                    ModuleFaultKind::not_understood);
    }
    if (!letter) return refuse(fmt::format("{:#x} is not a type of a local", byte));
    if (count > most_locals - std::min(locals, most_locals)) {
      return refuse(fmt::format("more than {} locals, engines take no more", most_locals));
    }
    locals += count;
    locals_.push_back({.end = locals, .letter = *letter});
  }
  if (!bytes.failed()) return true;
  refuse(bytes.fault()->message);
  fault_.offset = bytes.fault()->offset;
  return false;
}

bool BodyChecker::announce(const Operation& operation, std::uint64_t offset) {
  operation_ = &operation;
  operation_name_ = operation.name;
  offset_ = offset;
  if (is_masked_) {
    hashed_to_ = offset;
    is_masked_ = false;
  }
  if (operation.feature) note_feature(*operation.feature);
  facts_.legacy_try |= operation.legacy_exceptions;
  if (operands_.closed()) return refuse("code behind the function's closing `end`");
  if (operands_.size() > most_operands) {
    return refuse(fmt::format("more than {} values on the stack", most_operands),
                  ModuleFaultKind::limit);
  }
  return true;
}

void BodyChecker::mask_immediate() {
  const std::uint64_t end = offset_ + 1;  // these opcodes are one byte
  hash_.add(bytes_.subspan(hashed_to_, end - hashed_to_));
  is_masked_ = true;
}

bool BodyChecker::end_body() {
  if (!operands_.closed()) return refuse("the function body does not end with `end`");
  if (!is_masked_) hash_.add(bytes_.subspan(hashed_to_, body_end_ - hashed_to_));
  const std::uint64_t size = body_end_ - body_begin_;
  digests_.push_back(hash_.take(size));
  add_row(calls_, facts_.rows, facts_.callees);
  add_row(table_calls_, facts_.indirect_rows, facts_.indirect_types);
  if (takes_address_) facts_.address_takers.push_back(function_index_);
  return true;
}

CodeFacts BodyChecker::take() {
  for (std::optional<FeatureUse>& use : features_) {
    if (use) facts_.features.push_back(std::move(*use));
  }
  facts_.early = early_functions(module_, facts_, digests_);
  facts_.digests = comparable(std::move(digests_));
  return std::move(facts_);
}

void BodyChecker::note_feature(CodeFeature feature) {
  std::optional<FeatureUse>& use = features_[static_cast<std::size_t>(feature)];
  if (use) return;
  use = FeatureUse{.feature = std::string(code_feature_name(feature)),
                   .function = function_index_,
                   .offset = offset_};
}

void BodyChecker::note_extended_const(std::uint64_t offset) {
  features_[static_cast<std::size_t>(CodeFeature::extended_const)] =
      FeatureUse{.feature = std::string(code_feature_name(CodeFeature::extended_const)),
                 .function = no_function,
                 .offset = offset};
}

bool BodyChecker::plain(std::size_t operands) {
  if (!take(operation_->params.substr(0, operands))) return false;
  operands_.push_all(operation_->result);
  return true;
}

bool BodyChecker::lane(std::uint64_t lane, std::uint64_t lanes) {
  if (lane < lanes) return true;
  return refuse(fmt::format("`{}`: lane {}, expected less than {}", operation_name_, lane, lanes));
}

bool BodyChecker::constant(char letter) {
  if (letter == 'i') mask_immediate();
  operands_.push(letter);
  return true;
}

std::optional<char> BodyChecker::local_type(std::uint32_t local) {
  const std::string& params = function_->params;
  if (local < params.size()) return params[local];
  const auto group = std::ranges::upper_bound(locals_, local, {}, &LocalGroup::end);
  if (group != locals_.end()) return group->letter;
  refuse(fmt::format("`{}`: local {}, but there are {}", operation_name_, local,
                     locals_.empty() ? params.size() : locals_.back().end));
  return std::nullopt;
}

bool BodyChecker::local_get(std::uint32_t local) {
  const std::optional<char> letter = local_type(local);
  if (!letter) return false;
  operands_.push(*letter);
  return true;
}

bool BodyChecker::local_set(std::uint32_t local) {
  const std::optional<char> letter = local_type(local);
  return letter && (operands_.pop(*letter) || mismatch());
}

bool BodyChecker::local_tee(std::uint32_t local) {
  const std::optional<char> letter = local_type(local);
  if (!letter) return false;
  if (!operands_.pop(*letter)) return mismatch();
  operands_.push(*letter);
  return true;
}

const GlobalType* BodyChecker::global_at(std::uint32_t global) {
  if (global < spaces_.globals.size()) return &spaces_.globals[global];
  refuse(fmt::format("`{}`: global {}, but there are {}", operation_name_, global,
                     spaces_.globals.size()));
  return nullptr;
}

bool BodyChecker::global_get(std::uint32_t global) {
  const GlobalType* type = global_at(global);
  if (type == nullptr) return false;
  mask_immediate();
  if (global < address_globals_.size() && address_globals_[global]) takes_address_ = true;
  operands_.push(type->value);
  return true;
}

bool BodyChecker::global_set(std::uint32_t global) {
  const GlobalType* type = global_at(global);
  if (type == nullptr) return false;
  if (!type->is_mutable) {
    return refuse(fmt::format("`global.set`: global {} is immutable", global));
  }
  mask_immediate();
  return operands_.pop(type->value) || mismatch();
}

bool BodyChecker::drop() { return operands_.pop(unknown_operand) || mismatch(); }

bool BodyChecker::select() {
  if (!operands_.pop('i')) return mismatch();
  const std::optional<char> second = operands_.pop(unknown_operand);
  if (!second) return mismatch();
  const std::optional<char> first = operands_.pop(*second);
  if (!first) return mismatch();
  if (is_reference(*first) || is_reference(*second)) {
    return refuse("`select` without a type chooses between references");
  }
  operands_.push(*first == unknown_operand ? *second : *first);
  return true;
}

bool BodyChecker::select_typed(char letter) {
  const std::string operands{letter, letter, 'i'};
  if (!take(operands)) return false;
  operands_.push(letter);
  return true;
}

}  // namespace wheelaudit::wasm
