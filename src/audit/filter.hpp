#pragma once

// `--ignore` and `--select`: which findings count.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.hpp"

namespace wheelaudit::audit {

/// `RULE[:MEMBER-GLOB[:SYMBOL-GLOB]]`; an empty glob matches everything.
struct FindingPattern {
  std::string text;       ///< as given
  rules::RuleId first{};  ///< the lowest id that matches: WA300 for the family WA3
  rules::RuleId last{};   ///< the highest id that matches; for a single rule, `first`
  std::string member;
  std::string symbol;
};

/// Reads a pattern. Error usage: no rule and no family of rules has this name.
[[nodiscard]] Result<FindingPattern> parse_finding_pattern(std::string_view text);
/// Whether rule, member and symbol of the finding all match.
[[nodiscard]] bool matches(const FindingPattern& pattern, const rules::Finding& finding);

/// What `--ignore` drops and what `--select` keeps; an empty `select` keeps everything.
struct FindingFilter {
  std::vector<FindingPattern> ignore;
  std::vector<FindingPattern> select;
};
/// Reads both lists of patterns. Error usage, as of `parse_finding_pattern`.
[[nodiscard]] Result<FindingFilter> make_filter(std::span<const std::string> ignore,
                                                std::span<const std::string> select);

/// A filtered audit.
struct Filtered {
  Audit audit;
  std::vector<bool> used;  ///< by index into `ignore`: whether the pattern matched a finding
};
/// The audit without the findings that the filter drops, with the verdict that follows from the
/// rest. A finding that makes the wheel malformed, or says that the wheel was not judged, is never
/// dropped.
[[nodiscard]] Filtered filter_audit(Audit audit, const wheel::Wheel& wheel,
                                    const FindingFilter& filter);

}  // namespace wheelaudit::audit
