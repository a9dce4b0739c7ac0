// Looks up the stable ABI; tools/pack_stable_abi.cpp writes the table at build time.

#include "profile/stable_abi.hpp"

#include <algorithm>

namespace wheelaudit::profile {

std::optional<int> stable_abi_since(std::string_view name) {
  const auto symbols = stable_abi_symbols();
  const auto found = std::ranges::lower_bound(symbols, name, {}, &StableAbiSymbol::name);
  if (found == symbols.end() || found->name != name) return std::nullopt;
  return found->since;
}

}  // namespace wheelaudit::profile
