// The profiles compiled into the program, decoded once. In a file of its own, because most targets
// do not link profiles.

#include "checks.hpp"

namespace wheelaudit::fuzz {

const std::vector<profile::AbiProfile>& catalog() {
  static const std::vector<profile::AbiProfile> profiles = profile::built_in_profiles();
  return profiles;
}

}  // namespace wheelaudit::fuzz
