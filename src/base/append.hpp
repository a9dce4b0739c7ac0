#pragma once

#include <iterator>
#include <utility>
#include <vector>

namespace wheelaudit::inline base {

/// Moves all of `more` behind what `target` holds. The capacity of `target` grows by doubling, so
/// that many calls cost linear time.
template <class T>
void append_moved(std::vector<T>& target, std::vector<T> more) {
  if (target.empty()) {
    target = std::move(more);
  } else {
    target.insert(target.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  }
}

}  // namespace wheelaudit::inline base
