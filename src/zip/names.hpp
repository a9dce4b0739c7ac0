#pragma once

// The name of a member by itself; names together are in name_collisions.hpp.

#include <cstddef>
#include <vector>

#include "zip/archive.hpp"

namespace wheelaudit::zip {

/// The most bytes of a name, and the most components in a name (docs/design/archive.md#names).
inline constexpr std::size_t longest_member_name = 1024;
inline constexpr std::size_t most_components = 64;

/// What is wrong with one name: encoding, characters, shape.
[[nodiscard]] std::vector<ArchiveFault> name_faults(const ArchiveMember& member);

}  // namespace wheelaudit::zip
