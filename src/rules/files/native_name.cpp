// WA209 native-name: side modules under the names that libraries have on other platforms. The
// package loader loads on install what ends in `.so` or `.so.N`, CPython imports its own suffixes,
// and a needed library is looked for by exactly the name that is needed
// (docs/design/linking.md#preloaded-names); nothing translates `libx.dylib`. Foreign content under
// such names is WA201, a `.pyd` with an init function WA205.

#include <fmt/format.h>

#include "base/path.hpp"
#include "base/text.hpp"
#include "loader/module_name.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// The name with `.so` at its end: `libx.so` for `libx.dylib` and `libx.so.1`.
std::string so_name(std::string_view file) {
  const std::size_t so = file.find(".so.");
  const std::size_t stem = so != std::string_view::npos ? so : file.rfind('.');
  return fmt::format("{}.so", file.substr(0, stem));
}

/// The file's ending if it is not Emscripten's: ".dylib", ".so.1"; empty for ".so".
std::string_view native_ending(std::string_view file) {
  const std::size_t so = file.find(".so.");
  if (so != std::string_view::npos && wheel::is_preloaded_name(file)) return file.substr(so);
  return file.ends_with(".so") ? std::string_view() : file.substr(file.rfind('.'));
}

Finding describe(const wheel::WheelModule& module, std::string_view file, std::string_view ending) {
  const bool numbered = ending.starts_with(".so.");
  const bool data = ending == ".wasm";
  const bool quiet = numbered || data;
  Finding finding = wheel_finding("WA209"_rule, quiet ? Severity::note : Severity::warning,
                                  quiet ? Consequence::style : Consequence::latent, module.path);
  finding.expected = so_name(file);
  finding.found = file;
  finding.message = say("a side module whose name ends in {}", quoted(mention(finding, ending)));
  if (numbered) {
    finding.details.emplace_back(
        "it is loaded on install, and nothing in this wheel needs it by this name");
  } else {
    finding.details.emplace_back(
        "installing loads only names that end in `.so` or `.so.N`, and CPython imports only its "
        "own "
        "suffixes");
    finding.details.emplace_back("no module of this wheel needs it by this name");
  }
  finding.help =
      fmt::format("call it `{}`, or open it by its full path (ctypes.CDLL)", finding.expected);
  return finding;
}

}  // namespace

void native_name(const RuleInput& input, FindingSink& findings) {
  if (input.wheel.bare_module) return;
  const auto needed = loader::needed_file_names(input.wheel);
  for (const wheel::WheelModule& module : input.wheel.modules) {
    if (module.facts.kind != wasm::ModuleKind::side_module) continue;
    const std::string_view file = last_component(module.path);
    const std::string_view ending = native_ending(file);
    const bool extension = ascii_lower(ending) == ".pyd" && !module.facts.init_functions().empty();
    if (ending.empty() || extension || needed.contains(file)) continue;
    findings.add(describe(module, file, ending));
  }
}

}  // namespace wheelaudit::rules
