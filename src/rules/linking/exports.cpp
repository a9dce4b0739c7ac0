// WA315 shadowed-symbol, WA316 over-exported, WA317 legalised-i64: what a module's exports say
// about how it was linked. Notes, all three.

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// Above what extensions export on purpose: the largest such real wheel has some dozen; with
/// -sSIDE_MODULE=1 they have thousands.
constexpr std::size_t many_exports = 1'000;

/// C++ makes these in every module that needs them (typeinfo, vtables, inline functions) and means
/// them to be merged: the Itanium C++ ABI's vague binding.
bool is_meant_to_merge(std::string_view name) {
  return name.starts_with("_Z") || name.starts_with("__clang_call_terminate");
}

/// Symbols that the module exports and asks for by address, while the runtime has them too: the
/// loader gives the module the runtime's address.
std::vector<std::string> shadowed(const RuleInput& input, std::size_t module) {
  const loader::Target& target = *input.target;
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  std::vector<std::string> names;
  const std::vector<loader::Binding>& imports = target.bindings[module].back().imports;
  for (std::size_t i = 0; i < imports.size(); ++i) {
    const wasm::ImportedSymbol& import = facts.imports[i];
    const bool runtime = imports[i].resolution == loader::Resolution::runtime_wasm ||
                         imports[i].resolution == loader::Resolution::runtime_js;
    if (!runtime || imports[i].mismatch != loader::Mismatch::none ||
        import.kind != wasm::ExternalKind::global ||
        input.index.own_exports[module][i] == nullptr || is_meant_to_merge(import.name)) {
      continue;
    }
    names.push_back(import.name);
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  return names;
}

bool is_for_loader(std::string_view name) {
  return name.starts_with("PyInit_") || name.starts_with("PyInitU_") ||
         name.starts_with("PyModExport_") || name.starts_with("__wasm_") ||
         name.starts_with("__em_js__") || name.starts_with("__start_em_") ||
         name.starts_with("__stop_em_");
}

/// Whether the module can be over-exported. Exports of a library are for other modules.
bool is_extension_of_many(const wheel::WheelModule& module) {
  return module.facts.kind == wasm::ModuleKind::side_module &&
         module.facts.exports.size() >= many_exports && !module.facts.init_functions().empty();
}

/// What the modules of the wheel import, but for one of them.
std::unordered_set<std::string_view> asked_for(const wheel::Wheel& wheel, std::size_t but_for) {
  std::unordered_set<std::string_view> names;
  for (std::size_t m = 0; m < wheel.modules.size(); ++m) {
    if (m == but_for) continue;
    for (const wasm::ImportedSymbol& import : wheel.modules[m].facts.imports)
      names.insert(import.name);
  }
  return names;
}

/// Which exports a module itself imports.
std::vector<bool> asked_by_itself(const RuleInput& input, std::size_t module) {
  const std::vector<wasm::ExportedSymbol>& exports = input.wheel.modules[module].facts.exports;
  std::vector<bool> asked(exports.size(), false);
  for (const wasm::ExportedSymbol* symbol : input.index.own_exports[module]) {
    if (symbol != nullptr) asked[static_cast<std::size_t>(symbol - exports.data())] = true;
  }
  return asked;
}

/// Bytes of the number in LEB128.
std::uint64_t number_size(std::uint64_t value) {
  std::uint64_t size = 1;
  while (value >>= 7) ++size;
  return size;
}

/// Bytes of one entry of the export section: name with its length, kind, index.
std::uint64_t entry_size(const wasm::ExportedSymbol& symbol) {
  return number_size(symbol.name.size()) + symbol.name.size() + 1 + number_size(symbol.index);
}

bool is_legalised(std::string_view name) {
  return name.starts_with("dynCall_") || name.starts_with("orig$") ||
         name.starts_with("legalimport$") || name.starts_with("legalstub$");
}

}  // namespace

void shadowed_symbol(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    if (target.bindings[module].empty()) continue;
    const auto names = shadowed(input, module);
    if (names.empty()) continue;
    Finding finding = target_finding(target, "WA315"_rule, {target.judged.back()},
                                     Consequence::style, input.wheel.modules[module].path);
    finding.message = fmt::format("{} {} exported here and the runtime's too", quoted_list(names),
                                  names.size() == 1 ? "is" : "are");
    finding.details.push_back(
        "through its address the module gets the runtime's, in direct calls its own: two copies");
    finding.help = "compile with -fvisibility=hidden, or rename the module's own";
    findings.add(std::move(finding));
  }
}

void over_exported(const RuleInput& input, FindingSink& findings) {
  const std::vector<wheel::WheelModule>& modules = input.wheel.modules;
  std::vector<std::size_t> large;
  for (std::size_t m = 0; m < modules.size(); ++m) {
    if (is_extension_of_many(modules[m])) large.push_back(m);
  }
  if (large.empty()) return;
  // With one large module, `asked` leaves its own imports to `by_itself`; with several, one set of
  // all modules' imports serves for each of them.
  const auto asked = asked_for(input.wheel, large.size() == 1 ? large[0] : modules.size());
  for (const std::size_t m : large) {
    const wheel::WheelModule& module = modules[m];
    const std::vector<wasm::ExportedSymbol>& exports = module.facts.exports;
    const std::vector<bool> by_itself = asked_by_itself(input, m);
    std::size_t count = 0;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < exports.size(); ++i) {
      const wasm::ExportedSymbol& symbol = exports[i];
      if (is_for_loader(symbol.name) || by_itself[i] || asked.contains(symbol.name)) continue;
      ++count;
      bytes += entry_size(symbol);
    }
    if (count < many_exports) continue;
    Finding finding = wheel_finding("WA316"_rule, Severity::note, Consequence::style, module.path);
    finding.message = fmt::format("exports {} symbols that nothing in this wheel asks for", count);
    finding.details.push_back(fmt::format(
        "their names take {} bytes, and the linker must keep all the code behind them", bytes));
    finding.help = "link with -sSIDE_MODULE=2, which keeps the init function and what it reaches";
    findings.add(std::move(finding));
  }
}

void legalised_i64(const RuleInput& input, FindingSink& findings) {
  for (const wheel::WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != wasm::ModuleKind::side_module) continue;
    std::vector<std::string> names;
    for (const wasm::ExportedSymbol& symbol : module.facts.exports) {
      if (is_legalised(symbol.name)) names.push_back(symbol.name);
    }
    if (names.empty()) continue;
    Finding finding = wheel_finding("WA317"_rule, Severity::note, Consequence::style, module.path);
    finding.message = fmt::format("built without BigInt: {}", quoted_list(names, 3));
    finding.details.push_back(
        "64-bit integers cross its border as two halves, and every Pyodide from 0.21 on passes "
        "them "
        "whole");
    finding.help = "build with Emscripten 3.1.14 or newer, or with -sWASM_BIGINT";
    findings.add(std::move(finding));
  }
}

}  // namespace wheelaudit::rules
