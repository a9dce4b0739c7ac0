#pragma once

// Which package of Pyodide's own distribution carries a shared library.

#include <string_view>

#include "profile/profile.hpp"

namespace wheelaudit::loader {

/// The package of this release's lock that carries the library; null when no such package is known.
[[nodiscard]] const profile::BundledPackage* library_carrier(const profile::Runtime& runtime,
                                                             std::string_view library);

}  // namespace wheelaudit::loader
