#pragma once

// Function types as values, in the letters Emscripten's loader uses (docs/design/abis.md#symbols),
// so that they can be compared exactly, stored compactly and printed for people.

#include <optional>
#include <string>
#include <string_view>

namespace wheelaudit::wasm {

/// One letter per value: i i32, j i64, f f32, d f64, V v128, F funcref, e externref, x exnref,
/// ? a reference type that our reader does not name.
struct FunctionType {
  std::string params;
  std::string results;

  /// `(i32, i64) -> f64`, `() -> ()`: the form of every message, report and profile.
  [[nodiscard]] std::string str() const;
  auto operator<=>(const FunctionType&) const = default;
};

/// The reverse of `FunctionType::str`; nullopt when the text is not of that form.
[[nodiscard]] std::optional<FunctionType> parse_function_type(std::string_view text);
/// An Emscripten signature, result first: "viip" is `(i32, i32, i32) -> ()`; nullopt for an empty
/// text or an unknown letter.
[[nodiscard]] std::optional<FunctionType> parse_emscripten_signature(std::string_view text);
/// `i32` for 'i', and likewise for every letter of FunctionType.
[[nodiscard]] std::string_view value_type_name(char letter);

}  // namespace wheelaudit::wasm
