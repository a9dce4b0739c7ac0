// ReleaseSet: sets of releases in eight bytes.

#include "profile/release_set.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace wheelaudit::profile {

TEST_CASE("a set of releases yields them oldest first") {
  ReleaseSet releases;
  CHECK(releases.empty());
  for (const std::size_t release : {63U, 0U, 5U, 5U}) releases.insert(release);
  CHECK(std::vector<std::size_t>(releases) == std::vector<std::size_t>{0, 5, 63});
  CHECK(releases.size() == 3);
  CHECK(releases.back() == 63);
  CHECK(releases.contains(5));
  CHECK_FALSE(releases.contains(6));
}

}  // namespace wheelaudit::profile
