// Which findings `--ignore` and `--select` drop. A dropped finding must never turn "could not be
// checked" into "compatible" (docs/design/verdicts.md#filters).

#include "audit/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "base/escape.hpp"
#include "base/glob.hpp"
#include "rules/rule.hpp"

namespace wheelaudit::audit {
namespace {

using rules::operator""_rule;

/// The range of ids from WA300 to WA399 for "WA3"; nullopt when no rule has an id in the range.
std::optional<std::pair<rules::RuleId, rules::RuleId>> family(std::string_view name) {
  const auto first = rules::parse_rule_id(std::string(name) + "00");
  const auto last = rules::parse_rule_id(std::string(name) + "99");
  if (!first || !last) return std::nullopt;
  const bool known = std::ranges::any_of(rules::rules(), [&](const rules::Rule& rule) {
    return *first <= rule.id && rule.id <= *last;
  });
  return known ? std::optional(std::pair(*first, *last)) : std::nullopt;
}

/// The wheel is malformed or was not judged: such a finding stays, whatever the filter.
bool is_doubt(const Audit& audit, const rules::Finding& finding) {
  return makes_malformed(finding) ||
         (audit.judged.empty() && finding.severity == rules::Severity::error &&
          finding.rule == "WA101"_rule);
}

bool is_selected(const FindingFilter& filter, const rules::Finding& finding) {
  return filter.select.empty() ||
         std::ranges::any_of(filter.select, [&](const FindingPattern& pattern) {
           return matches(pattern, finding);
         });
}

}  // namespace

Result<FindingPattern> parse_finding_pattern(std::string_view text) {
  FindingPattern pattern;
  pattern.text = text;
  const std::size_t first = text.find(':');
  const std::string_view name = text.substr(0, first);
  if (first != std::string_view::npos) {
    const std::string_view rest = text.substr(first + 1);
    const std::size_t second = rest.find(':');
    pattern.member = rest.substr(0, second);
    if (second != std::string_view::npos) pattern.symbol = rest.substr(second + 1);
  }
  if (const rules::Rule* rule = rules::find_rule(name)) {
    pattern.first = pattern.last = rule->id;
  } else if (const auto ids = family(name)) {
    std::tie(pattern.first, pattern.last) = *ids;
  } else {
    return fail(ErrorKind::usage,
                fmt::format("unknown rule {}: expected an id such as WA301, a name such as "
                            "unresolved-function, or a family such as WA3",
                            escape_terminal(name)));
  }
  return pattern;
}

bool matches(const FindingPattern& pattern, const rules::Finding& finding) {
  return pattern.first <= finding.rule && finding.rule <= pattern.last &&
         (pattern.member.empty() || glob_matches(pattern.member, finding.place.member)) &&
         (pattern.symbol.empty() || glob_matches(pattern.symbol, finding.symbol));
}

Result<FindingFilter> make_filter(std::span<const std::string> ignore,
                                  std::span<const std::string> select) {
  FindingFilter filter;
  for (const std::string& text : ignore) {
    auto pattern = parse_finding_pattern(text);
    if (!pattern) return tl::unexpected(pattern.error());
    filter.ignore.push_back(std::move(*pattern));
  }
  for (const std::string& text : select) {
    auto pattern = parse_finding_pattern(text);
    if (!pattern) return tl::unexpected(pattern.error());
    filter.select.push_back(std::move(*pattern));
  }
  return filter;
}

Filtered filter_audit(Audit audit, const wheel::Wheel& wheel, const FindingFilter& filter) {
  Filtered result{.audit = std::move(audit), .used = std::vector<bool>(filter.ignore.size())};
  if (filter.ignore.empty() && filter.select.empty()) return result;
  const auto drop = [&](const rules::Finding& finding) {
    bool ignored = false;
    for (std::size_t i = 0; i < filter.ignore.size(); ++i) {
      if (!matches(filter.ignore[i], finding)) continue;
      result.used[i] = true;
      ignored = true;
    }
    return (ignored || !is_selected(filter, finding)) && !is_doubt(result.audit, finding);
  };
  std::erase_if(result.audit.findings, drop);
  if (result.audit.verdict != Verdict::not_applicable) {
    result.audit.verdict = verdict_of(wheel, result.audit.findings);
  }
  return result;
}

}  // namespace wheelaudit::audit
