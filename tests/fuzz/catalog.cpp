// The profiles compiled in, decoded once: apart, since most targets do without them.

#include "checks.hpp"

namespace wheelaudit::fuzz {

const std::vector<profile::AbiProfile>& catalog() {
  static const std::vector<profile::AbiProfile> profiles = profile::built_in_profiles();
  return profiles;
}

}  // namespace wheelaudit::fuzz
