#pragma once

// Which ABI a wheel is repaired for: the one of `--plat`, else the ABIs that its tags claim, else
// the only ABI that it is proven to fit (docs/design/repair.md#the-abi).

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
/// What the user asks for: one platform; the only ABI that the wheel is proven to fit
/// (`automatic`); or neither, and then the ABIs that the wheel's tags claim come first.
struct PlatformWish {
  std::optional<NamedPlatform> platform;
  bool automatic = false;
};
/// Reads the value of `--plat`: empty, `auto`, or a name. A name is a tag or alias with or without
/// `_wasm32`, the id of an ABI or a release (then the ABI's first tag is given). Error usage: the
/// name is unknown, or its profile has no platform tag.
[[nodiscard]] Result<PlatformWish> platform_wish(std::span<const profile::AbiProfile> catalog,
                                                 const std::string& words);

/// The ABIs to repair for, and the tag to give; or why there is none. Several ABIs: the wheel's
/// tags claim them all, and the wheel keeps its tags.
struct AbiChoice {
  std::vector<std::size_t> profiles;  ///< indices into the catalog; empty: see `refusals`
  std::string tag;                    ///< empty: the wheel keeps its own
  std::vector<Candidate> candidates;  ///< what was tried, when none or several of them fit
  std::vector<std::string> refusals;
};

/// Chooses by the wish, then by the wheel's tags, then by trying every ABI. Errors: io, internal.
[[nodiscard]] Result<AbiChoice> choose_abi(const wheel::Wheel& wheel,
                                           std::span<const profile::AbiProfile> catalog,
                                           const PlatformWish& wish, const RepairOptions& options,
                                           const wheel::ReadOptions& read);

}  // namespace wheelaudit::repair
