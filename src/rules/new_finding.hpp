#pragma once

// How rules begin a finding, so that all rules take severities and releases from one place.

#include <cstddef>
#include <string>
#include <vector>

#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// A finding that is the same for every profile.
[[nodiscard]] Finding wheel_finding(RuleId rule, Severity severity, Consequence consequence,
                                    std::string member = {});

/// A finding about `releases` of the target (sorted), with its severity by the consequence there.
[[nodiscard]] Finding target_finding(const loader::Target& target, RuleId rule,
                                     const std::vector<std::size_t>& releases,
                                     Consequence consequence, std::string member = {});

/// Severity of a linking consequence (load, poison, call) on a target: an error when the newest
/// judged release is among those affected, a warning when only older ones are. A release that the
/// user asked for is the newest judged one.
[[nodiscard]] Severity target_severity(const loader::Target& target,
                                       const std::vector<std::size_t>& affected);
/// Versions of `affected`, oldest first.
[[nodiscard]] std::vector<std::string> release_names(const profile::AbiProfile& profile,
                                                     const std::vector<std::size_t>& affected);

}  // namespace wheelaudit::rules
