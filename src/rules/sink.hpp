#pragma once

// Where a rule puts its findings, in bounded memory (docs/design/limits.md#memory). A module of a
// megabyte can import 100,000 functions that nobody offers; one finding per function would take a
// hundred times the module.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rules/finding.hpp"

namespace wheelaudit::rules {

/// How many bytes of findings all rules of an audit may still keep, besides the first 100 per rule
/// and ABI.
struct FindingBudget {
  std::uint64_t bytes = 0;
};

/// The findings of one run of one rule. It keeps what the budget allows and counts the rest: every
/// finding counts, and the rest is only not listed one by one.
class FindingSink {
 public:
  /// Unbounded.
  FindingSink() = default;
  /// The budget must outlive the sink.
  explicit FindingSink(FindingBudget& budget) : budget_(&budget) {}

  void add(Finding finding);
  /// Findings that are added from now on are only counted: of them the sink reads rule, profile,
  /// releases, severity, consequence, member, `repairable` and `names_absent_library`.
  [[nodiscard]] bool is_full() const { return rest_.has_value(); }
  /// At most this many findings will still be kept, for rules that compute something for each
  /// finding beforehand.
  [[nodiscard]] std::size_t most_kept() const;

  /// The findings that are kept, then one that stands for the rest: their number, and the worst of
  /// their severities and consequences.
  [[nodiscard]] std::vector<Finding> finish() &&;

 private:
  [[nodiscard]] bool has_room(const Finding& finding);
  void count(Finding finding);

  FindingBudget* budget_ = nullptr;
  std::vector<Finding> kept_;
  std::optional<Finding> rest_;  ///< stands for findings that are only counted
  std::size_t count_ = 0;
};

}  // namespace wheelaudit::rules
