#pragma once

// How findings name an order of loading, so that a reader can try it.

#include <string>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// "importing `a._m1`, then `a._m2`", "loadPackage or micropip, which load every `.so` in the order
/// of the archive".
[[nodiscard]] std::string order_text(const RuleInput& input, const loader::LoadOrder& order);

/// "a._m1" for the member "a/_m1.cpython-313-wasm32-emscripten.so".
[[nodiscard]] std::string dotted_name(const RuleInput& input, std::uint32_t module);

}  // namespace wheelaudit::rules
