#pragma once

// For which ABI a wheel is to be repaired: `--plat`, else what its tags claim, else the one it is
// proven fit for (docs/design/repair.md#the-abi).

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "repair/candidates.hpp"

namespace wheelaudit::repair {

/// One ABI of the catalog, and the platform tag to give.
struct NamedPlatform {
  std::size_t profile = 0;
  std::string tag;  ///< with `_wasm32`
};
/// What was asked for: one platform; the single ABI the wheel is proven fit for (`automatic`); or
/// neither, then what the wheel's tags claim comes first.
struct PlatformWish {
  std::optional<NamedPlatform> platform;
  bool automatic = false;
};
/// The wish that `--plat` speaks: empty, `auto`, or a name, which is a tag or alias, with or
/// without
/// `_wasm32`, an ABI's id or a release (then the ABI's first tag). Error usage: the name is
/// unknown.
[[nodiscard]] Result<PlatformWish> platform_wish(std::span<const profile::AbiProfile> catalog,
                                                 const std::string& words);

/// The ABI to repair for, and the tag to give; or why there is none. Several: the wheel claims them
/// all, and keeps its tags.
struct AbiChoice {
  std::vector<std::size_t> profiles;
  std::string tag;  ///< empty: the wheel keeps its own
  std::vector<Candidate> candidates;
  std::vector<std::string> refusals;
};

/// Errors: io.
[[nodiscard]] Result<AbiChoice> choose_abi(const wheel::Wheel& wheel,
                                           std::span<const profile::AbiProfile> catalog,
                                           const PlatformWish& wish, const RepairOptions& options,
                                           const wheel::ReadOptions& read);

}  // namespace wheelaudit::repair
