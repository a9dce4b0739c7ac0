// Prints findings as rustc, ruff and uv do (docs/design/output.md#findings-in-text): the rule and
// what is wrong, where, the facts, what to do. A group is printed as its first finding, followed by
// the symbols or members that share it.

#include "report/text_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/path.hpp"
#include "report/finding_groups.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {
namespace {

constexpr std::size_t listed_symbols = 8;    // of a group
constexpr std::size_t listed_groups = 40;    // of a wheel: a few screens
constexpr std::size_t listed_followers = 4;  // of a group, of those that say what to do

std::string label(const rules::Finding& finding, const TextStyle& style) {
  return paint(style, ink_of(finding.severity),
               fmt::format("{}[{}]", rules::severity_name(finding.severity),
                           rules::rule_id_text(finding.rule)));
}

std::string location_text(const WheelReport& report, const FindingGroup& group,
                          const TextStyle& style) {
  const rules::Finding& finding = *group.findings.front();
  std::string text = shown(
      finding.place.member.empty() ? input_name_of(report.wheel) : finding.place.member, style);
  if (finding.place.offset) text += fmt::format(", byte {}", *finding.place.offset);
  if (finding.place.import) {
    text += ": " + shown(rules::import_text(*finding.place.import), style);
  }
  if (report.audit.judged.size() > 1 && !group.profiles.empty()) {
    text += shown(fmt::format(" ({})", fmt::join(group.profiles, ", ")), style);
  }
  return text;
}

std::string fact_line(std::string_view text, const TextStyle& style) {
  return fmt::format("   {} {}\n", paint(style, Ink::blue, "="), text);
}

/// What was expected and found, unless the message says it. For an import, the place and the facts
/// say it in better words.
std::string expectation_text(const rules::Finding& finding, const TextStyle& style) {
  const auto says_found = [](const rules::Sentence& sentence) {
    return sentence.says(rules::Says::found);
  };
  if (finding.expected.empty() || finding.found.empty() || finding.place.import ||
      says_found(finding.message) || std::ranges::any_of(finding.details, says_found)) {
    return {};
  }
  return "expected " + shown(finding.expected, style) + ", found " + shown(finding.found, style);
}

/// A further finding of a group: its symbol, or its message where it differs from the first one's.
std::string companion_text(const rules::Finding& first, const rules::Finding& other,
                           const TextStyle& style) {
  if (other.symbol.empty() || message_shape(first) != message_shape(other)) {
    std::string message = message_text(other, style);
    const std::string& member = other.place.member;
    if (member.empty() || other.message.says(rules::Says::member)) {
      return message;
    }
    if (message_shape(first) == message_shape(other)) return shown(member, style);
    return shown(member, style) + ": " + message;
  }
  std::string text = quoted_symbol(other.symbol, style);
  const Boxed<rules::ImportPlace>& import = other.place.import;
  if (import) text += ": " + shown(rules::import_text(*import), style);
  const bool says_expected = import && import->type == other.expected;
  if (!other.expected.empty() && !says_expected && other.expected != first.expected) {
    text += "; expected " + shown(other.expected, style);
  }
  // The detail that names this symbol, because the first finding does not show it.
  const auto own = std::ranges::find_if(other.details, &rules::Sentence::names_symbol);
  if (own != other.details.end()) text += "; " + shown(own->text(), style);
  return text;
}

std::string companions_text(const FindingGroup& group, const TextStyle& style) {
  const std::size_t count = group.findings.size() - 1;
  const std::size_t listed = shown_count(count, listed_symbols, style);
  std::string text;
  for (std::size_t i = 1; i <= listed; ++i) {
    text +=
        fact_line("also " + companion_text(*group.findings[0], *group.findings[i], style), style);
  }
  if (listed < count) {
    text += fact_line(fmt::format("and {} more like it (-v shows all)", count - listed), style);
  }
  return text;
}

/// The findings that follow from the group: those that say what to do in words, the others as a
/// number.
std::string followers_text(const FindingGroup& group, const TextStyle& style) {
  std::vector<const rules::Finding*> telling;
  std::set<std::string> quiet_rules;
  std::size_t quiet = 0;
  std::string names;
  for (const rules::Finding* follower : group.followers) {
    if (!follower->help.empty()) {
      telling.push_back(follower);
      continue;
    }
    ++quiet;
    quiet_rules.insert(rules::rule_id_text(follower->rule));
    if (style.verbose) {
      names += fact_line(fmt::format("follows: {}: {}", rules::rule_id_text(follower->rule),
                                     message_text(*follower, style)),
                         style);
    }
  }
  std::string text;
  if (quiet > 0) {
    text += fact_line(fmt::format("{} {} from this ({}{})", count_text(quiet, "more finding"),
                                  quiet == 1 ? "follows" : "follow", fmt::join(quiet_rules, ", "),
                                  style.verbose ? "" : "; -v lists"),
                      style);
    text += names;
  }
  const std::size_t listed = shown_count(telling.size(), listed_followers, style);
  for (std::size_t i = 0; i < listed; ++i) {
    text +=
        fmt::format("{}: {}\n{} {}\n", label(*telling[i], style), message_text(*telling[i], style),
                    paint(style, Ink::green, "help:"), shown(telling[i]->help, style));
  }
  if (listed < telling.size()) {
    text +=
        fmt::format("and {} (-v shows all)\n", count_text(telling.size() - listed, "more remark"));
  }
  return text;
}

std::string group_text(const WheelReport& report, const FindingGroup& group,
                       const TextStyle& style) {
  const rules::Finding& first = *group.findings.front();
  std::string text = fmt::format(
      "{}: {}\n  {} {}\n", label(first, style), paint(style, Ink::bold, message_text(first, style)),
      paint(style, Ink::blue, "-->"), location_text(report, group, style));
  for (const rules::Sentence& detail : first.details) {
    text += fact_line(shown(detail.text(), style), style);
  }
  if (const auto expectation = expectation_text(first, style); !expectation.empty()) {
    text += fact_line(expectation, style);
  }
  text += companions_text(group, style);
  if (!first.help.empty()) {
    text += fmt::format("{} {}\n", paint(style, Ink::green, "help:"), shown(first.help, style));
  }
  return text + followers_text(group, style);
}

std::string group_in_short(const FindingGroup& group, const TextStyle& style) {
  const rules::Finding& first = *group.findings.front();
  std::string text = label(first, style) + ": " + message_text(first, style);
  if (!first.place.member.empty() && !first.message.says(rules::Says::member)) {
    text += fmt::format(" ({})", shown(first.place.member, style));
  }
  if (const std::size_t more = group.findings.size() - 1; more > 0) {
    text += fmt::format(", and {} more", more);
  }
  return text + "\n";
}

/// The groups that have lines of their own: what the verdict's line says is left out.
std::vector<FindingGroup> listed_in_text(const WheelReport& report, const TextStyle& style) {
  auto groups = group_findings(report.audit.findings);
  std::erase_if(groups, [&](const FindingGroup& group) {
    return !style.verbose && !group.findings.front()->since.empty();
  });
  return groups;
}

}  // namespace

