#pragma once

// The rules: one function each, from facts to findings, all named in src/rules/registry.cpp. Rules
// never parse, never read files, never decide an exit code.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "loader/target.hpp"
#include "profile/profile.hpp"
#include "rules/finding.hpp"
#include "rules/finding_list.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::rules {

struct RuleInput {
  const wheel::Wheel& wheel;
  const loader::LinkIndex& index;                ///< of the wheel
  std::span<const profile::AbiProfile> catalog;  ///< every profile known, oldest first
  const loader::Target* target = nullptr;        ///< linked; null for rules of Scope::wheel
  std::span<const loader::Target> targets;  ///< all of them, not linked, for rules of Scope::wheel
  bool index_pypi = false;                  ///< `--index pypi`
  FindingBudget* budget = nullptr;          ///< of all rules together; null: unbounded
};

enum class Scope : std::uint8_t {
  wheel,   ///< runs once; its findings carry no profile
  target,  ///< runs once for each target
};

struct Rule {
  std::string_view id;
  std::string_view name;
  Scope scope = Scope::wheel;
  FindingList (*run)(const RuleInput&) = nullptr;
};

/// Every rule in the order of their ids.
[[nodiscard]] std::span<const Rule> rules();
/// By id or by name; null when there is none.
[[nodiscard]] const Rule* find_rule(std::string_view id_or_name);
/// Severity of a linking consequence (load, poison, call) on a target: an error when the newest
/// judged release is among those affected, a warning when only older ones are. A release that the
/// user asked for is the newest judged one.
[[nodiscard]] Severity target_severity(const loader::Target& target,
                                       const std::vector<std::size_t>& affected);
/// A finding of this rule with id and name filled in.
[[nodiscard]] Finding finding_of(std::string_view rule_id);

}  // namespace wheelaudit::rules
