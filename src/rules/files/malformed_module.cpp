// WA204 malformed-module: what the reader of modules found wrong, one finding per fault, and sizes
// in the dylink section that no runtime could give. WA311 feature: encodings newer than our reader,
// which are "not understood" and never malformed (docs/design/modules.md#not-understood). Both are
// the same for every profile, except sizes. A module with a fault is never skipped
// (docs/design/safety.md#promise-9).

#include <fmt/format.h>

#include <algorithm>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

bool has_fault(const wasm::SideModule& facts, wasm::ModuleFaultKind kind) {
  return std::ranges::find(facts.faults, kind, &wasm::ModuleFault::kind) != facts.faults.end();
}

/// A file of a name that loaders open by themselves; others (`.wasm`) are data to them.
bool is_loaded(const wheel::Wheel& wheel, const wheel::WheelModule& module) {
  return wheel.bare_module || wheel::is_preloaded_name(module.path);
}

Finding fault_finding(const wheel::Wheel& wheel, const wheel::WheelModule& module,
                      const wasm::ModuleFault& fault) {
  const bool loaded = is_loaded(wheel, module);
  Finding finding =
      fault.kind == wasm::ModuleFaultKind::note
          ? wheel_finding("WA204"_rule, Severity::note, Consequence::style, module.path)
      : loaded ? wheel_finding("WA204"_rule, Severity::error, Consequence::load, module.path)
               : wheel_finding("WA204"_rule, Severity::warning, Consequence::latent, module.path);
  finding.message = fault.message;
  finding.place.offset = fault.offset;
  if (fault.function) finding.details.push_back(fmt::format("in function {}", *fault.function));
  if (fault.kind == wasm::ModuleFaultKind::note) {
    finding.details.push_back("engines ignore this section");
  } else {
    finding.details.push_back(loaded ? "engines refuse the module: the load fails"
                                     : "no loader opens a file of this name by itself: data");
    finding.help = "the file is damaged or was made by a faulty tool: build or download it again";
  }
  return finding;
}

std::optional<Finding> too_large(const loader::Target& target, const wheel::WheelModule& module,
                                 std::string_view what, std::uint64_t asked,
                                 std::uint64_t (*left)(const profile::Runtime&)) {
  std::vector<std::size_t> refusing;
  std::uint64_t most = 0;
  for (const std::size_t release : target.judged) {
    const std::uint64_t here = left(target.profile->runtimes[release]);
    if (asked <= here) continue;
    refusing.push_back(release);
    most = std::max(most, here);
  }
  if (refusing.empty()) return std::nullopt;
  Finding finding = target_finding(target, "WA204"_rule, refusing, Consequence::load, module.path);
  finding.place.offset = module.facts.dylink->section_offset;
  finding.expected = fmt::format("at most {}", most);
  finding.found = fmt::format("{}", asked);
  finding.message = say("the dylink section asks for {} {}, more than the runtime can give",
                        the_found(finding), what);
  finding.details.push_back(fmt::format("{} {} the load", releases_text(*target.profile, refusing),
                                        verb(refusing, "fails", "fail")));
  finding.help = "the section is damaged, or a static array is far too large";
  return finding;
}

void add_sizes(const RuleInput& input, const wheel::WheelModule& module, FindingSink& findings) {
  if (module.facts.kind != wasm::ModuleKind::side_module || !module.facts.dylink) return;
  const wasm::DylinkInfo& dylink = *module.facts.dylink;
  for (const loader::Target& target : input.targets) {
    if (auto finding =
            too_large(target, module, "bytes of memory", dylink.memory_size, loader::memory_left)) {
      findings.add(std::move(*finding));
    }
    if (auto finding =
            too_large(target, module, "table elements", dylink.table_size, loader::elements_left)) {
      findings.add(std::move(*finding));
    }
  }
}

}  // namespace

void malformed_module(const RuleInput& input, FindingSink& findings) {
  for (const wheel::WheelModule& module : input.wheel.modules) {
    for (const wasm::ModuleFault& fault : module.facts.faults) {
      if (fault.kind == wasm::ModuleFaultKind::malformed ||
          fault.kind == wasm::ModuleFaultKind::note) {
        findings.add(fault_finding(input.wheel, module, fault));
      }
    }
    // Fail closed: the module is malformed, and the reader names no fault.
    const bool unexplained =
        module.facts.kind == wasm::ModuleKind::malformed && module.facts.sound();
    if (unexplained) {
      findings.add(fault_finding(input.wheel, module,
                                 {.kind = wasm::ModuleFaultKind::malformed,
                                  .message = "this module cannot be read",
                                  .offset = {},
                                  .function = {},
                                  .option = {}}));
    }
    if (!has_fault(module.facts, wasm::ModuleFaultKind::malformed))
      add_sizes(input, module, findings);
  }
}

}  // namespace wheelaudit::rules
