// Instructions on memories, tables, segments and references in bodies. Core specification 3.0,
// sections 3.4.5 to 3.4.8. Addresses are i64 for a 64-bit memory, so they are taken apart from the
// operands that the table of operations lists.

#include <fmt/format.h>

#include "wasm/body.hpp"
#include "wasm/encodings.hpp"

namespace wheelaudit::wasm {

std::optional<char> BodyChecker::address(std::uint32_t memory) {
  if (memory < spaces_.memories.size()) return spaces_.memories[memory].is_64 ? 'j' : 'i';
  refuse(fmt::format("`{}`: memory {}, but there are {}", operation_name_, memory,
                     spaces_.memories.size()));
  return std::nullopt;
}

bool BodyChecker::access(std::uint32_t memory, std::uint32_t alignment, bool exact) {
  const std::optional<char> index = address(memory);
  if (!index) return false;
  const std::uint32_t natural = operation_->memory_size;
  const std::uint64_t aligned = alignment < 32 ? 1ULL << alignment : 0;
  if (aligned == 0 || aligned > natural || (exact && aligned != natural)) {
    return refuse(fmt::format("`{}`: an alignment of 2^{}, expected {}{}", operation_name_,
                              alignment, exact ? "" : "at most ", natural));
  }
  // The address is the first operand of every access, so it is taken last.
  if (!take(operation_->params.substr(1))) return false;
  if (!operands_.pop(*index)) return mismatch();
  operands_.push_all(operation_->result);
  return true;
}

bool BodyChecker::memory_size() {
  const std::optional<char> index = address(0);
  if (!index) return false;
  operands_.push(*index);
  return true;
}

bool BodyChecker::memory_grow() {
  const std::optional<char> index = address(0);
  if (!index) return false;
  if (!operands_.pop(*index)) return mismatch();
  operands_.push(*index);
  return true;
}

bool BodyChecker::memory_fill() {
  const std::optional<char> index = address(0);
  return index && take(std::string{*index, 'i', *index});
}

bool BodyChecker::memory_copy() {
  const std::optional<char> index = address(0);
  return index && take(std::string(3, *index));
}

bool BodyChecker::data_segment_exists(std::uint32_t segment) {
  if (!spaces_.data_count) {
    return refuse(fmt::format("`{}` without a data count section", operation_name_));
  }
  if (segment < *spaces_.data_count) return true;
  return refuse(fmt::format("`{}`: data segment {}, but there are {}", operation_name_, segment,
                            *spaces_.data_count));
}

bool BodyChecker::memory_init(std::uint32_t segment) {
  const std::optional<char> index = address(0);
  return index && data_segment_exists(segment) && take(std::string{*index, 'i', 'i'});
}

bool BodyChecker::data_drop(std::uint32_t segment) { return data_segment_exists(segment); }

const TableType* BodyChecker::table_at(std::uint32_t table) {
  if (table < spaces_.tables.size()) return &spaces_.tables[table];
  refuse(fmt::format("`{}`: table {}, but there are {}", operation_name_, table,
                     spaces_.tables.size()));
  return nullptr;
}

bool BodyChecker::table_get(std::uint32_t table) {
  const TableType* type = table_at(table);
  if (type == nullptr || !take("i")) return false;
  operands_.push(type->element);
  return true;
}

bool BodyChecker::table_set(std::uint32_t table) {
  const TableType* type = table_at(table);
  return type != nullptr && take(std::string{'i', type->element});
}

bool BodyChecker::table_size(std::uint32_t table) {
  if (table_at(table) == nullptr) return false;
  operands_.push('i');
  return true;
}

bool BodyChecker::table_grow(std::uint32_t table) {
  const TableType* type = table_at(table);
  if (type == nullptr || !take(std::string{type->element, 'i'})) return false;
  operands_.push('i');
  return true;
}

bool BodyChecker::table_fill(std::uint32_t table) {
  const TableType* type = table_at(table);
  return type != nullptr && take(std::string{'i', type->element, 'i'});
}

bool BodyChecker::table_copy(std::uint32_t to, std::uint32_t from) {
  const TableType* target = table_at(to);
  const TableType* source = table_at(from);
  if (target == nullptr || source == nullptr) return false;
  if (target->element != source->element) {
    return refuse(fmt::format("`table.copy`: from a table of {} to one of {}",
                              value_type_name(source->element), value_type_name(target->element)));
  }
  return take("iii");
}

bool BodyChecker::element_segment_exists(std::uint32_t segment) {
  if (segment < spaces_.element_segments.size()) return true;
  return refuse(fmt::format("`{}`: element segment {}, but there are {}", operation_name_, segment,
                            spaces_.element_segments.size()));
}

bool BodyChecker::table_init(std::uint32_t segment, std::uint32_t table) {
  const TableType* type = table_at(table);
  if (type == nullptr || !element_segment_exists(segment)) return false;
  if (spaces_.element_segments[segment] != type->element) {
    return refuse(fmt::format("`table.init`: from a segment of {} to a table of {}",
                              value_type_name(spaces_.element_segments[segment]),
                              value_type_name(type->element)));
  }
  return take("iii");
}

bool BodyChecker::elem_drop(std::uint32_t segment) { return element_segment_exists(segment); }

bool BodyChecker::ref_null(char letter) {
  operands_.push(letter);
  return true;
}

bool BodyChecker::ref_is_null() {
  const std::optional<char> found = operands_.pop(unknown_operand);
  if (!found) return mismatch();
  if (*found != unknown_operand && !is_reference(*found)) {
    return refuse(
        fmt::format("`ref.is_null`: expected a reference, found {}", value_type_name(*found)));
  }
  operands_.push('i');
  return true;
}

bool BodyChecker::ref_func(std::uint32_t function) {
  if (function_at(function) == nullptr) return false;
  mask_immediate();
  if (function >= spaces_.referenceable.size() || !spaces_.referenceable[function]) {
    return refuse(fmt::format("`ref.func`: function {} is in no element segment, export or global",
                              function));
  }
  operands_.push('F');
  return true;
}

}  // namespace wheelaudit::wasm
