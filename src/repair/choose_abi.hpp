#pragma once

// For which ABI a wheel is to be repaired: `--plat`, else what its tags claim, else the one it is
// proven fit for.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "repair/repair.hpp"

namespace wheelaudit::repair {

/// What `--plat` means: an ABI, and the platform tag to give.
struct PlatformChoice {
  std::size_t profile = 0;
  std::string tag;  ///< with `_wasm32`
};
/// A tag or alias, with or without `_wasm32`, an ABI's id or a release (then the ABI's first tag).
/// Error usage: unknown.
[[nodiscard]] Result<PlatformChoice> choose_platform(std::span<const profile::AbiProfile> catalog,
                                                     const std::string& platform);

/// What was asked for: one platform; the single ABI the wheel is proven fit for (`automatic`); or
/// neither, then what the wheel's tags claim comes first.
struct PlatformWish {
  std::optional<PlatformChoice> platform;
  bool automatic = false;
};

/// The ABI to repair for, and the tag to give; or why there is none. Several: the wheel claims them
/// all, and keeps its tags.
struct TargetChoice {
  std::vector<std::size_t> profiles;
  std::string tag;  ///< empty: the wheel keeps its own
  std::vector<Candidate> candidates;
  std::vector<std::string> refusals;
};

/// Errors: io.
[[nodiscard]] Result<TargetChoice> choose_target(const wheel::Wheel& wheel,
                                                 std::span<const profile::AbiProfile> catalog,
                                                 const PlatformWish& wish,
                                                 const RepairOptions& options,
                                                 const wheel::ReadOptions& read);

}  // namespace wheelaudit::repair
