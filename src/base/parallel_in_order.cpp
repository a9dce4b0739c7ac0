// for_each_index of parallel.hpp in builds without threads (CMake's option WHEELAUDIT_THREADS): one
// index after the other.

#include "base/parallel.hpp"

namespace wheelaudit::inline base {

void for_each_index(std::size_t count, unsigned /*threads*/,
                    const std::function<void(std::size_t)>& work) {
  for (std::size_t index = 0; index < count; ++index) work(index);
}

}  // namespace wheelaudit::inline base
