// A breadth-first walk over what linking bound to the needed entries.

#include "loader/needed_chain.hpp"

namespace wheelaudit::loader {

NeededChain needed_chain(const Target& target, std::size_t module) {
  NeededChain chain{.links = {{.module = module, .needed_by = 0}}};
  std::vector<bool> seen(target.bindings.size(), false);
  seen[module] = true;
  for (std::size_t head = 0; head < chain.links.size(); ++head) {
    const BindingsByRelease& bindings = target.bindings[chain.links[head].module];
    if (bindings.empty()) continue;
    for (const NeededBinding& needed : bindings.back().needed) {
      if (!needed.library) {
        chain.is_whole = false;
        continue;
      }
      const std::size_t library = *needed.library;
      if (library == module) chain.is_cycle = true;
      if (seen[library]) continue;
      seen[library] = true;
      chain.links.push_back({.module = library, .needed_by = head});
    }
  }
  return chain;
}

}  // namespace wheelaudit::loader
