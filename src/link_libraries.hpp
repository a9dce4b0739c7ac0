#pragma once

// Where a release's loader looks for needed libraries (ABI.md section 3). Internal to linking.

#include <cstddef>
#include <string>
#include <string_view>

#include "wheelaudit/link.hpp"

namespace wheelaudit {

/// Finds one needed name of `wheel.modules[module]` by the rules of `loader`.
[[nodiscard]] NeededLinkage find_needed(const Wheel& wheel, const LinkIndex& index,
                                        std::size_t module, const LoaderBehaviour& loader,
                                        std::string_view name);

/// The module at an installed path's member, or modules.size().
[[nodiscard]] std::size_t module_at(const Wheel& wheel, std::string_view member);

}  // namespace wheelaudit
