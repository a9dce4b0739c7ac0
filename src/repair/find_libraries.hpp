#pragma once

// The libraries from outside that a wheel could need. Internal to this room.

#include <vector>

#include "wheel/offered_library.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

/// Every library of the finder that the wheel's modules need and the wheel does not hold, and every
/// library that these libraries need in turn; sorted by name, each once. Errors: those of the
/// finder.
[[nodiscard]] Result<std::vector<wheel::OfferedLibrary>> find_libraries(
    const wheel::Wheel& wheel, const wheel::LibraryFinder& finder);

}  // namespace wheelaudit::repair
