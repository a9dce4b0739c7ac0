// What follows from a module's facts: names of the enumerations (docs/design/output.md#words),
// exception and setjmp models (docs/design/modules.md#exceptions-and-setjmp), init functions, and
// what a load reaches.

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

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

/// JS exceptions: thrown through wrappers that the loader makes, or caught by their helpers.
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

std::string_view module_kind_name(ModuleKind kind) {
  switch (kind) {
    case ModuleKind::side_module:
      return "side-module";
    case ModuleKind::not_wasm:
      return "not-wasm";
    case ModuleKind::static_wasm:
      return "static-wasm";
    case ModuleKind::relocatable:
      return "relocatable";
    case ModuleKind::component:
      return "component";
    case ModuleKind::wasi:
      return "wasi";
    case ModuleKind::malformed:
      break;
  }
  return "malformed";
}

std::string_view external_kind_name(ExternalKind kind) {
  switch (kind) {
    case ExternalKind::function:
      return "function";
    case ExternalKind::table:
      return "table";
    case ExternalKind::memory:
      return "memory";
    case ExternalKind::global:
      return "global";
    case ExternalKind::tag:
      break;
  }
  return "tag";
}

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

std::string GlobalType::str() const {
  return (is_mutable ? "mut " : "") + std::string(value_type_name(value));
}

const ExportedSymbol* SideModule::find_export(std::string_view name) const {
  const auto found = std::ranges::find(exports, name, &ExportedSymbol::name);
  return found == exports.end() ? nullptr : &*found;
}

bool SideModule::sound() const {
  return std::ranges::all_of(
      faults, [](const ModuleFault& fault) { return fault.kind == ModuleFaultKind::note; });
}

ExceptionModel SideModule::exceptions() const {
  const bool legacy = code && code->legacy_try;
  const bool exnref = code && code->exnref_try;
  const bool wasm = legacy || exnref || has_wasm_exceptions(*this);
  if (has_js_exceptions(*this)) return wasm ? ExceptionModel::mixed : ExceptionModel::js;
  if (!wasm) return ExceptionModel::none;
  if (legacy && exnref) return ExceptionModel::mixed;
  // Without bodies, or with tags but no `try`, the model of every runtime so far.
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

std::vector<std::string> SideModule::init_functions() const {
  constexpr std::array<std::string_view, 4> prefixes{"PyInit_", "PyInitU_", "PyModExport_",
                                                     "PyModExportU_"};
  std::vector<std::string> names;
  for (const ExportedSymbol& symbol : exports) {
    if (symbol.kind != ExternalKind::function) continue;
    const bool is_init = std::ranges::any_of(
        prefixes, [&](std::string_view prefix) { return symbol.name.starts_with(prefix); });
    if (is_init) names.push_back(symbol.name);
  }
  return names;
}

std::optional<std::vector<std::uint32_t>> reached_at_load(const SideModule& module) {
  if (!module.code) return std::nullopt;
  const std::uint64_t functions =
      std::uint64_t{module.imported_functions} + module.defined_functions;
  std::vector<std::uint32_t> pending;
  if (module.start) pending.push_back(*module.start);
  for (const ExportedSymbol& symbol : module.exports) {
    if (symbol.kind != ExternalKind::function) continue;
    if (symbol.name == "__wasm_call_ctors" || symbol.name == "__wasm_apply_data_relocs") {
      pending.push_back(symbol.index);
    }
  }
  std::vector<bool> reached(functions);
  std::vector<std::uint32_t> imports;
  while (!pending.empty()) {
    const std::uint32_t function = pending.back();
    pending.pop_back();
    if (function >= functions || reached[function]) continue;
    reached[function] = true;
    if (function < module.imported_functions) {
      imports.push_back(function);
      continue;
    }
    const std::uint32_t row = function - module.imported_functions;
    if (row + 1 >= module.code->rows.size()) continue;  // behind a fault
    for (std::uint32_t i = module.code->rows[row]; i < module.code->rows[row + 1]; ++i) {
      const std::uint32_t callee = module.code->callees[i];
      if (callee < functions && !reached[callee]) pending.push_back(callee);
    }
  }
  std::ranges::sort(imports);
  return imports;
}

}  // namespace wheelaudit::wasm
