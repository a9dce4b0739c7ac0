#pragma once

#include <algorithm>

#include "profile/profile.hpp"

namespace wheelaudit::repair {

/// Whether a release of this ABI finds libraries by run paths (docs/design/repair.md#libraries).
inline bool reads_run_paths(const profile::AbiProfile& abi) {
  return std::ranges::any_of(
      abi.runtimes, [](const profile::Runtime& runtime) { return runtime.loader.run_path; });
}

/// Whether a release of this ABI loads a library again when its path is spelled in another way
/// (docs/design/sessions.md#keys).
inline bool keeps_keys_as_spelled(const profile::AbiProfile& abi) {
  return std::ranges::any_of(
      abi.runtimes, [](const profile::Runtime& runtime) { return runtime.loader.keys_as_spelled; });
}

}  // namespace wheelaudit::repair