std::string quoted_symbol(std::string_view symbol, const TextStyle& style) {
  std::string text = "`" + shown(symbol, style) + "`";
  if (const auto readable = demangle::demangle(symbol))
    text += " (" + shown(*readable, style) + ")";
  return text;
}

std::string message_text(const rules::Finding& finding, const TextStyle& style) {
  const rules::Sentence& message = finding.message;
  if (!message.names_symbol()) return shown(message.text(), style);
  return shown(message.before_symbol(), style) + quoted_symbol(finding.symbol, style) +
         shown(message.after_symbol(finding.symbol), style);
}

std::string_view input_name_of(const wheel::WheelSummary& wheel) {
  if (wheel.path == "-") return "standard input";
  return last_component(wheel.path);
}

std::string findings_count(const audit::Audit& audit, const TextStyle& style) {
  std::array<std::size_t, 3> counts{};
  for (const rules::Finding& finding : audit.findings) {
    if (style.verbose || finding.since.empty())
      ++counts[static_cast<std::size_t>(finding.severity)];
  }
  std::vector<std::string> parts;
  for (const rules::Severity severity :
       {rules::Severity::error, rules::Severity::warning, rules::Severity::note}) {
    const std::size_t count = counts[static_cast<std::size_t>(severity)];
    if (count > 0) parts.push_back(count_text(count, rules::severity_name(severity)));
  }
  return parts.empty() ? "no findings" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string text_findings(const WheelReport& report, const TextStyle& style) {
  const auto groups = listed_in_text(report, style);
  const std::size_t listed = shown_count(groups.size(), listed_groups, style);
  std::string text;
  for (std::size_t i = 0; i < listed; ++i) {
    const bool in_full =
        style.verbose || groups[i].findings.front()->severity != rules::Severity::note;
    text +=
        in_full ? group_text(report, groups[i], style) + "\n" : group_in_short(groups[i], style);
  }
  if (listed < groups.size()) {
    text += fmt::format("and {} of other kinds (-v shows all)\n",
                        count_text(groups.size() - listed, "finding"));
  }
  return text;
}

std::string text_findings_in_short(const WheelReport& report, const TextStyle& style) {
  const auto groups = listed_in_text(report, style);
  const std::size_t listed = shown_count(groups.size(), listed_groups / 2, style);
  std::string text;
  for (std::size_t i = 0; i < listed; ++i) text += "  " + group_in_short(groups[i], style);
  if (listed < groups.size()) {
    text += fmt::format("  and {} of other kinds (-v shows all)\n",
                        count_text(groups.size() - listed, "finding"));
  }
  return text;
}

}  // namespace wheelaudit::report
