// Makes the matrix of runtimes. `links` is the worst outcome (outcome.cpp) of imports, modules and
// needed libraries, so a row says the same as the findings do.

#include "loader/matrix.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "wheel/python_tag.hpp"

namespace wheelaudit::loader {
namespace {

/// The "2025_0_wasm32" of `pyodide_2025_0_wasm32` or `pyemscripten_2025_0_wasm32` (PEP 783); empty
/// for other tags.
std::string_view platform_version(std::string_view tag) {
  for (const std::string_view prefix : {"pyodide_", "pyemscripten_"}) {
    if (tag.starts_with(prefix)) return tag.substr(prefix.size());
  }
  return {};
}

/// uv recognises a runtime by PYEMSCRIPTEN_PLATFORM_VERSION or PYODIDE_ABI_VERSION of its Python
/// (0.26 on). It takes both spellings of that version, but no tag `emscripten_X_Y_Z`; it does not
/// recognise older runtimes.
bool uv_takes(const profile::AbiProfile& profile, const wheel::Tag& tag) {
  return std::ranges::any_of(profile.tags, [&](const std::string& alias) {
    const std::string_view version = platform_version(alias);
    return !version.empty() && (tag.platform == "any" || platform_version(tag.platform) == version);
  });
}

/// pip ≥ 26.1 takes `emscripten_X_Y_Z`, which is how the runtime's sysconfig names its platform,
/// and `pyemscripten_*` where the runtime sets PYEMSCRIPTEN_PLATFORM_VERSION (from 0.29.4 on;
/// micropip reads the same variable). It never takes `pyodide_*` (docs/design/abis.md#installers).
void fill_installers(const wheel::Wheel& wheel, const profile::AbiProfile& profile,
                     const profile::Runtime& runtime, RuntimeRow& row) {
  for (wheel::Tag tag : wheel.tags()) {
    // Installers compare tags in lower case.
    tag = {.python = ascii_lower(tag.python),
           .abi = ascii_lower(tag.abi),
           .platform = ascii_lower(tag.platform)};
    if (!wheel::python_accepts(profile.python, tag.python, tag.abi)) continue;
    // An ABI tag of CPython goes with a platform: no installer makes `cp314-cp314-any`.
    if (tag.platform == "any" && tag.abi != "none") continue;
    const bool any = tag.platform == "any";
    const bool own =
        std::ranges::find(runtime.installer_tags, tag.platform) != runtime.installer_tags.end();
    row.micropip = row.micropip || any || own;
    row.pip = row.pip || any || (own && tag.platform.starts_with("pyemscripten_")) ||
              (profile.has_tag(tag.platform) && tag.platform.starts_with("emscripten_"));
    row.uv = row.uv || uv_takes(profile, tag);
  }
}

/// Counts symbols, not imports: a function and its address are one symbol, as in the findings.
void count_symbols(const Target& target, std::size_t module, std::size_t release, RuntimeRow& row) {
  for (const Problem& problem : target.problems[module]) {
    if (std::ranges::find(problem.releases, release) == problem.releases.end()) continue;
    if (problem.binding.mismatch != Mismatch::none) {
      ++row.mismatched;
    } else if (problem.binding.resolution != Resolution::library) {  // WA406
      ++row.unresolved;
    }
  }
}

}  // namespace

RuntimeRow installers_of(const wheel::Wheel& wheel, const profile::AbiProfile& profile,
                         const profile::Runtime& runtime) {
  RuntimeRow row{.profile = profile.id, .pyodide = runtime.version};
  fill_installers(wheel, profile, runtime, row);
  return row;
}

std::vector<RuntimeRow> runtime_rows(const wheel::Wheel& wheel, const Target& target) {
  std::vector<RuntimeRow> rows;
  const profile::AbiProfile& profile = *target.profile;
  // The outcome of a module itself takes reading all its exports and imports; releases that load
  // alike share it.
  std::vector<profile::Outcome> modules(wheel.modules.size());
  for (std::size_t r = 0; r < target.judged.size(); ++r) {
    const std::size_t release = target.judged[r];
    const profile::Runtime& runtime = profile.runtimes[release];
    RuntimeRow row{.profile = profile.id, .pyodide = runtime.version};
    fill_installers(wheel, profile, runtime, row);
    const profile::Runtime* before = r == 0 ? nullptr : &profile.runtimes[target.judged[r - 1]];
    const bool same = before != nullptr && load_alike(*before, runtime);
    for (std::size_t module = 0; module < wheel.modules.size(); ++module) {
      const ModuleBindings& bindings = target.bindings[module][r];
      if (!same || target.bindings[module][r - 1].leaves_unset != bindings.leaves_unset) {
        modules[module] =
            module_outcome(profile, runtime, wheel.modules[module], bindings.leaves_unset);
      }
      row.links = worst(row.links, modules[module]);
      for (const NeededBinding& needed : bindings.needed) {
        row.links = worst(row.links, needed_outcome(runtime.loader, needed));
      }
      count_symbols(target, module, release, row);
      for (const Problem& problem : target.problems[module]) {
        if (std::ranges::find(problem.releases, release) == problem.releases.end()) continue;
        const wasm::ImportedSymbol& import = wheel.modules[module].facts.imports[problem.import];
        row.links = worst(row.links, import_outcome(runtime.loader, import, problem.binding,
                                                    problem.reached_at_load));
      }
    }
    for (const OrderProblem& problem : target.sessions.problems) {
      if (problem.releases.contains(release)) row.links = worst(row.links, problem.outcome);
    }
    if (target.sessions.gave_up.contains(release)) {
      row.links = worst(row.links, profile::Outcome::load);
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace wheelaudit::loader
