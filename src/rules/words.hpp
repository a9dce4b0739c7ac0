#pragma once

// Texts that the findings of several rules have in common. Nothing is judged here.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::rules {

/// The wheel's file name without folders, for commands in `help`.
[[nodiscard]] std::string file_name_of(const wheel::Wheel& wheel);

/// "a", "a and b", "a, b and c"
[[nodiscard]] std::string enumerate(const std::vector<std::string>& words);
/// "`a`", "`a` and `b`", "`a`, `b` and `c`"; of more than `shown`, the first ones and a count.
[[nodiscard]] std::string quoted_list(const std::vector<std::string>& words, std::size_t shown = 5);

/// "Pyodide 0.28.3", "Pyodide 0.28.0 and 0.28.3", "Pyodide 0.28.0 to 0.29.5" (all of the
/// profile's).
[[nodiscard]] std::string releases_text(const profile::AbiProfile& profile,
                                        const std::vector<std::size_t>& releases);
/// `one` for a single release, else `many`: the verb behind `releases_text`.
[[nodiscard]] inline std::string_view verb(const std::vector<std::size_t>& releases,
                                           std::string_view one, std::string_view many) {
  return releases.size() == 1 ? one : many;
}

/// What a missing function does: "the load fails", "the process dies …".
[[nodiscard]] std::string consequence_sentence(profile::Outcome outcome);

}  // namespace wheelaudit::rules
