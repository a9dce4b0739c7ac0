// WA205 extension-suffix: a side module whose file name CPython of the profile does not import, so
// that a clean install ends in "No module named 'pkg._core'" (PEP 3149, importlib's
// EXTENSION_SUFFIXES). Only the name is judged here: foreign content is WA201, and when the name
// names another CPython version, the content is of that version too, which a new name would hide.

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/path.hpp"
#include "loader/module_name.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// Only the name is wrong: the module is for this Python (or, with `.abi3…`, for any), it exports
/// its init function, and no module needs the file by its present name.
bool is_right_inside(const wheel::WheelModule& module, const loader::ModuleName& name,
                     const profile::AbiProfile& profile,
                     const std::unordered_set<std::string_view>& needed) {
  if (name.suffix.ends_with(".pyd") || !module.facts.sound()) return false;
  if (!loader::is_for_python(name.suffix, profile)) return false;
  const std::string file = fmt::format("{}{}", name.stem, name.suffix);
  return !needed.contains(file) &&
         module.facts.find_export(loader::init_function_name(name.import_name())) != nullptr;
}

Finding describe(const RuleInput& input, const wheel::WheelModule& module,
                 const loader::ModuleName& name, bool repairable) {
  const profile::AbiProfile& profile = *input.target->profile;
  const std::string wanted = loader::right_suffix(input.wheel, profile);
  const std::string python = loader::suffix_python(name.suffix);
  Finding finding = target_finding(*input.target, "WA205"_rule, input.target->judged,
                                   Consequence::load, module.path);
  finding.repairable = repairable;
  finding.expected = fmt::format("{}{}", name.stem, wanted);
  finding.found = fmt::format("{}{}", name.stem, name.suffix);
  finding.message = say("CPython {} does not import files that end in {}", profile.python,
                        quoted(mention(finding, name.suffix)));
  finding.details.push_back(fmt::format(
      "the install succeeds, then: \"No module named …\" for `{}`", name.import_name()));
  if (finding.repairable) {
    finding.help = fmt::format("wheelaudit repair {}", file_name_of(input.wheel));
  } else if (python.empty() || python == profile.python) {
    finding.help =
        fmt::format("build it with Emscripten for CPython {}, as `{}` with `{}`", profile.python,
                    finding.expected, loader::init_function_name(name.import_name()));
  } else if (loader::claims_stable_abi(input.wheel)) {
    finding.help = fmt::format(
        "the wheel claims the stable ABI: if the module was built with Py_LIMITED_API, call it "
        "`{}.abi3.so`; else tag the wheel for CPython {} alone",
        name.stem, python);
  } else {
    finding.help =
        fmt::format("it was built for CPython {}: build it for {}", python, profile.python);
  }
  return finding;
}

/// A file that the wheel does not need: a module of the same name stands beside it, or nothing
/// shows that it is meant to be imported.
Finding describe_left_over(const RuleInput& input, const wheel::WheelModule& module,
                           const loader::ModuleName& name, bool has_twin) {
  Finding finding = target_finding(*input.target, "WA205"_rule, input.target->judged,
                                   Consequence::style, module.path);
  finding.message = say("CPython {} does not import files that end in {}",
                        input.target->profile->python, quoted(mention(finding, name.suffix)));
  finding.details.push_back(has_twin
                                ? "another file of this wheel is imported in its place"
                                : "it has no PyInit function: a library, opened by its file name");
  return finding;
}

/// A module of an abi3 wheel that only one CPython version imports, by chance that of the profile.
Finding describe_narrow(const RuleInput& input, const wheel::WheelModule& module,
                        const loader::ModuleName& name) {
  Finding finding = target_finding(*input.target, "WA205"_rule, input.target->judged,
                                   Consequence::style, module.path);
  finding.message = fmt::format("the wheel claims the stable ABI, the file is for CPython {} alone",
                                loader::suffix_python(name.suffix));
  finding.expected = fmt::format("{}.abi3.so", name.stem);
  finding.found = fmt::format("{}{}", name.stem, name.suffix);
  finding.help = "build it with Py_LIMITED_API, or tag the wheel for this version alone";
  return finding;
}

/// What stands between the stem and `.so`, when CPython knows no such suffix: ".foo.so" of
/// `_core.foo.so`; empty for other names. `libx.so.1` and `libx.1.2.so` without an init function
/// are libraries.
std::string_view unknown_suffix(const RuleInput& input, const wheel::WheelModule& module,
                                const loader::ModuleName& name) {
  const std::string_view file = last_component(module.path);
  const std::size_t dot = file.find('.');
  if (name.kind != loader::ModuleName::Kind::other || !file.ends_with(".so") || dot == 0) return {};
  const std::string_view suffix = file.substr(dot);
  const bool imported = input.wheel.import_of(module.path) != nullptr;
  const bool extension = !module.facts.sound() || !module.facts.init_functions().empty();
  return extension || imported ? suffix : std::string_view();
}

Finding describe_unknown(const RuleInput& input, const wheel::WheelModule& module,
                         std::string_view suffix, bool has_twin) {
  const profile::AbiProfile& profile = *input.target->profile;
  const std::string_view file = last_component(module.path);
  const std::string_view stem = file.substr(0, file.size() - suffix.size());
  Finding finding = target_finding(*input.target, "WA205"_rule, input.target->judged,
                                   has_twin ? Consequence::style : Consequence::load, module.path);
  finding.message =
      fmt::format("CPython {} does not import files that end in `{}`", profile.python, suffix);
  if (has_twin) {
    finding.details.emplace_back("another file of this wheel is imported in its place");
    return finding;
  }
  finding.expected = fmt::format("{}{}", stem, loader::right_suffix(input.wheel, profile));
  finding.found = file;
  finding.details.push_back(
      fmt::format("the install succeeds, then: \"No module named …\" for `{}`", stem));
  finding.help =
      fmt::format("call it `{}`, with `{}`", finding.expected, loader::init_function_name(stem));
  return finding;
}

}  // namespace

void extension_suffix(const RuleInput& input, FindingSink& findings) {
  const profile::AbiProfile& profile = *input.target->profile;
  const auto importable = loader::importable_modules(input.wheel, profile);
  const auto needed = loader::needed_file_names(input.wheel);
  const bool abi3 = loader::claims_stable_abi(input.wheel);
  for (const wheel::WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != wasm::ModuleKind::side_module) continue;
    const loader::ModuleName name = loader::module_name(module.path, profile);
    const bool own = name.kind == loader::ModuleName::Kind::importable;
    if (own && abi3 && loader::suffix_python(name.suffix) == profile.python) {
      findings.add(describe_narrow(input, module, name));
    }
    const std::string_view suffix = unknown_suffix(input, module, name);
    if (!suffix.empty() && !needed.contains(last_component(module.path))) {
      const std::string path = module.path.substr(0, module.path.size() - suffix.size());
      findings.add(describe_unknown(input, module, suffix, importable.contains(path)));
    }
    if (name.kind != loader::ModuleName::Kind::foreign) continue;
    const bool twin = importable.contains(name.module_path());
    const bool library = module.facts.sound() && module.facts.init_functions().empty();
    findings.add(twin || library ? describe_left_over(input, module, name, twin)
                                 : describe(input, module, name,
                                            !input.wheel.bare_module &&
                                                is_right_inside(module, name, profile, needed)));
  }
}

}  // namespace wheelaudit::rules
