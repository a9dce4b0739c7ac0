// Levenshtein's distance, for suggestions of what a misspelled tag or profile may have meant. One
// row of the table is kept, because the next row needs only the previous one.

#include "base/edit_distance.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace wheelaudit::inline base {

std::size_t edit_distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace wheelaudit::inline base
