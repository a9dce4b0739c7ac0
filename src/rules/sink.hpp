#pragma once

// Where a rule puts its findings, in bounded memory (docs/design/limits.md#memory). A module of a
// megabyte can import 100,000 functions that nobody offers; a finding of each would take a hundred
// times the module.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rules/finding.hpp"

namespace wheelaudit::rules {

/// How many bytes of findings all rules of an audit may still keep, but for the first of each rule.
struct FindingBudget {
  std::uint64_t bytes = 0;
};

/// The findings of one run of one rule. It keeps what the budget allows and counts the rest:
/// nothing that was found is forgotten, only no longer listed one by one.
class FindingSink {
 public:
  /// Unbounded.
  FindingSink() = default;
  /// The budget must outlive the sink.
  explicit FindingSink(FindingBudget& budget) : budget_(&budget) {}

  void add(Finding finding);
  /// Whatever is added from now on is only counted: rule, profile, releases, severity, consequence,
  /// member, whether it can be repaired and whether it names an absent library are all that is
  /// asked of it.
  [[nodiscard]] bool is_full() const { return rest_.has_value(); }
  /// No more findings than this are kept from now on; for what is worked out for each beforehand.
  [[nodiscard]] std::size_t most_kept() const;

  /// Those kept, and behind them one that stands for the rest: how many, as bad as the worst.
  [[nodiscard]] std::vector<Finding> finish() &&;

 private:
  [[nodiscard]] bool has_room(const Finding& finding);
  void count(Finding finding);

  FindingBudget* budget_ = nullptr;
  std::vector<Finding> kept_;
  std::optional<Finding> rest_;  ///< what is said of those that are only counted
  std::size_t count_ = 0;
};

}  // namespace wheelaudit::rules
