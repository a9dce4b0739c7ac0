#pragma once

#include "wasm/call_graph.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::loader {

/// Whether two instances of the module can differ in anything: it has data of its own, or runs code
/// at load (docs/design/sessions.md#keys).
inline bool keeps_state(const wasm::SideModule& facts) {
  return (facts.dylink && facts.dylink->memory_size > 0) || wasm::runs_at_load(facts);
}

}  // namespace wheelaudit::loader
