#pragma once

// Which ABIs a wheel is judged for.

#include <span>
#include <vector>

#include "wheelaudit/abi_profile.hpp"
#include "wheelaudit/target.hpp"
#include "wheelaudit/wheel.hpp"

namespace wheelaudit {

/// The targets an audit would judge: by `selections`, else by the wheel's platform tags, else (wasm
/// under a native or unknown tag) the ABIs whose Python fits the Python tag. Not linked yet.
[[nodiscard]] std::vector<Target> choose_targets(const Wheel& wheel,
                                                 std::span<const AbiProfile> catalog,
                                                 std::span<const ProfileSelection> selections);

}  // namespace wheelaudit
