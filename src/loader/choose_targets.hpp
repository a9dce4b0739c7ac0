#pragma once

// Which ABIs a wheel is judged for.

#include <cstddef>
#include <span>
#include <vector>

#include "loader/target.hpp"
#include "profile/profile.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::loader {

/// The targets that an audit judges: by `selections`; else by the wheel's platform tags; else
/// (WebAssembly under a native or unknown tag) the ABIs whose Python fits the Python tag. Nothing
/// is linked yet. The targets point into `catalog`.
[[nodiscard]] std::vector<Target> choose_targets(
    const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
    std::span<const profile::ProfileSelection> selections);

/// Indices of all releases but pre-releases; of all releases of a profile that is itself a
/// pre-release.
[[nodiscard]] std::vector<std::size_t> released_runtimes(const profile::AbiProfile& profile);

}  // namespace wheelaudit::loader
