#pragma once

// Profiles for people: the list of all, a summary of one, and mistakes in a profile file that its
// schema does not find.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "profile/profile.hpp"

namespace wheelaudit::report {

/// One line per ABI, in aligned columns.
[[nodiscard]] std::string profile_list_text(std::span<const profile::AbiProfile> profiles);
/// The same as JSON (schema_version 1).
[[nodiscard]] std::string profile_list_json(std::span<const profile::AbiProfile> profiles);

/// What one ABI, or one release of it, offers: counts, loader, libraries, and what changed between
/// its releases.
[[nodiscard]] std::string profile_summary(const profile::AbiProfile& profile,
                                          std::optional<std::size_t> release);

/// The names of symbols that vanish, appear and change (in type, kind or provider) from one release
/// to another.
struct SymbolChanges {
  std::vector<std::string> gone;
  std::vector<std::string> added;
  std::vector<std::string> changed;
};
[[nodiscard]] SymbolChanges symbol_changes(const profile::AbiProfile& profile, std::size_t from,
                                           std::size_t to);

/// Reasons not to use a profile that parse_profile accepted; empty when there are none.
[[nodiscard]] std::vector<std::string> profile_problems(const profile::AbiProfile& profile);

}  // namespace wheelaudit::report
