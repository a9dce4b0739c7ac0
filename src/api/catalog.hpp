#pragma once

// The ABI profiles of one call: those compiled in, and files that were given.

#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "profile/profile.hpp"
#include "wheelaudit/wheelaudit.hpp"

namespace wheelaudit::api {

struct Catalog {
  std::vector<profile::AbiProfile> profiles;
  std::vector<profile::ProfileSelection> selections;  ///< one per selector
};

/// Finds each selector among the names of the compiled-in profiles, then among `files`, as on the
/// command line. Errors: usage.
[[nodiscard]] Result<Catalog> make_catalog(std::span<const std::string> selectors,
                                           std::span<const File> files);

/// A profile from a file. Errors: usage (too large, or not a profile).
[[nodiscard]] Result<profile::AbiProfile> read_profile(const File& file);

}  // namespace wheelaudit::api
