#pragma once

// The custom sections that say how a module was made: target_features, producers, and the frames of
// the sections name and linking. Engines ignore all of them, so a fault in one of them is a note.

#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

struct CustomFacts {
  std::vector<std::string> target_features;  ///< with their prefix, "+simd128"
  std::string producers;                     ///< "clang 19.1.7", joined by ", "
  std::vector<ModuleFault> notes;
};

/// Reads the known ones of `sections`, whose payloads lie within `module`; never fails.
[[nodiscard]] CustomFacts read_custom_sections(Bytes module, const std::vector<Section>& sections);

}  // namespace wheelaudit::wasm
