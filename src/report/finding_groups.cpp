// A module can have 30,000 unresolved symbols; a reader needs one of them, the number, and what
// they share. Two findings are one group when rule, severity, consequence, ABI, releases and remedy
// agree and, for symbols, the member and all facts that are not the symbol's own.

#include "report/finding_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace wheelaudit::report {
namespace {

/// Separates the parts of a key. No rule id and no message holds this byte; where a path does, two
/// findings may be printed in one group, and nothing worse.
constexpr char separator = '\0';

/// A fact about the symbol itself, not about what findings have in common.
bool is_own_fact(const rules::Sentence& detail) {
  return detail.names_symbol() || detail.says(rules::Says::expected);
}

std::string group_key(const rules::Finding& finding) {
  std::string key =
      fmt::format("{}{}{}{}{}{}", rules::rule_id_text(finding.rule), separator,
                  rules::severity_name(finding.severity),
                  rules::consequence_name(finding.consequence), separator, finding.profile);
  for (const std::string& release : finding.releases) key += separator + release;
  if (finding.symbol.empty()) return key;
  key += separator + finding.place.member + separator + message_shape(finding);
  for (const rules::Sentence& detail : finding.details) {
    if (!is_own_fact(detail)) key += separator + detail.text();
  }
  return key;
}

/// A text that is equal for findings which say word for word the same of two ABIs.
std::string words_of(const rules::Finding& finding) {
  std::string words = fmt::format("{}{}{}{}", rules::rule_id_text(finding.rule), separator,
                                  rules::severity_name(finding.severity),
                                  rules::consequence_name(finding.consequence));
  for (const std::string* text : {&finding.place.member, &finding.symbol, &finding.message.text(),
                                  &finding.expected, &finding.found, &finding.help}) {
    words += separator + *text;
  }
  if (finding.place.import) words += separator + rules::import_text(*finding.place.import);
  for (const rules::Sentence& detail : finding.details) words += separator + detail.text();
  const std::optional<std::uint64_t>& offset = finding.place.offset;
  return offset ? words + separator + std::to_string(*offset) : words;
}

std::string root_key(rules::RuleId rule, std::string_view symbol, std::string_view profile,
                     std::string_view member) {
  return fmt::format("{}{}{}{}{}{}{}", rules::rule_id_text(rule), separator, symbol, separator,
                     profile, separator, member);
}

void add_profile(FindingGroup& group, const rules::Finding& finding) {
  if (finding.profile.empty()) return;
  if (std::ranges::find(group.profiles, finding.profile) == group.profiles.end()) {
    group.profiles.push_back(finding.profile);
  }
}

/// Index of a group, by what a `cause` can name: a rule, a rule and symbol, or both with a member.
using Roots = std::unordered_map<std::string, std::size_t>;

void add_root(Roots& roots, const rules::Finding& finding, std::size_t group) {
  roots.try_emplace(root_key(finding.rule, finding.symbol, finding.profile, finding.place.member),
                    group);
  roots.try_emplace(root_key(finding.rule, finding.symbol, finding.profile, ""), group);
  roots.try_emplace(root_key(finding.rule, "", finding.profile, finding.place.member), group);
  roots.try_emplace(root_key(finding.rule, "", finding.profile, ""), group);
  roots.try_emplace(root_key(finding.rule, finding.symbol, "", ""), group);
}

const std::size_t* find_root(const Roots& roots, const rules::Finding& follower) {
  const rules::Cause& cause = *follower.cause;
  for (const std::string_view member :
       {std::string_view(follower.place.member), std::string_view()}) {
    const auto found = roots.find(root_key(cause.rule, cause.symbol, follower.profile, member));
    if (found != roots.end()) return &found->second;
  }
  const auto found = roots.find(root_key(cause.rule, cause.symbol, "", ""));
  return found == roots.end() ? nullptr : &found->second;
}

}  // namespace

std::string message_shape(const rules::Finding& finding) {
  const rules::Sentence& message = finding.message;
  if (!message.names_symbol()) return message.text();
  return fmt::format("{}{}{}", message.before_symbol(), separator,
                     message.after_symbol(finding.symbol));
}

std::vector<FindingGroup> group_findings(std::span<const rules::Finding> findings) {
  std::vector<FindingGroup> groups;
  std::unordered_map<std::string, std::size_t> by_key;
  std::unordered_map<std::string, std::size_t> by_words;
  Roots roots;
  const auto add = [&](const rules::Finding& finding) {
    const auto said = by_words.find(words_of(finding));
    if (said != by_words.end()) {
      add_profile(groups[said->second], finding);
      add_root(roots, finding, said->second);
      return;
    }
    const auto [entry, is_new] = by_key.try_emplace(group_key(finding), groups.size());
    if (is_new) groups.emplace_back();
    groups[entry->second].findings.push_back(&finding);
    add_profile(groups[entry->second], finding);
    by_words.emplace(words_of(finding), entry->second);
    add_root(roots, finding, entry->second);
  };
  for (const rules::Finding& finding : findings) {
    if (!finding.cause) add(finding);
  }
  for (const rules::Finding& finding : findings) {
    if (!finding.cause) continue;
    if (const std::size_t* root = find_root(roots, finding)) {
      groups[*root].followers.push_back(&finding);
    } else {
      add(finding);
    }
  }
  return groups;
}

}  // namespace wheelaudit::report
