// WA315 shadowed-symbol, WA316 over-exported, WA317 legalised-i64: what a module's exports say
// about how it was linked. Notes, all three.

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "linking.hpp"
#include "rules/findings.hpp"
#include "rules/rule_functions.hpp"

namespace wheelaudit {
namespace {

/// Above what extensions export on purpose: the largest such real wheel has some dozen; with
/// -sSIDE_MODULE=1 they have thousands.
constexpr std::size_t many_exports = 1'000;

using Names = std::unordered_set<std::string_view>;

/// C++ makes these in every module that needs them (typeinfo, vtables, inline functions) and means
/// them to be merged: the Itanium C++ ABI's vague linkage.
bool is_meant_to_merge(std::string_view name) {
  return name.starts_with("_Z") || name.starts_with("__clang_call_terminate");
}

/// Symbols that the module exports and asks for by address, while the runtime has them too: the
/// loader fills the address in with the runtime's.
std::vector<std::string> shadowed(const Target& target, std::size_t module,
                                  const SideModule& facts) {
  Names own;
  for (const ExportedSymbol& symbol : facts.exports) own.insert(symbol.name);
  Names seen;
  std::vector<std::string> names;
  const std::vector<ImportLinkage>& imports = target.linkages[module].back().imports;
  for (std::size_t i = 0; i < imports.size(); ++i) {
    const ImportedSymbol& import = facts.imports[i];
    const bool runtime = imports[i].resolution == Resolution::runtime_wasm ||
                         imports[i].resolution == Resolution::runtime_js;
    if (!runtime || imports[i].mismatch != Mismatch::none || import.kind != ExternalKind::global ||
        !own.contains(import.name) || is_meant_to_merge(import.name)) {
      continue;
    }
    if (seen.insert(import.name).second) names.push_back(import.name);
  }
  std::ranges::sort(names);
  return names;
}

bool is_for_loader(std::string_view name) {
  return name.starts_with("PyInit_") || name.starts_with("PyInitU_") ||
         name.starts_with("PyModExport_") || name.starts_with("__wasm_") ||
         name.starts_with("__em_js__") || name.starts_with("__start_em_") ||
         name.starts_with("__stop_em_");
}

/// What the modules of the wheel import from each other or from themselves.
Names asked_for(const Wheel& wheel) {
  Names names;
  for (const WheelModule& module : wheel.modules) {
    for (const ImportedSymbol& import : module.facts.imports) names.insert(import.name);
  }
  return names;
}

std::uint64_t number_size(std::uint64_t value) {
  std::uint64_t size = 1;
  while (value >>= 7) ++size;
  return size;
}

/// Of the export section: name with its length, kind, index.
std::uint64_t entry_size(const ExportedSymbol& symbol) {
  return number_size(symbol.name.size()) + symbol.name.size() + 1 + number_size(symbol.index);
}

bool is_legalised(std::string_view name) {
  return name.starts_with("dynCall_") || name.starts_with("orig$") ||
         name.starts_with("legalimport$") || name.starts_with("legalstub$");
}

}  // namespace

std::vector<Finding> shadowed_symbol(const RuleInput& input) {
  std::vector<Finding> findings;
  const Target& target = *input.target;
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    if (target.linkages[module].empty()) continue;
    const auto names = shadowed(target, module, input.wheel.modules[module].facts);
    if (names.empty()) continue;
    Finding finding = target_finding(target, "WA315", {target.judged.back()}, Consequence::style,
                                     input.wheel.modules[module].path);
    finding.message = fmt::format("{} {} exported here and the runtime's too", quoted_list(names),
                                  names.size() == 1 ? "is" : "are");
    finding.details.push_back(
        "through its address the module gets the runtime's, in direct calls its own: two copies");
    finding.help = "compile with -fvisibility=hidden, or rename the module's own";
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> over_exported(const RuleInput& input) {
  std::vector<Finding> findings;
  const Names asked = asked_for(input.wheel);
  for (const WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != ModuleKind::side_module || module.facts.init_functions().empty()) {
      continue;  // a library's exports are for others
    }
    std::size_t count = 0;
    std::uint64_t bytes = 0;
    for (const ExportedSymbol& symbol : module.facts.exports) {
      if (is_for_loader(symbol.name) || asked.contains(symbol.name)) continue;
      ++count;
      bytes += entry_size(symbol);
    }
    if (count < many_exports) continue;
    Finding finding = wheel_finding("WA316", Severity::note, Consequence::style, module.path);
    finding.message = fmt::format("exports {} symbols that nothing in this wheel asks for", count);
    finding.details.push_back(fmt::format(
        "their names take {} bytes, and the linker must keep all the code behind them", bytes));
    finding.help = "link with -sSIDE_MODULE=2, which keeps the init function and what it reaches";
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> legalised_i64(const RuleInput& input) {
  std::vector<Finding> findings;
  for (const WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != ModuleKind::side_module) continue;
    std::vector<std::string> names;
    for (const ExportedSymbol& symbol : module.facts.exports) {
      if (is_legalised(symbol.name)) names.push_back(symbol.name);
    }
    if (names.empty()) continue;
    Finding finding = wheel_finding("WA317", Severity::note, Consequence::style, module.path);
    finding.message = fmt::format("built without BigInt: {}", quoted_list(names, 3));
    finding.details.push_back(
        "64-bit integers cross its border as two halves, and every Pyodide from 0.21 on passes "
        "them "
        "whole");
    finding.help = "build with Emscripten 3.1.14 or newer, or with -sWASM_BIGINT";
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace wheelaudit
