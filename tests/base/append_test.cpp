// Appending one list to another by moving its items.

#include "base/append.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace wheelaudit::inline base {

TEST_CASE("what is appended stands behind what was there") {
  std::vector<std::string> all;
  append_moved(all, {"a", "b"});
  append_moved(all, {});
  append_moved(all, {"c"});
  CHECK(all == std::vector<std::string>{"a", "b", "c"});
}

}  // namespace wheelaudit::inline base
