// A hash table of exports by name. Wheels come from strangers, and names can easily be chosen so
// that their FNV hashes collide. When any name would stand far from its place, the table is not
// used: the exports are searched in the order of their names instead
// (docs/design/limits.md#linear-cost: cost is always linear in the input, or nearly).

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "loader/link.hpp"

namespace wheelaudit::loader {
namespace {

constexpr std::size_t longest_probe = 64;  // a table half full of real names needs fewer than 30

}  // namespace

ExportTable::ExportTable(const std::vector<wasm::ExportedSymbol>& exports) : exports_(&exports) {
  if (exports.empty()) return;
  slots_.resize(std::bit_ceil(exports.size() * 2));
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t i = 0; i < exports.size(); ++i) {
    std::size_t slot = profile::SymbolName(exports[i].name).hash & mask;
    std::size_t probe = 0;
    while (slots_[slot] != 0 && ++probe <= longest_probe) slot = (slot + 1) & mask;
    if (probe > longest_probe) {
      sort_instead();
      return;
    }
    slots_[slot] = i + 1;
  }
}

void ExportTable::sort_instead() {
  sorted_ = true;
  slots_.resize(exports_->size());
  std::iota(slots_.begin(), slots_.end(), std::uint32_t{0});
  std::ranges::sort(slots_, {}, [this](std::uint32_t i) {
    return std::pair(std::string_view((*exports_)[i].name), i);
  });
}

const wasm::ExportedSymbol* ExportTable::find(const profile::SymbolName& name) const {
  if (slots_.empty()) return nullptr;
  if (sorted_) {
    const auto found = std::ranges::lower_bound(
        slots_, name.text, {},
        [this](std::uint32_t i) -> std::string_view { return (*exports_)[i].name; });
    if (found == slots_.end() || (*exports_)[*found].name != name.text) return nullptr;
    return &(*exports_)[*found];
  }
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = name.hash & mask;
  for (std::size_t probe = 0; probe <= longest_probe && slots_[slot] != 0; ++probe) {
    const wasm::ExportedSymbol& symbol = (*exports_)[slots_[slot] - 1];
    if (symbol.name == name.text) return &symbol;
    slot = (slot + 1) & mask;
  }
  return nullptr;
}

}  // namespace wheelaudit::loader
