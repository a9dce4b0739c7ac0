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
  rules::RuleId first{};  ///< of the rules meant: one, or all of a family such as WA3
  rules::RuleId last{};
  std::string member;
  std::string symbol;
};

/// Error usage: no rule and no family of this name.
[[nodiscard]] Result<FindingPattern> parse_finding_pattern(std::string_view text);
[[nodiscard]] bool matches(const FindingPattern& pattern, const rules::Finding& finding);

struct FindingFilter {
  std::vector<FindingPattern> ignore;
  std::vector<FindingPattern> select;
};
[[nodiscard]] Result<FindingFilter> make_filter(std::span<const std::string> ignore,
                                                std::span<const std::string> select);

/// The audit without the findings that the filter drops, and with the verdict that follows from the
/// rest. A doubt is never dropped: what makes a wheel malformed, or leaves it unjudged, stays.
/// `used[i]` becomes true when `filter.ignore[i]` matched.
struct Filtered {
  Audit audit;
  std::vector<bool> used;
};
[[nodiscard]] Filtered filter_audit(Audit audit, const wheel::Wheel& wheel,
                                    const FindingFilter& filter);

}  // namespace wheelaudit::audit
