// The matrix of runtimes. `links` is the worst of what linking, the modules themselves and their
// needed libraries come to (link_outcome.cpp), so a row says the same as the findings do.

#include "runtime_matrix.hpp"

#include <algorithm>
#include <set>

#include "wheelaudit/python_tag.hpp"

namespace wheelaudit {
namespace {

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes,
                             [&](std::string_view prefix) { return text.starts_with(prefix); });
}

/// pip ≥ 26.1 takes `pyemscripten_*` and `emscripten_X_Y_Z`, not `pyodide_*` (ABI.md section 1); uv
/// knows Pyodide's platforms by `pyodide_*` and `pyemscripten_*`.
void fill_installers(const Wheel& wheel, const AbiProfile& profile, const Runtime& runtime,
                     RuntimeRow& row) {
  for (const Tag& tag : wheel.tags()) {
    if (!python_accepts(profile.python, tag.python, tag.abi)) continue;
    const bool any = tag.platform == "any";
    const bool own =
        std::ranges::find(runtime.installer_tags, tag.platform) != runtime.installer_tags.end();
    const bool ours = profile.has_tag(tag.platform);
    row.micropip = row.micropip || any || own;
    row.pip =
        row.pip || any || (ours && starts_with_any(tag.platform, {"pyemscripten_", "emscripten_"}));
    row.uv =
        row.uv || any || (ours && starts_with_any(tag.platform, {"pyodide_", "pyemscripten_"}));
  }
}

/// Symbols, not imports: a function and its address are one, as in the findings.
void count_symbols(const Target& target, std::size_t module, std::size_t release, RuntimeRow& row) {
  for (const AffectedImport& affected : target.affected[module]) {
    if (std::ranges::find(affected.releases, release) == affected.releases.end()) continue;
    if (affected.linkage.mismatch == Mismatch::none) {
      ++row.unresolved;
    } else {
      ++row.mismatched;
    }
  }
}

}  // namespace

std::vector<RuntimeRow> runtime_rows(const Wheel& wheel, const Target& target) {
  std::vector<RuntimeRow> rows;
  const AbiProfile& profile = *target.profile;
  for (std::size_t r = 0; r < target.judged.size(); ++r) {
    const std::size_t release = target.judged[r];
    const Runtime& runtime = profile.runtimes[release];
    RuntimeRow row{.profile = profile.id, .pyodide = runtime.version};
    fill_installers(wheel, profile, runtime, row);
    for (std::size_t module = 0; module < wheel.modules.size(); ++module) {
      const Linkage& linkage = target.linkages[module][r];
      row.links = worst(
          row.links, module_outcome(runtime.loader, wheel.modules[module], linkage.leaves_unset));
      for (const NeededLinkage& needed : linkage.needed) {
        row.links = worst(row.links, needed_outcome(runtime.loader, needed));
      }
      count_symbols(target, module, release, row);
      for (const AffectedImport& affected : target.affected[module]) {
        if (std::ranges::find(affected.releases, release) == affected.releases.end()) continue;
        const ImportedSymbol& import = wheel.modules[module].facts.imports[affected.import];
        row.links = worst(row.links, import_outcome(runtime.loader, import, affected.linkage,
                                                    affected.reached_at_load));
      }
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace wheelaudit
