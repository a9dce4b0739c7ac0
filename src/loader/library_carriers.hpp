#pragma once

// Which package of Pyodide's own distribution carries a shared library.

#include <string_view>

#include "profile/profile.hpp"

namespace wheelaudit {

/// The package of this release's lock that carries the library; null when none is known to.
[[nodiscard]] const BundledPackage* library_carrier(const Runtime& runtime,
                                                    std::string_view library);

}  // namespace wheelaudit
