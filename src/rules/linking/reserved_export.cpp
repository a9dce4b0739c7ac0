// WA321 reserved-export: an export of a name that the loader of a release, or JavaScript, keeps for
// itself (docs/design/linking.md#reserved-exports). Which kinds and names they are is data of the
// profile: each was exported by a small module and loaded.

#include <fmt/format.h>

#include <map>

#include "loader/module_name.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// What the releases do with an export of this kind and name.
struct Breakage {
  std::vector<std::size_t> releases;
  profile::Outcome outcome = profile::Outcome::ok;
};

using Breakages = std::map<const wasm::ExportedSymbol*, Breakage>;

Breakages breakages_of(const RuleInput& input, std::size_t module) {
  Breakages found;
  const bool is_imported =
      loader::init_export(input.wheel.modules[module], *input.target->profile) != nullptr;
  for (const std::size_t release : input.target->judged) {
    for (const auto& reserved : input.target->profile->runtimes[release].loader.reserved()) {
      const wasm::ExportedSymbol* symbol = loader::export_of(input.index, module, reserved.name);
      if (symbol == nullptr || wasm::external_kind_name(symbol->kind) != reserved.kind) continue;
      if (reserved.only_imported && !is_imported) continue;
      Breakage& breakage = found[symbol];
      breakage.releases.push_back(release);
      breakage.outcome = loader::worst(breakage.outcome, reserved.outcome);
    }
  }
  return found;
}

std::string_view what_happens(const wasm::ExportedSymbol& symbol, profile::Outcome outcome) {
  if (symbol.name == "then") {
    return "JavaScript takes the module's exports for a promise and waits for it: loadPackage "
           "never "
           "returns";
  }
  return outcome == profile::Outcome::poison
             ? "the load fails, and so does every later load of a library in that session"
             : "the module cannot be loaded";
}

Finding describe(const loader::Target& target, const wheel::WheelModule& module,
                 const wasm::ExportedSymbol& symbol, const Breakage& breakage) {
  Finding finding = target_finding(target, "WA321"_rule, breakage.releases,
                                   consequence_of(breakage.outcome), module.path);
  finding.symbol = symbol.name;
  finding.found = fmt::format("a {}", wasm::external_kind_name(symbol.kind));
  finding.message = say("exports a {} under the reserved name {}",
                        wasm::external_kind_name(symbol.kind), the_symbol(finding));
  finding.details.push_back(fmt::format("{}: {}", releases_text(*target.profile, breakage.releases),
                                        what_happens(symbol, breakage.outcome)));
  finding.help =
      symbol.kind == wasm::ExternalKind::memory || symbol.kind == wasm::ExternalKind::table
          ? "link without exporting it again (no --export-memory, no --export-table)"
          : "rename it, or keep it out of the exports (-fvisibility=hidden, "
            "-sSIDE_MODULE=2)";
  return finding;
}

}  // namespace

void reserved_export(const RuleInput& input, FindingSink& findings) {
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    if (input.wheel.modules[module].facts.kind != wasm::ModuleKind::side_module) continue;
    // Exports of one module lie in one array, so the map is in their order.
    for (const auto& [symbol, breakage] : breakages_of(input, module))
      findings.add(describe(*input.target, input.wheel.modules[module], *symbol, breakage));
  }
}

}  // namespace wheelaudit::rules
