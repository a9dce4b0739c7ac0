#pragma once

// How rules of WA1, WA2 and WA5 begin a finding.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rules/finding.hpp"
#include "rules/rule.hpp"

namespace wheelaudit::rules {

/// A finding that holds whatever the profile.
[[nodiscard]] Finding wheel_finding(std::string_view rule, Severity severity,
                                    Consequence consequence, std::string member = {});

/// A finding about `releases` of the target (sorted), with its severity by the consequence there.
[[nodiscard]] Finding target_finding(const loader::Target& target, std::string_view rule,
                                     const std::vector<std::size_t>& releases,
                                     Consequence consequence, std::string member = {});

/// The wheel's file name without folders, for commands in `help`.
[[nodiscard]] std::string file_name_of(const wheel::Wheel& wheel);

/// "`a`", "`a` and `b`", "`a`, `b` and `c`"; of more than `shown`, the first ones and a count.
[[nodiscard]] std::string quoted_list(const std::vector<std::string>& words, std::size_t shown = 5);

}  // namespace wheelaudit::rules
