// WA503 root-is-purelib: the WHEEL file's `Root-Is-Purelib` against what the wheel holds (PEP 427).
// Pyodide has one folder for both kinds, so a wrong value works there today; elsewhere native code
// is installed among pure Python files. z3_solver 5.3.3.0 on PyPI has it wrong.

#include <fmt/format.h>

#include <algorithm>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// A module of this or another platform; `.wasm` files that no loader opens are data.
bool is_native_code(const wheel::WheelModule& module) {
  if (module.facts.kind == wasm::ModuleKind::side_module) return true;
  return !module.path.ends_with(".wasm");
}

Finding disagreement(const RuleInput& input, Severity severity) {
  Finding finding = wheel_finding(
      "WA503"_rule, severity, severity == Severity::note ? Consequence::style : Consequence::latent,
      input.wheel.dist_info.directory + "/WHEEL");
  finding.repairable = true;
  finding.help = fmt::format("wheelaudit repair {}", file_name_of(input.wheel));
  return finding;
}

bool only_any(const std::vector<wheel::Tag>& tags) {
  return !tags.empty() &&
         std::ranges::all_of(tags, [](const wheel::Tag& tag) { return tag.platform == "any"; });
}

}  // namespace

void root_is_purelib(const RuleInput& input, FindingSink& findings) {
  const wheel::Wheel& wheel = input.wheel;
  if (wheel.bare_module || !wheel.dist_info.has_wheel) return;
  const auto native = std::ranges::find_if(wheel.modules, is_native_code);
  const bool has_native = native != wheel.modules.end();
  const auto& value = wheel.dist_info.root_is_purelib;
  if (!value) {
    Finding finding = disagreement(input, Severity::warning);
    finding.message = "Root-Is-Purelib is neither true nor false";
    finding.expected = has_native ? "false" : "true";
    const auto text = wheel.dist_info.wheel.get("Root-Is-Purelib");
    finding.found = text ? std::string(*text) : std::string("none");
    findings.add(std::move(finding));
    return;
  }
  if (*value && has_native) {
    Finding finding = disagreement(input, Severity::warning);
    finding.expected = "false";
    finding.found = "true";
    finding.message =
        say("Root-Is-Purelib is {}, and the wheel holds native code", the_found(finding));
    finding.details.push_back(fmt::format("native code: `{}`", native->path));
    findings.add(std::move(finding));
    return;
  }
  if (!*value && !has_native && only_any(wheel.tags())) {
    Finding finding = disagreement(input, Severity::note);
    finding.expected = "true";
    finding.found = "false";
    finding.message =
        say("Root-Is-Purelib is {}, and the wheel is pure Python", the_found(finding));
    findings.add(std::move(finding));
    return;
  }
}

}  // namespace wheelaudit::rules
