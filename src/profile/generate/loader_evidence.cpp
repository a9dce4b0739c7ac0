// Emscripten's loader (libdylink.js) can be recognised after minification by its strings: names of
// sections, prefixes for which it makes functions, exports it looks for. tests/main_modules/run.py
// checks what is read here of main modules other than Pyodide's against Node.

#include "profile/generate/loader_evidence.hpp"

#include <fmt/format.h>

namespace wheelaudit::profile {
namespace {

bool has_text(std::string_view script, std::string_view text) {
  return script.find(text) != std::string_view::npos;
}

wasm::SetjmpModel setjmp_of(const std::map<std::string, ProvidedSymbol>& symbols) {
  if (symbols.contains("__wasm_longjmp")) return wasm::SetjmpModel::wasm;
  if (symbols.contains("__wasm_setjmp")) return wasm::SetjmpModel::emscripten_new;
  return symbols.contains("saveSetjmp") ? wasm::SetjmpModel::emscripten : wasm::SetjmpModel::none;
}

}  // namespace

LoaderBehaviour loader_by_evidence(LoaderBehaviour like, std::string_view script,
                                   const std::map<std::string, ProvidedSymbol>& symbols) {
  LoaderBehaviour loader = std::move(like);
  const auto tag = symbols.find("__cpp_exception");
  const bool wasm_exceptions = tag != symbols.end() && tag->second.kind == ProvidedKind::tag;
  loader.on_demand_prefixes.clear();
  // Up to Emscripten 3.1.27 the script tests for the second prefix without its last underscore.
  for (const std::string_view prefix : {"invoke_", "__cxa_find_matching_catch_"}) {
    const std::string_view test = prefix.substr(0, prefix.size() - 1);
    if (has_text(script, fmt::format("startsWith(\"{}", test))) {
      loader.on_demand_prefixes.emplace_back(prefix);
    }
  }
  loader.exceptions = wasm_exceptions                     ? wasm::ExceptionModel::wasm_legacy
                      : loader.on_demand_prefixes.empty() ? wasm::ExceptionModel::none
                                                          : wasm::ExceptionModel::js;
  loader.exception_tags = wasm_exceptions ? Outcome::ok : Outcome::load;
  loader.setjmp = setjmp_of(symbols);
  loader.legacy_dylink = has_text(script, "\"dylink\"") ? Outcome::ok : Outcome::load;
  loader.em_js = has_text(script, "__em_js__") ? Outcome::ok : Outcome::load;
  loader.em_asm = has_text(script, "__start_em_asm") ? Outcome::ok : Outcome::load;
  loader.run_path = has_text(script, "runtimePath");
  loader.keys_as_spelled = loader.run_path && !has_text(script, "PATH.normalize(libName)");
  // Up to Emscripten 3.1.32 with a capital letter in front.
  loader.shared_weak_names = has_text(script, "urrentModuleWeakSymbols");
  loader.library_search = loader.run_path ? LibrarySearch::run_path : LibrarySearch::flat_name;
  loader.needed_anywhere_in_wheel = false;
  loader.not_wasm = Outcome::load;
  return loader;
}

}  // namespace wheelaudit::profile
