#pragma once

// The libraries that a module brings in: those it needs, those that these need, and so on.

#include <cstddef>
#include <vector>

#include "loader/target.hpp"

namespace wheelaudit::loader {

/// One module of a chain, and which module of the chain needs it.
struct ChainLink {
  std::size_t module = 0;     ///< index into Wheel::modules
  std::size_t needed_by = 0;  ///< index into the chain; 0 for the first
};

struct NeededChain {
  std::vector<ChainLink>
      links;              ///< the module itself, then the libraries, breadth first, each once
  bool is_whole = true;   ///< every needed library is in the wheel
  bool is_cycle = false;  ///< a library of the chain needs the module
};

/// The chain of `wheel.modules[module]` on the newest release of a linked target.
[[nodiscard]] NeededChain needed_chain(const Target& target, std::size_t module);

}  // namespace wheelaudit::loader
