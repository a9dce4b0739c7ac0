#pragma once

// Dates of members.

#include <cstdint>
#include <optional>

#include "zip/archive.hpp"

namespace wheelaudit::zip {

/// Dates a new member by `epoch` (SOURCE_DATE_EPOCH, seconds since 1970) in UTC. DOS dates begin in
/// 1980 and count in steps of two seconds (APPNOTE 4.4.6); without `epoch`, or for one before 1980,
/// the member keeps its date.
void stamp_with_epoch(NewMember& member, std::optional<std::uint32_t> epoch);

}  // namespace wheelaudit::zip
