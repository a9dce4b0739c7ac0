#pragma once

// Which functions reach a missing function by direct calls, as sentences.

#include <cstddef>
#include <string>
#include <vector>

#include "rules/sentence.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::rules {

struct Offenders {
  std::vector<Sentence> details;  ///< none when the bodies were not read
  bool at_import = false;         ///< an init function or exec slot is among them
};

/// For each of `imports` (indices into SideModule::imports; imports that are not functions get
/// nothing): the shortest chain of calls from every kind of entry, and how many other entries of
/// that kind reach the function. One result per import, in their order.
[[nodiscard]] std::vector<Offenders> first_offenders(const wasm::SideModule& module,
                                                     const std::vector<std::size_t>& imports);

}  // namespace wheelaudit::rules
