// A whole module with its function bodies. Two readings agree; a module that the full reading
// accepts has the same head facts in both; a stripped module is still sound.

#include <algorithm>

#include "checks.hpp"
#include "targets.hpp"
#include "wasm/call_graph.hpp"
#include "wasm/rewrite.hpp"

namespace wheelaudit::fuzz {
namespace {

void require_sane_code(const wasm::SideModule& module) {
  const wasm::CodeFacts& code = *module.code;
  const std::uint32_t functions = module.imported_functions + module.defined_functions;
  require(code.rows.size() == std::size_t{module.defined_functions} + 1 &&
              std::ranges::is_sorted(code.rows) && code.rows.back() == code.callees.size(),
          "every function has its row of calls");
  require(
      std::ranges::all_of(code.callees, [&](std::uint32_t callee) { return callee < functions; }),
      "calls lead to functions");
  for (const wasm::PythonFunction& function : code.python) {
    require(function.function < functions, "Python calls functions of the module");
  }
  const auto reached = wasm::reached_at_load(module);
  require(reached.has_value() && std::ranges::all_of(*reached,
                                                     [&](std::uint32_t import) {
                                                       return import < module.imported_functions;
                                                     }),
          "what is reached at load are imports");
}

void require_strips(Bytes input, const wasm::SideModule& module) {
  const auto stripped = wasm::rewrite_module(input, module, {.strip = true});
  require(stripped && stripped->size() + wasm::strippable_size(module) == input.size(),
          "stripping saves what was promised");
  const wasm::SideModule after = wasm::read_side_module(*stripped, wasm::Depth::full);
  require(after.sound() && head_text(after).substr(head_text(after).find('\n')) ==
                               head_text(module).substr(head_text(module).find('\n')),
          "stripping changes nothing a loader sees");
}

}  // namespace

void module_full(Bytes input) {
  const wasm::SideModule module = wasm::read_side_module(input, wasm::Depth::full);
  require_sane(module, input.size());
  if (choice(input) % 8 == 0) {
    require(facts_text(module) == facts_text(wasm::read_side_module(input, wasm::Depth::full)),
            "two readings agree");
  }
  const wasm::SideModule head = wasm::read_side_module(input, wasm::Depth::head);
  if (!module.sound()) return;
  require(head.sound() && head_text(head) == head_text(module), "a sound module has that head");
  if (module.kind != wasm::ModuleKind::side_module) return;
  if (module.code) require_sane_code(module);
  require_strips(input, module);
}

}  // namespace wheelaudit::fuzz
