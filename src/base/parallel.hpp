#pragma once

#include <cstddef>
#include <functional>

namespace wheelaudit::inline base {

/// Calls `work(i)` once for every i below `count`, starting in ascending order, on at most
/// `threads` threads of which the caller's is one; returns when all calls have returned. `work`
/// must not throw and must write only what belongs to its index. With one thread (or no way to
/// start another) everything happens on the caller's thread.
void for_each_index(std::size_t count, unsigned threads,
                    const std::function<void(std::size_t)>& work);

}  // namespace wheelaudit::inline base
