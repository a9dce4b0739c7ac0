// The table of instructions, made from WABT's `opcode.def` (a list of macros, without WABT's code),
// so that the table cannot differ from the decoder.

#include "wasm/operations.hpp"

#include <array>

namespace wheelaudit::wasm {
namespace {

constexpr std::array<std::string_view, code_feature_count> feature_names{"bulk-memory",
                                                                         "exceptions",
                                                                         "extended-const",
                                                                         "multi-value",
                                                                         "reference-types",
                                                                         "relaxed-simd",
                                                                         "saturating-float-to-int",
                                                                         "sign-extension",
                                                                         "simd",
                                                                         "tail-call",
                                                                         "threads"};

/// The names that `opcode.def` has for value types.
namespace types {
constexpr char I32 = 'i';
constexpr char I64 = 'j';
constexpr char F32 = 'f';
constexpr char F64 = 'd';
constexpr char V128 = 'V';
constexpr char ___ = 0;
}  // namespace types

/// Up to three letters as a view of `lists`, in which every list of the table occurs as a part; "?"
/// for a list that does not occur there.
constexpr std::string_view letters(char a, char b, char c) {
  constexpr std::string_view lists = "iiijjiffiddiVViVVVViVjViVfViVdViij";
  std::array<char, 3> list{};
  std::size_t count = 0;
  for (const char letter : {a, b, c}) {
    if (letter != types::___) list[count++] = letter;
  }
  const std::size_t at = lists.find(std::string_view(list.data(), count));
  return at == std::string_view::npos ? "?" : lists.substr(at, count);
}

constexpr std::optional<CodeFeature> feature_of(std::uint8_t prefix, std::uint32_t code) {
  if (prefix == 0xfe) return CodeFeature::threads;
  if (prefix == 0xfd) return code >= 0x100 ? CodeFeature::relaxed_simd : CodeFeature::simd;
  if (prefix == 0xfc) {
    if (code < 8) return CodeFeature::saturating_float_to_int;
    return code < 15 ? CodeFeature::bulk_memory : CodeFeature::reference_types;
  }
  if ((code >= 0x06 && code <= 0x09) || code == 0x18 || code == 0x19) {
    return CodeFeature::exceptions;
  }
  if (code == 0x12 || code == 0x13) return CodeFeature::tail_call;
  if (code == 0x1c || code == 0x25 || code == 0x26 || (code >= 0xd0 && code <= 0xd2)) {
    return CodeFeature::reference_types;
  }
  if (code >= 0xc0 && code <= 0xc4) return CodeFeature::sign_extension;
  return std::nullopt;
}

/// try, catch, rethrow, delegate, catch_all: the final exception proposal does not have them.
constexpr bool is_legacy_exception(std::uint8_t prefix, std::uint32_t code) {
  return prefix == 0 &&
         (code == 0x06 || code == 0x07 || code == 0x09 || code == 0x18 || code == 0x19);
}

constexpr Operation table[] = {
#define WABT_OPCODE(result_type, type1, type2, type3, size, prefix_byte, opcode_byte, Name, text, \
                    decomp)                                                                       \
  Operation{.name = (text),                                                                       \
            .params = letters(types::type1, types::type2, types::type3),                          \
            .result = letters(types::result_type, types::___, types::___),                        \
            .prefix = (prefix_byte),                                                              \
            .memory_size = (size),                                                                \
            .feature = feature_of(prefix_byte, opcode_byte),                                      \
            .legacy_exceptions = is_legacy_exception(prefix_byte, opcode_byte)},
#include <wabt/opcode.def>
#undef WABT_OPCODE
};

constexpr bool every_list_is_known() {
  for (const Operation& operation : table) {
    if (operation.params == "?" || operation.result == "?") return false;
  }
  return true;
}
static_assert(every_list_is_known());

}  // namespace

std::string_view code_feature_name(CodeFeature feature) {
  return feature_names[static_cast<std::size_t>(feature)];
}

std::span<const Operation> operations() { return table; }

}  // namespace wheelaudit::wasm
