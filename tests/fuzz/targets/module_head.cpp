// A module's head: reading it from the whole file and from the prefix that `head_size` asks for
// gives the same facts.

#include <algorithm>

#include "checks.hpp"
#include "targets.hpp"
#include "wasm/sections.hpp"

namespace wheelaudit::fuzz {
namespace {

/// Asks for more bytes until the head's size is known, as module_reading.cpp does.
std::uint64_t size_of_head(Bytes module) {
  for (std::size_t have = 16;; have *= 4) {
    const Bytes prefix = module.first(std::min(have, module.size()));
    const auto size = wasm::head_size(prefix, module.size());
    require(!size || *size <= module.size(), "the head lies within the module");
    require(size || prefix.size() < module.size(), "the whole module is enough to tell");
    if (size) return *size;
  }
}

}  // namespace

void module_head(Bytes input) {
  const wasm::SideModule whole = wasm::read_side_module(input, wasm::Depth::head);
  require_sane(whole, input.size());
  require(!whole.code, "the head says nothing of bodies");
  require(whole.kind != wasm::ModuleKind::malformed || !whole.sound(), "malformed is not sound");

  const std::uint64_t size = size_of_head(input);
  const wasm::SideModule head = wasm::read_side_module_head(input.first(size), input.size());
  require_sane(head, input.size());
  // The rest of the file may have faults that the head's reader cannot see, but not the other way
  // round.
  if (!whole.sound()) return;
  require(head.sound(), "a sound module has a sound head");
  if (whole.format == "wasm") require(head_text(head) == head_text(whole), "the head is the same");
}

}  // namespace wheelaudit::fuzz
