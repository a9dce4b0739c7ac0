// The edit distance of two texts, which suggestions ("did you mean …") go by.

#include "base/edit_distance.hpp"

#include <doctest/doctest.h>

namespace wheelaudit::inline base {

TEST_CASE("the distance counts insertions, removals and replacements") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "abc") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("abc", "abd") == 1);
  CHECK(edit_distance("abc", "abxc") == 1);
  CHECK(edit_distance("abc", "ac") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("pyodide_2024_0", "pyodide_2025_0") == 1);
}

}  // namespace wheelaudit::inline base
