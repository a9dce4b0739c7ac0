// The package loader loads modules in the order of the archive, and 0.27 loads a library again that
// stands behind a module which needs it (docs/design/sessions.md#keys). Modules that need one
// another have no right order; a need within such a cycle is left out, so that a second repair
// moves nothing back. The rest has no cycle, and a walk that finishes what is needed first is an
// order. All walks are iterative: a chain may have as many libraries as the archive has members.

#include "repair/archive_order.hpp"

#include <algorithm>
#include <cstddef>

namespace wheelaudit::repair {
namespace {

using Graph = std::vector<std::vector<std::uint32_t>>;

/// The modules reachable from `first` that were not met yet, each behind what it leads to.
void finish(const Graph& graph, std::uint32_t first, std::vector<bool>& met,
            std::vector<std::uint32_t>& finished) {
  struct Visit {
    std::uint32_t module;
    std::size_t next = 0;
  };
  if (met[first]) return;
  met[first] = true;
  std::vector<Visit> path{{.module = first}};
  while (!path.empty()) {
    Visit& visit = path.back();
    if (visit.next == graph[visit.module].size()) {
      finished.push_back(visit.module);
      path.pop_back();
      continue;
    }
    const std::uint32_t to = graph[visit.module][visit.next++];
    if (met[to]) continue;
    met[to] = true;
    path.push_back({.module = to});
  }
}

/// For each module the number of its cycle; modules of one number need one another (Kosaraju).
std::vector<std::uint32_t> cycles_of(const Graph& graph) {
  const auto count = static_cast<std::uint32_t>(graph.size());
  std::vector<bool> met(count, false);
  std::vector<std::uint32_t> finished;
  for (std::uint32_t m = 0; m < count; ++m) finish(graph, m, met, finished);
  Graph reversed(count);
  for (std::uint32_t m = 0; m < count; ++m) {
    for (const std::uint32_t to : graph[m]) reversed[to].push_back(m);
  }
  std::vector<std::uint32_t> cycle(count, 0);
  std::fill(met.begin(), met.end(), false);
  std::uint32_t number = 0;
  for (auto m = finished.rbegin(); m != finished.rend(); ++m) {
    std::vector<std::uint32_t> members;
    finish(reversed, *m, met, members);
    for (const std::uint32_t member : members) cycle[member] = number;
    ++number;
  }
  return cycle;
}

}  // namespace

std::vector<MoveInFront> moves_in_front(const std::vector<std::vector<std::uint32_t>>& needed,
                                        const std::vector<std::uint32_t>& order) {
  const std::vector<std::uint32_t> cycle = cycles_of(needed);
  Graph one_way = needed;
  for (std::uint32_t m = 0; m < one_way.size(); ++m)
    std::erase_if(one_way[m], [&](std::uint32_t to) { return cycle[to] == cycle[m]; });
  std::vector<MoveInFront> moves;
  std::vector<bool> met(needed.size(), false);
  for (const std::uint32_t first : order) {
    std::vector<std::uint32_t> finished;
    finish(one_way, first, met, finished);
    for (const std::uint32_t module : finished) {
      if (module != first) moves.push_back({.module = module, .of = first});
    }
  }
  return moves;
}

}  // namespace wheelaudit::repair
