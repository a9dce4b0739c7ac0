// WA201 not-wasm: ELF, Mach-O, PE, text or nothing where the loader or CPython expects a module.
// What follows differs by release (docs/design/linking.md#files-that-are-not-webassembly): up to
// 0.27 the package loader skips the file with a warning and its import fails, from 0.28 on the
// whole install aborts. Native code under its own native tag never comes here unless --profile asks
// for it (docs/design/verdicts.md#candidates).

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "loader/module_name.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// What the profile's releases do with one foreign file.
struct Reception {
  std::vector<std::size_t> refusing;                ///< releases whose install aborts
  profile::Outcome outcome = profile::Outcome::ok;  ///< the worst on `refusing`
};

Reception reception(const loader::Target& target, std::string_view path) {
  Reception result;
  if (!loader::is_preloaded(path, *target.profile)) return result;
  for (const std::size_t release : target.judged) {
    const profile::Outcome outcome = target.profile->runtimes[release].loader.not_wasm;
    if (outcome == profile::Outcome::ok) continue;
    result.refusing.push_back(release);
    result.outcome = loader::worst(result.outcome, outcome);
  }
  return result;
}

bool has_side_module(const wheel::Wheel& wheel) {
  return std::ranges::any_of(wheel.modules, [](const wheel::WheelModule& module) {
    return module.facts.kind == wasm::ModuleKind::side_module;
  });
}

/// The suffix names another CPython: the file belongs to another build of the package.
bool is_of_other_python(const loader::ModuleName& name, const profile::AbiProfile& profile) {
  const std::string python = loader::suffix_python(name.suffix);
  return !python.empty() && python != profile.python;
}

/// Nothing can load or import the file, and its name or the wheel's other files say that something
/// should.
bool is_missed(const wheel::Wheel& wheel, const wheel::WheelModule& module,
               const profile::AbiProfile& profile,
               const std::unordered_set<std::string>& importable) {
  const loader::ModuleName name = loader::module_name(module.path, profile);
  if (importable.contains(name.module_path())) return false;
  if (is_of_other_python(name, profile) && has_side_module(wheel) && wheel.sources_read() &&
      wheel.import_of(module.path) == nullptr) {
    return false;
  }
  if (name.kind != loader::ModuleName::Kind::other || loader::is_preloaded(module.path, profile))
    return true;
  return !module.path.ends_with(".wasm") && !has_side_module(wheel);
}

Finding aborting(const loader::Target& target, const wheel::WheelModule& module,
                 const Reception& received) {
  Finding finding = target_finding(target, "WA201"_rule, received.refusing,
                                   consequence_of(received.outcome), module.path);
  finding.details.push_back(fmt::format(
      "{} {} on it, and the whole install ends: \"Failed to load dynamic library …. We "
      "probably just tried to load a linux .so file or something\"",
      releases_text(*target.profile, received.refusing), verb(received.refusing, "stops", "stop")));
  return finding;
}

Finding not_importable(const loader::Target& target, const wheel::WheelModule& module) {
  Finding finding =
      target_finding(target, "WA201"_rule, target.judged, Consequence::load, module.path);
  finding.details.push_back(
      loader::is_preloaded(module.path, *target.profile)
          ? "installing skips it with a warning, and whatever imports or opens it fails: \"need to "
            "see wasm magic number\""
          : "no Python of this profile can import or open it: \"No module named …\"");
  return finding;
}

Finding left_over(const loader::Target& target, const wheel::WheelModule& module) {
  const bool preloaded = loader::is_preloaded(module.path, *target.profile);
  Finding finding =
      target_finding(target, "WA201"_rule, target.judged,
                     preloaded ? Consequence::latent : Consequence::style, module.path);
  finding.details.push_back(preloaded ? "installing skips it with a warning"
                                      : "nothing on this runtime loads it");
  return finding;
}

}  // namespace

void not_wasm(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  const auto importable = loader::importable_modules(input.wheel, *target.profile);
  for (const wheel::WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != wasm::ModuleKind::not_wasm) continue;
    const Reception received = reception(target, module.path);
    const bool missed = is_missed(input.wheel, module, *target.profile, importable);
    Finding finding = !received.refusing.empty() ? aborting(target, module, received)
                      : missed                   ? not_importable(target, module)
                                                 : left_over(target, module);
    finding.expected = "wasm";
    finding.found = module.facts.format;
    finding.message = say("not WebAssembly but {}", the_found(finding));
    finding.help = missed ? "build it with Emscripten (pyodide build, cibuildwheel --platform "
                            "pyodide): a step of the build called the host's compiler"
                          : "drop the file: it is of no use on this runtime";
    findings.add(std::move(finding));
  }
}

}  // namespace wheelaudit::rules
