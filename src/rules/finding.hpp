#pragma once

// A finding: one thing that is wrong or worth knowing, as data. docs/design/verdicts.md says what
// ids, severities and consequences mean; docs/design/output.md#json has the keys.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.hpp"

namespace wheelaudit::rules {

enum class Severity : std::uint8_t { note, warning, error };
/// Worst last within the linking ones; `style` is information.
enum class Consequence : std::uint8_t { style, latent, index, install, call, load, poison };

[[nodiscard]] std::string_view severity_name(Severity severity);
[[nodiscard]] std::string_view consequence_name(Consequence consequence);
[[nodiscard]] Consequence consequence_of(profile::Outcome outcome);

struct Finding {
  std::string rule;  ///< "WA301"
  std::string name;  ///< "unresolved-function"
  Severity severity = Severity::note;
  Consequence consequence = Consequence::style;
  std::string profile;                ///< empty: holds whatever the profile
  std::vector<std::string> releases;  ///< of the profile, oldest first
  std::string member;                 ///< path in the wheel; empty: the wheel itself
  std::string symbol;                 ///< raw name; empty: none
  std::optional<std::uint64_t> offset;
  std::string message;  ///< one line: what, lower case, no final period
  std::string cause;    ///< "WA401 libssl.so": the root cause this one follows from; empty: none
  std::string expected;
  std::string found;
  std::string help;                  ///< what to do about it
  std::vector<std::string> details;  ///< further facts, one sentence each (text's `=` lines)
  bool repairable = false;
  bool stands_for_rest = false;  ///< for those of its rule that are not listed (FindingList)

  auto operator<=>(const Finding&) const = default;
};

/// Severity of a linking consequence (load, poison, call): an error when the ABI's newest release
/// is among those affected, a warning when only older ones are. `affected` indexes
/// profile.runtimes.
[[nodiscard]] Severity linking_severity(const profile::AbiProfile& profile,
                                        const std::vector<std::size_t>& affected);
/// Versions of `affected`, oldest first.
[[nodiscard]] std::vector<std::string> release_names(const profile::AbiProfile& profile,
                                                     const std::vector<std::size_t>& affected);

}  // namespace wheelaudit::rules
