#pragma once

// Profiles for people: the list of all, a summary of one, and what a profile file gets wrong that
// its form alone does not show.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "profile/profile.hpp"

namespace wheelaudit::report {

/// One line an ABI, aligned.
[[nodiscard]] std::string profile_list_text(std::span<const profile::AbiProfile> profiles);
/// The same as JSON (schema_version 1).
[[nodiscard]] std::string profile_list_json(std::span<const profile::AbiProfile> profiles);

/// What one ABI, or one release of it, offers: counts, loader, libraries, what moved between its
/// releases.
[[nodiscard]] std::string profile_summary(const profile::AbiProfile& profile,
                                          std::optional<std::size_t> release);

/// How many symbols appear, vanish and change (type, kind or provider) from one release to another.
struct SymbolChanges {
  std::vector<std::string> gone;
  std::vector<std::string> added;
  std::vector<std::string> changed;
};
[[nodiscard]] SymbolChanges symbol_changes(const profile::AbiProfile& profile, std::size_t from,
                                           std::size_t to);

/// What speaks against using a profile that reads well: empty when nothing does.
[[nodiscard]] std::vector<std::string> profile_problems(const profile::AbiProfile& profile);

}  // namespace wheelaudit::report
