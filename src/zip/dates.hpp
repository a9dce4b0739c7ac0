#pragma once

// Dates of members.

#include <cstdint>
#include <optional>

#include "zip/archive.hpp"

namespace wheelaudit::zip {

/// Dates a new member by SOURCE_DATE_EPOCH in UTC, which DOS tells in even seconds and not before
/// 1980 (APPNOTE 4.4.6); without it, or before that, the member keeps its date.
void stamp_with_epoch(NewMember& member, std::optional<std::uint32_t> epoch);

}  // namespace wheelaudit::zip
