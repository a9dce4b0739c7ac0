// Function types as text and back: the spelled form of messages and profiles, and the one-letter
// signatures of Emscripten's loader (docs/design/abis.md#symbols).
//
// A single result is written bare, `(i32) -> i32`, and every other list in parentheses, so that
// each type has exactly one spelling and `parse_function_type` is the inverse of `str`.

#include "wasm/function_type.hpp"

#include <array>
#include <utility>

namespace wheelaudit::wasm {
namespace {

constexpr std::array<std::pair<char, std::string_view>, 9> value_types{{
    {'i', "i32"},
    {'j', "i64"},
    {'f', "f32"},
    {'d', "f64"},
    {'V', "v128"},
    {'F', "funcref"},
    {'e', "externref"},
    {'x', "exnref"},
    {'?', "ref"},
}};

std::optional<char> value_type_letter(std::string_view name) {
  for (const auto& [letter, spelled] : value_types) {
    if (spelled == name) return letter;
  }
  return std::nullopt;
}

std::string spelled_list(std::string_view letters) {
  std::string text = "(";
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i > 0) text += ", ";
    text += value_type_name(letters[i]);
  }
  return text + ")";
}

/// `(i32, i64)` as "ij"; nullopt when `text` is not a list in parentheses.
std::optional<std::string> parse_list(std::string_view text) {
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string letters;
  while (!text.empty()) {
    const std::size_t comma = text.find(", ");
    const std::optional<char> letter = value_type_letter(text.substr(0, comma));
    if (!letter) return std::nullopt;
    letters += *letter;
    if (comma == std::string_view::npos) return letters;
    text.remove_prefix(comma + 2);
    if (text.empty()) return std::nullopt;
  }
  return letters;
}

/// The value type of a signature's letter; pointers are i32 on wasm32.
std::optional<char> signature_letter(char letter) {
  switch (letter) {
    case 'p':
      return 'i';
    case 'i':
    case 'j':
    case 'f':
    case 'd':
    case 'e':
      return letter;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string FunctionType::str() const {
  const std::string after =
      results.size() == 1 ? std::string(value_type_name(results.front())) : spelled_list(results);
  return spelled_list(params) + " -> " + after;
}

std::optional<FunctionType> parse_function_type(std::string_view text) {
  constexpr std::string_view arrow = " -> ";
  const std::size_t at = text.find(arrow);
  if (at == std::string_view::npos) return std::nullopt;
  const std::optional<std::string> params = parse_list(text.substr(0, at));
  if (!params) return std::nullopt;
  const std::string_view after = text.substr(at + arrow.size());
  if (const std::optional<char> single = value_type_letter(after)) {
    return FunctionType{.params = *params, .results = std::string(1, *single)};
  }
  const std::optional<std::string> results = parse_list(after);
  if (!results || results->size() == 1) return std::nullopt;
  return FunctionType{.params = *params, .results = *results};
}

std::optional<FunctionType> parse_emscripten_signature(std::string_view text) {
  if (text.empty()) return std::nullopt;
  FunctionType type;
  if (text.front() != 'v') {
    const std::optional<char> result = signature_letter(text.front());
    if (!result) return std::nullopt;
    type.results = *result;
  }
  for (const char letter : text.substr(1)) {
    const std::optional<char> param = signature_letter(letter);
    if (!param) return std::nullopt;
    type.params += *param;
  }
  return type;
}

std::string_view value_type_name(char letter) {
  for (const auto& [known, name] : value_types) {
    if (known == letter) return name;
  }
  return "ref";
}

}  // namespace wheelaudit::wasm
