#pragma once

// The names of an archive's members together: the table by which a name is found, and the names
// that are one file on some file system.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "zip/archive.hpp"
#include "zip/faults.hpp"

namespace wheelaudit::zip {

/// Hash of the collision key and index of every name, sorted by hash, then by name: names that
/// collide, and names that are equal, stand together.
using NameTable = std::vector<std::pair<std::uint64_t, std::uint32_t>>;

[[nodiscard]] NameTable name_table(const std::vector<ArchiveMember>& members);
/// The index of the first member with this name; nullopt: there is none. `table` is that of
/// `members`.
[[nodiscard]] std::optional<std::size_t> find_name(const std::vector<ArchiveMember>& members,
                                                   const NameTable& table, std::string_view name);

/// What is wrong between names: duplicates, files that are directories too, collisions on file
/// systems that fold case or normalise.
[[nodiscard]] FaultLog collision_faults(const std::vector<ArchiveMember>& members,
                                        const NameTable& table);

/// Two names with one key are one file on a file system that folds case (Windows, macOS) or
/// normalises Unicode (macOS): name_collisions.cpp says what is folded. Names that are not
/// UTF-8 are their own keys.
[[nodiscard]] std::string collision_key(std::string_view name);

}  // namespace wheelaudit::zip
