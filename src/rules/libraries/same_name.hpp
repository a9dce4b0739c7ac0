#pragma once

// Libraries of one file name in one wheel: which of them a module could mean.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// A needed entry that led to one file while the wheel holds another of that name.
struct Namesake {
  std::size_t entry = 0;    ///< index into DylinkInfo::needed
  std::uint32_t taken = 0;  ///< index into Wheel::modules
  std::uint32_t other = 0;  ///< the same
};

/// The namesakes of what a module needs, on the newest judged release; at most a hundred.
[[nodiscard]] std::vector<Namesake> namesakes(const RuleInput& input, std::size_t module);

/// The first of them whose other file exports `symbol`; null when there is none.
[[nodiscard]] const Namesake* with_symbol(const RuleInput& input,
                                          const std::vector<Namesake>& namesakes,
                                          std::string_view symbol);

}  // namespace wheelaudit::rules
