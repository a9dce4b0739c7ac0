#pragma once

// Which member of the wheel has a symbol that a module misses.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// Looks through all modules of the wheel. One search is linear in their number, so all searches of
/// a run share an amount of work; when it is used up nothing is found any more.
class ExporterSearch {
 public:
  explicit ExporterSearch(const RuleInput& input) : input_(input) {}

  /// The first other module that exports the name of an import: a function, or with `address` a
  /// variable as well. A function of the same type comes before one of another.
  [[nodiscard]] std::optional<std::uint32_t> find(std::size_t module, std::uint32_t import,
                                                  bool address);

 private:
  const RuleInput& input_;
  std::size_t left_ = 2'000'000;  ///< look-ups, some tenths of a second
};

}  // namespace wheelaudit::rules
