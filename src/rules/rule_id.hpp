#pragma once

// The number of a rule. Opaque on purpose: there is no list of all ids to edit here, so a new rule
// does not rebuild what speaks of the others (docs/design/verdicts.md#rule-ids).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wheelaudit::rules {

/// 301 for "WA301". Ids are in the order of their numbers, which is the order of their texts.
enum class RuleId : std::uint16_t {};

namespace detail {

/// Not constexpr and not defined: an id that is written wrong does not compile.
void this_is_not_the_id_of_a_rule();

}  // namespace detail

/// Of "WA301": two letters, a digit from 1 on, two digits. None for any other text.
[[nodiscard]] constexpr std::optional<RuleId> parse_rule_id(std::string_view text) {
  constexpr std::size_t length = 5;
  if (text.size() != length || !text.starts_with("WA") || text[2] == '0') return std::nullopt;
  unsigned number = 0;
  for (const char digit : text.substr(2)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(digit - '0');
  }
  return static_cast<RuleId>(number);
}

/// "WA301"_rule
[[nodiscard]] consteval RuleId operator""_rule(const char* text, std::size_t size) {
  const std::optional<RuleId> id = parse_rule_id({text, size});
  if (!id) detail::this_is_not_the_id_of_a_rule();
  return *id;
}

/// "WA301"
[[nodiscard]] std::string rule_id_text(RuleId id);

}  // namespace wheelaudit::rules
