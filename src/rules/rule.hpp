#pragma once

// The rules: one function each, from facts to findings. src/rules/registry.cpp alone names them.
// Rules never parse, never read files, never decide an exit code.

#include <cstdint>
#include <span>
#include <string_view>

#include "loader/target.hpp"
#include "profile/profile.hpp"
#include "rules/finding.hpp"
#include "rules/sink.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::rules {

/// What a rule sees. Everything outlives the run of the rule.
struct RuleInput {
  const wheel::Wheel& wheel;
  const loader::LinkIndex& index;                ///< of the wheel
  std::span<const profile::AbiProfile> catalog;  ///< every profile known, oldest first
  const loader::Target* target = nullptr;        ///< linked; null for rules of Scope::wheel
  std::span<const loader::Target> targets;  ///< all of them, not linked, for rules of Scope::wheel
  bool index_pypi = false;                  ///< `--index pypi`
};

enum class Scope : std::uint8_t {
  wheel,   ///< runs once; its findings carry no profile
  target,  ///< runs once per target
};

struct Rule {
  RuleId id{};
  std::string_view name;
  Scope scope = Scope::wheel;
  void (*run)(const RuleInput&, FindingSink&) = nullptr;
};

/// Every rule in the order of their ids.
[[nodiscard]] std::span<const Rule> rules();
/// By id ("WA301") or by name ("unresolved-function"); null when there is none.
[[nodiscard]] const Rule* find_rule(std::string_view id_or_name);
/// "unresolved-function"; empty when there is no rule of this id.
[[nodiscard]] std::string_view rule_name(RuleId id);

}  // namespace wheelaudit::rules
