#pragma once

// How a module or a runtime throws exceptions and does setjmp
// (docs/design/modules.md#exceptions-and-setjmp).

#include <cstdint>
#include <string_view>

namespace wheelaudit::wasm {

/// `mixed`: JavaScript and WebAssembly exceptions, or both WebAssembly forms, in one module.
enum class ExceptionModel : std::uint8_t { none, js, wasm_legacy, wasm_exnref, mixed };
enum class SetjmpModel : std::uint8_t { none, emscripten, emscripten_new, wasm };
[[nodiscard]] std::string_view exception_model_name(ExceptionModel model);  ///< "wasm-legacy" …
[[nodiscard]] std::string_view setjmp_model_name(SetjmpModel model);

}  // namespace wheelaudit::wasm
