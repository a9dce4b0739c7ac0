// WA310 mixed-exceptions: an exception is caught only by code of the model and the tag that it was
// thrown with. Two models in one module or one wheel come from a static library or a member built
// with other flags; what fails because of them is WA308's error; this rule names the cause. A tag
// of the module's own is an error by itself: `__cxa_throw` is the main module's and throws with the
// main module's tag.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "loader/libraries.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

std::string_view model_words(wasm::ExceptionModel model) {
  switch (model) {
    case wasm::ExceptionModel::js:
      return "JavaScript exceptions";
    case wasm::ExceptionModel::wasm_legacy:
      return "wasm exceptions";
    case wasm::ExceptionModel::wasm_exnref:
      return "wasm exceptions with exnref";
    case wasm::ExceptionModel::mixed:
      return "several";
    case wasm::ExceptionModel::none:
      break;
  }
  return "none";
}

std::string one_model_help() {
  return "compile and link everything that goes into this wheel, static libraries too, with the "
         "same "
         "exception flags";
}

std::optional<Finding> own_tag(const loader::Target& target, const wheel::WheelModule& module) {
  std::vector<std::size_t> affected;
  for (const std::size_t release : target.judged) {
    if (loader::has_foreign_exception_tag(target.profile->runtimes[release].loader, module.facts)) {
      affected.push_back(release);
    }
  }
  if (affected.empty() || module.facts.kind != wasm::ModuleKind::side_module) return std::nullopt;
  Finding finding = target_finding(target, "WA310"_rule, affected, Consequence::call, module.path);
  finding.message = "the module catches exceptions with a tag of its own";
  finding.expected = "the tag import `env.__cpp_exception`";
  finding.found = "a tag that the module defines";
  finding.details.push_back(fmt::format(
      "`__cxa_throw` of {} throws with the runtime's tag: no catch in this module sees it, and the "
      "process dies",
      releases_text(*target.profile, affected)));
  finding.help =
      "link as a side module without a C++ runtime of its own (-sSIDE_MODULE=2, no libunwind or "
      "libc++abi on the link line)";
  return finding;
}

/// Both models in one module, as its imports and instructions show.
std::optional<Finding> within_module(const loader::Target& target,
                                     const wheel::WheelModule& module) {
  const wasm::SideModule& facts = module.facts;
  if (facts.kind != wasm::ModuleKind::side_module ||
      facts.exceptions() != wasm::ExceptionModel::mixed) {
    return std::nullopt;
  }
  Finding finding =
      target_finding(target, "WA310"_rule, target.judged, Consequence::style, module.path);
  const bool both_opcodes = facts.code && facts.code->legacy_try && facts.code->exnref_try;
  finding.message = both_opcodes ? "`try_table` and the legacy `try` stand in one module"
                                 : "JavaScript and wasm exceptions are mixed in one module";
  finding.details.push_back(both_opcodes
                                ? "engines refuse a module that has both"
                                : "an exception thrown in one way is not caught in the other");
  finding.help = one_model_help();
  return finding;
}

std::optional<Finding> between_modules(const RuleInput& input) {
  std::map<wasm::ExceptionModel, std::vector<std::string>> members;
  for (const wheel::WheelModule& module : input.wheel.modules) {
    const wasm::ExceptionModel model = module.facts.exceptions();
    const bool counts = module.facts.kind == wasm::ModuleKind::side_module &&
                        model != wasm::ExceptionModel::none && model != wasm::ExceptionModel::mixed;
    if (counts) members[model].push_back(module.path);
  }
  if (members.size() < 2) return std::nullopt;
  Finding finding =
      target_finding(*input.target, "WA310"_rule, input.target->judged, Consequence::style);
  finding.message = "the modules of this wheel were built for different exception models";
  for (const auto& [model, paths] : members) {
    finding.details.push_back(fmt::format("{}: {}", model_words(model), quoted_list(paths)));
  }
  finding.help = one_model_help();
  return finding;
}

}  // namespace

void mixed_exceptions(const RuleInput& input, FindingSink& findings) {
  for (const wheel::WheelModule& module : input.wheel.modules) {
    if (auto finding = own_tag(*input.target, module)) findings.add(*std::move(finding));
    if (auto finding = within_module(*input.target, module)) {
      findings.add(*std::move(finding));
    }
  }
  if (auto finding = between_modules(input)) findings.add(*std::move(finding));
}

}  // namespace wheelaudit::rules
