// Bindings by release: a module is mostly bound alike on all releases of an ABI, so each value is
// kept once, with a place per release.

#include <algorithm>
#include <utility>

#include "loader/link.hpp"

namespace wheelaudit::loader {

const ModuleBindings& BindingsByRelease::operator[](std::size_t i) const {
  static const ModuleBindings none;
  return places_.empty() ? none : distinct_[places_[i]];
}

void BindingsByRelease::rebind(std::size_t i, std::span<const Rebinding> imports) {
  const std::uint8_t place = places_[i];
  const bool is_done = std::ranges::all_of(imports, [&](const Rebinding& wanted) {
    return distinct_[place].imports[wanted.import] == wanted.binding;
  });
  if (is_done) return;
  ModuleBindings changed = distinct_[place];
  for (const Rebinding& wanted : imports) changed.imports[wanted.import] = wanted.binding;
  const bool is_shared = std::ranges::count(places_, place) > 1;
  if (!is_shared) {
    distinct_[place] = std::move(changed);
    return;
  }
  const auto same = std::ranges::find(distinct_, changed);
  places_[i] = static_cast<std::uint8_t>(same - distinct_.begin());
  if (same == distinct_.end()) distinct_.push_back(std::move(changed));
}

void BindingsByRelease::push_back(ModuleBindings bindings) {
  places_.push_back(static_cast<std::uint8_t>(distinct_.size()));
  distinct_.push_back(std::move(bindings));
  ++count_;
}

void BindingsByRelease::push_back_same_as(std::size_t i) {
  places_.push_back(places_[i]);
  ++count_;
}

}  // namespace wheelaudit::loader
