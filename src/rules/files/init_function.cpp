// WA206 init-function: a file that CPython imports as `m` must export `PyInit_m` (`PyInitU_` and
// punycode beyond ASCII, PEP 489; from 3.15 on `PyModExport_m`, PEP 793, comes first), a function
// `() -> i32` (docs/design/modules.md#init-functions). A file without one is an extension module by
// its version-specific suffix, by another init function, or because the wheel's Python imports its
// name at the top level; all others can be libraries under such a name: pycryptodome ships 39 under
// `.abi3.so`, opens them by ctypes, and works. When a needed library is missing, CPython's message
// misleads, so the finding is then a note that names the library
// (docs/design/verdicts.md#misleading-messages).

#include <fmt/format.h>

#include "base/path.hpp"
#include "loader/module_name.hpp"
#include "rules/linking/linking_finding.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

std::string found_text(const wasm::SideModule& facts, const wasm::ExportedSymbol& symbol) {
  return symbol.kind == wasm::ExternalKind::function
             ? facts.type_of(symbol).str()
             : std::string(wasm::external_kind_name(symbol.kind));
}

Finding wrong_type(const loader::Target& target, const wheel::WheelModule& module,
                   const wasm::ExportedSymbol& symbol) {
  std::vector<std::size_t> dying;
  for (const std::size_t release : target.judged) {
    if (target.profile->runtimes[release].loader.init_type != profile::Outcome::ok)
      dying.push_back(release);
  }
  Finding finding =
      target_finding(target, "WA206"_rule, dying.empty() ? target.judged : dying,
                     dying.empty() ? Consequence::latent : Consequence::load, module.path);
  finding.symbol = symbol.name;
  finding.expected = "() -> i32";
  finding.found = found_text(module.facts, symbol);
  finding.message = say("{} is {}, not the function () -> i32 that CPython calls",
                        the_symbol(finding), the_found(finding));
  finding.details.push_back(
      dying.empty() ? "up to Pyodide 0.27 the import works all the same; from 0.28 on it dies"
                    : "the import dies: \"null function or function signature mismatch\"");
  finding.help = "declare it as PyMODINIT_FUNC, without parameters";
  return finding;
}

/// The finding has no symbol: a wheel can hold dozens of such libraries, and reports print equal
/// findings once.
Finding library_note(const loader::Target& target, const wheel::WheelModule& module,
                     const loader::HookNames& names) {
  Finding finding =
      target_finding(target, "WA206"_rule, target.judged, Consequence::style, module.path);
  finding.message = "no init function: a library, not an extension module";
  finding.expected = names.init;
  finding.found = "none";
  finding.details.push_back(
      "right for a needed library, for ctypes or a plugin; it cannot be imported");
  return finding;
}

Finding missing_hook(const RuleInput& input, std::size_t index, const loader::HookNames& names,
                     const wheel::ImportedModule* import) {
  const loader::Target& target = *input.target;
  const wheel::WheelModule& module = input.wheel.modules[index];
  std::optional<Cause> cause = missing_library(input, index);
  Finding finding = target_finding(target, "WA206"_rule, target.judged,
                                   cause ? Consequence::style : Consequence::load, module.path);
  finding.symbol = names.init;
  finding.expected =
      names.mod_export.empty() ? names.init : fmt::format("{} or {}", names.init, names.mod_export);
  finding.message = say("importable, but it exports no {}", the_symbol(finding));
  const auto others = module.facts.init_functions();
  finding.found = others.empty() ? "none" : quoted_list(others);
  finding.details.push_back(
      say("the import fails: \"dynamic module does not define module export function ({})\"",
          mention(finding, names.init)));
  if (import != nullptr) {
    finding.details.push_back(
        fmt::format("`{}` imports it in line {}", import->source, import->line));
  }
  finding.cause = std::move(cause);
  finding.help = others.empty() ? "export the init function (PyMODINIT_FUNC, with Emscripten's "
                                  "-sSIDE_MODULE=2 also in -sEXPORTED_FUNCTIONS)"
                                : fmt::format("it holds {}: the file name must say the same name",
                                              finding.found);
  return finding;
}

}  // namespace

void init_function(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  const auto needed = loader::needed_file_names(input.wheel);
  for (std::size_t i = 0; i < input.wheel.modules.size(); ++i) {
    const wheel::WheelModule& module = input.wheel.modules[i];
    if (!module.facts.can_be_linked()) continue;
    const loader::ModuleName name = loader::module_name(module.path, *target.profile);
    const bool bare = name.kind == loader::ModuleName::Kind::bare;
    if (!bare && name.kind != loader::ModuleName::Kind::importable) continue;
    const loader::HookNames hooks = loader::hook_names(name.import_name(), *target.profile);
    if (const wasm::ExportedSymbol* symbol = loader::init_export(module, *target.profile)) {
      if (!loader::has_init_type(module.facts, *symbol)) {
        findings.add(wrong_type(target, module, *symbol));
      }
      continue;
    }
    if (needed.contains(last_component(module.path))) continue;
    const wheel::ImportedModule* import = input.wheel.import_of(module.path);
    if (import != nullptr && import->nested) import = nullptr;
    // A version-specific suffix is that of an extension module, and so is an init function.
    const bool extension = loader::suffix_python(name.suffix) == target.profile->python ||
                           !module.facts.init_functions().empty();
    const bool library = name.folder.ends_with(".libs");
    findings.add(import != nullptr || (extension && !library)
                     ? missing_hook(input, i, hooks, import)
                     : library_note(target, module, hooks));
  }
}

}  // namespace wheelaudit::rules
