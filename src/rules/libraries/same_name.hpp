#pragma once

// Libraries of one file name in one wheel: which of them a module could mean.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// A needed entry that led to one file while another of its name has the symbol.
struct NamesakeWithSymbol {
  std::string needed;             ///< the needed entry
  std::uint32_t taken = 0;        ///< index into Wheel::modules
  std::uint32_t with_symbol = 0;  ///< the other file
};

/// nullopt when no needed library of the module has a namesake that exports `symbol`.
[[nodiscard]] std::optional<NamesakeWithSymbol> namesake_with(const RuleInput& input,
                                                              std::size_t module,
                                                              std::string_view symbol);

}  // namespace wheelaudit::rules
