// The one place of the library that starts threads: workers draw indices from a counter, so that a
// long piece of work does not delay the others. Chance decides which worker takes which index.
// Results stand in slots by index, so the output does not depend on chance.

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
  // A system that gives no more threads is not a fault of the wheel: the work goes on with the
  // threads there are.
  while (workers.size() + 1 < wanted && start(workers, draw)) continue;
  draw();
}

}  // namespace wheelaudit::inline base
