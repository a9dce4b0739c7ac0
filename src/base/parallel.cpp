// The one place of the library that starts threads: workers draw indices from a counter, so that a
// long piece of work holds up nobody. Which worker takes which index is chance; results stand in
// slots by index, so nothing of that chance is seen.

#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace wheelaudit::inline base {
namespace {

/// False when the system gives no more threads.
bool start(std::vector<std::jthread>& workers, const std::function<void()>& work) {
  try {
    workers.emplace_back(work);
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace

void for_each_index(std::size_t count, unsigned threads,
                    const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  const auto draw = [&] {
    for (std::size_t index = next++; index < count; index = next++) work(index);
  };
  std::vector<std::jthread> workers;
  const std::size_t wanted = std::min<std::size_t>(threads, count);
  // A system that gives no more threads is no fault of the wheel: go on with those there are.
  while (workers.size() + 1 < wanted && start(workers, draw)) continue;
  draw();
}

}  // namespace wheelaudit::inline base
