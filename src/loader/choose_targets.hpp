#pragma once

// Which ABIs a wheel is judged for.

#include <cstddef>
#include <span>
#include <vector>

#include "loader/target.hpp"
#include "profile/profile.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::loader {

/// The targets an audit would judge: by `selections`, else by the wheel's platform tags, else (wasm
/// under a native or unknown tag) the ABIs whose Python fits the Python tag. Not linked yet.
[[nodiscard]] std::vector<Target> choose_targets(
    const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
    std::span<const profile::ProfileSelection> selections);

/// All releases but pre-releases; all of a profile that is a pre-release itself.
[[nodiscard]] std::vector<std::size_t> released_runtimes(const profile::AbiProfile& profile);

}  // namespace wheelaudit::loader
