// Which model of exceptions and of setjmp a module was compiled for, told by the names it imports,
// its tags and (when they were read) its bodies (docs/design/modules.md#exceptions-and-setjmp).

#include "wasm/exception_model.hpp"

#include <algorithm>
#include <initializer_list>

#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {
namespace {

bool imports_name(const SideModule& module, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(module.imports, [names](const ImportedSymbol& import) {
    return std::ranges::find(names, import.name) != names.end();
  });
}

bool has_tag(const SideModule& module, std::string_view name) {
  const auto is_tag = [name](const auto& symbol) {
    return symbol.kind == ExternalKind::tag && symbol.name == name;
  };
  return std::ranges::any_of(module.imports, is_tag) || std::ranges::any_of(module.exports, is_tag);
}

/// JavaScript exceptions: calls go through the loader's `invoke_` wrappers, and the other names are
/// the helpers that catch or rethrow.
bool has_js_exceptions(const SideModule& module) {
  return std::ranges::any_of(module.imports, [](const ImportedSymbol& import) {
    return import.name.starts_with("invoke_") ||
           import.name.starts_with("__cxa_find_matching_catch_") ||
           import.name == "__resumeException";
  });
}

bool has_wasm_exceptions(const SideModule& module) {
  return !module.defined_tags.empty() ||
         std::ranges::any_of(module.imports, [](const ImportedSymbol& import) {
           return import.kind == ExternalKind::tag;
         });
}

}  // namespace

std::string_view exception_model_name(ExceptionModel model) {
  switch (model) {
    case ExceptionModel::none:
      return "none";
    case ExceptionModel::js:
      return "js";
    case ExceptionModel::wasm_legacy:
      return "wasm-legacy";
    case ExceptionModel::wasm_exnref:
      return "wasm-exnref";
    case ExceptionModel::mixed:
      break;
  }
  return "mixed";
}

std::string_view setjmp_model_name(SetjmpModel model) {
  switch (model) {
    case SetjmpModel::none:
      return "none";
    case SetjmpModel::emscripten:
      return "emscripten";
    case SetjmpModel::emscripten_new:
      return "emscripten-new";
    case SetjmpModel::wasm:
      break;
  }
  return "wasm";
}

ExceptionModel SideModule::exceptions() const {
  const bool legacy = code && code->legacy_try;
  const bool exnref = code && code->exnref_try;
  const bool wasm = legacy || exnref || has_wasm_exceptions(*this);
  if (has_js_exceptions(*this)) return wasm ? ExceptionModel::mixed : ExceptionModel::js;
  if (!wasm) return ExceptionModel::none;
  if (legacy && exnref) return ExceptionModel::mixed;
  // Without bodies, or with tags but without `try`, legacy is assumed: every runtime so far has it.
  return exnref ? ExceptionModel::wasm_exnref : ExceptionModel::wasm_legacy;
}

SetjmpModel SideModule::setjmp() const {
  if (has_tag(*this, "__c_longjmp") || imports_name(*this, {"__wasm_longjmp"})) {
    return SetjmpModel::wasm;
  }
  if (imports_name(*this, {"saveSetjmp", "testSetjmp"})) return SetjmpModel::emscripten;
  if (imports_name(*this, {"__wasm_setjmp", "__wasm_setjmp_test"})) {
    return SetjmpModel::emscripten_new;
  }
  return SetjmpModel::none;
}

}  // namespace wheelaudit::wasm
