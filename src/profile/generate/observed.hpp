#pragma once

// What was observed of one release, from the facts (abi-profiles/facts/observed.json).

#include <string>
#include <string_view>
#include <vector>

#include "profile/generate/generator.hpp"

namespace wheelaudit::profile {

/// The value of the fact that holds for this key and release. Error usage: none holds, or two do.
[[nodiscard]] Result<std::vector<std::string>> observed_fact(const ProfileFacts& facts,
                                                             std::string_view key,
                                                             std::string_view version);
/// The loader of a release, with every field taken from a fact. Error usage: as above, or a value
/// that is not a word of its field.
[[nodiscard]] Result<LoaderBehaviour> observed_loader(const ProfileFacts& facts,
                                                      const std::string& version);

}  // namespace wheelaudit::profile
