// The profiles compiled in, decoded once: apart, since most targets do without them.

#include "checks.hpp"

namespace wheelaudit::fuzz {

const std::vector<AbiProfile>& catalog() {
  static const std::vector<AbiProfile> profiles = built_in_profiles();
  return profiles;
}

}  // namespace wheelaudit::fuzz
