#pragma once

// The custom sections that tell something about a module's making: target_features, producers, and
// the frame of name and linking. Engines ignore them all, so what is wrong in one is a note.

#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

struct CustomFacts {
  std::vector<std::string> target_features;  ///< "+simd128"
  std::string producers;                     ///< "clang 19.1.7", joined by ", "
  std::vector<ModuleFault> notes;
};

[[nodiscard]] CustomFacts read_custom_sections(Bytes module, const std::vector<Section>& sections);

}  // namespace wheelaudit::wasm
