#pragma once

// What was observed of one release, from the facts (abi-profiles/facts/observed.json).

#include <string>
#include <string_view>
#include <vector>

#include "profile/generate/generator.hpp"

namespace wheelaudit::profile {

/// The one fact that holds for a key and a release.
[[nodiscard]] Result<std::vector<std::string>> observed_fact(const ProfileFacts& facts,
                                                             std::string_view key,
                                                             std::string_view version);
/// The loader of a release, every field from a fact.
[[nodiscard]] Result<LoaderBehaviour> observed_loader(const ProfileFacts& facts,
                                                      const std::string& version);

}  // namespace wheelaudit::profile
