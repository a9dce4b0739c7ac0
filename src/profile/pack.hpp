#pragma once

// Profiles as the bytes that are compiled into the program, and back.

#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "profile/profile.hpp"

namespace wheelaudit::profile {

/// Packs all profiles into one block of bytes with one pool of strings; the program carries this
/// block.
[[nodiscard]] ByteVector pack_catalog(const std::vector<AbiProfile>& profiles);
[[nodiscard]] Result<std::vector<AbiProfile>> unpack_catalog(
    Bytes packed, const std::shared_ptr<const ByteVector>& storage);

/// The same for one profile: `unpack_profile(pack_profile(p))` is `p`.
[[nodiscard]] ByteVector pack_profile(const AbiProfile& profile);
[[nodiscard]] Result<AbiProfile> unpack_profile(Bytes packed,
                                                const std::shared_ptr<const ByteVector>& storage);

}  // namespace wheelaudit::profile
