#pragma once

// What one rule found, in bounded memory (docs/design/limits.md#memory). A module of a megabyte can
// import 100,000 functions that nobody offers; a finding of each would take a hundred times the
// module.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "rules/finding.hpp"

namespace wheelaudit::rules {

/// How many bytes of findings all rules of an audit may still keep, but for the first of each rule.
struct FindingBudget {
  std::uint64_t bytes = 0;
};

/// A list that keeps what the budget allows and counts the rest: nothing that was found is
/// forgotten, only no longer said word by word.
class FindingList {
 public:
  FindingList() = default;
  /// The only one there is, for rules that find one thing at most.
  FindingList(Finding only) { kept_.push_back(std::move(only)); }
  /// Null: unbounded. The budget must outlive the list.
  explicit FindingList(FindingBudget* budget) : budget_(budget) {}

  void push_back(Finding finding);
  /// Whatever is pushed from now on is only counted: rule, severity, consequence, member and
  /// whether it can be repaired is all that is asked of it.
  [[nodiscard]] bool is_full() const { return rest_.has_value() || overflow_.has_value(); }
  /// The last one pushed, kept or not.
  [[nodiscard]] Finding& back() { return overflow_ ? *overflow_ : kept_.back(); }

  [[nodiscard]] auto begin() const { return kept_.begin(); }
  [[nodiscard]] auto end() const { return kept_.end(); }
  [[nodiscard]] auto begin() { return kept_.begin(); }
  [[nodiscard]] auto end() { return kept_.end(); }
  [[nodiscard]] bool empty() const { return kept_.empty(); }
  [[nodiscard]] std::size_t size() const { return kept_.size(); }
  [[nodiscard]] const Finding& operator[](std::size_t index) const { return kept_[index]; }
  [[nodiscard]] const Finding& at(std::size_t index) const { return kept_.at(index); }
  [[nodiscard]] const Finding& back() const { return overflow_ ? *overflow_ : kept_.back(); }
  [[nodiscard]] const Finding& front() const { return kept_.front(); }

  /// Those kept, and behind them one that stands for the rest: how many, as bad as the worst.
  [[nodiscard]] std::vector<Finding> finish() &&;

 private:
  [[nodiscard]] bool has_room(const Finding& finding);
  void count_overflow();

  FindingBudget* budget_ = nullptr;
  std::vector<Finding> kept_;
  std::optional<Finding> overflow_;  ///< the last one, when there was no room; not counted yet
  std::optional<Finding> rest_;      ///< what is said of those counted
  std::size_t count_ = 0;
};

/// More findings than this the budget does not hold; for what is worked out for each beforehand.
[[nodiscard]] std::size_t most_findings(const FindingBudget* budget);

/// Bytes that a finding takes, with all its texts.
[[nodiscard]] std::uint64_t memory_of(const Finding& finding);
[[nodiscard]] std::uint64_t memory_of(const std::vector<Finding>& findings);

}  // namespace wheelaudit::rules
