// WA319 incidental-symbol: the module uses a symbol that the runtime exports but its platform page
// does not promise: libraries linked into the main module, CPython's private functions, Pyodide's
// own JavaScript glue. The symbol works today and may be gone in any release: a note.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"

namespace wheelaudit::rules {
namespace {

/// Names with an underscore that are promised all the same: part of the limited API, or what macros
/// and inline functions of the public headers expand to (CPython, Misc/stable_abi.toml and
/// Include/).
constexpr auto public_underscore_names = std::to_array<std::string_view>({
    "_PyArg_NoKeywords",
    "_PyArg_ParseTupleAndKeywords_SizeT",
    "_PyArg_ParseTuple_SizeT",
    "_PyArg_Parse_SizeT",
    "_PyArg_VaParseTupleAndKeywords_SizeT",
    "_PyArg_VaParse_SizeT",
    "_PyByteArray_empty_string",
    "_PyErr_BadInternalCall",
    "_PyLong_CompactValue",
    "_PyLong_IsCompact",
    "_PyObject_CallFunction_SizeT",
    "_PyObject_CallMethod_SizeT",
    "_PyObject_GC_Malloc",
    "_PyObject_GC_New",
    "_PyObject_GC_NewVar",
    "_PyObject_GC_Resize",
    "_PyObject_MakeTpCall",
    "_PyObject_New",
    "_PyObject_NewVar",
    "_PyTrash_begin",
    "_PyTrash_cond",
    "_PyTrash_end",
    "_PyTrash_thread_deposit_object",
    "_PyTrash_thread_destroy_chain",
    "_PyWeakref_CallableProxyType",
    "_PyWeakref_ProxyType",
    "_PyWeakref_RefType",
    "_Py_BuildValue_SizeT",
    "_Py_CheckFunctionResult",
    "_Py_CheckRecursionLimit",
    "_Py_CheckRecursiveCall",
    "_Py_Dealloc",
    "_Py_DecRef",
    "_Py_EllipsisObject",
    "_Py_FalseStruct",
    "_Py_IncRef",
    "_Py_NegativeRefcount",
    "_Py_NoneStruct",
    "_Py_NotImplementedStruct",
    "_Py_SwappedOp",
    "_Py_TrueStruct",
    "_Py_VaBuildValue_SizeT",
});
static_assert(std::ranges::is_sorted(public_underscore_names));

bool is_private_python(std::string_view name) {
  return name.starts_with("_Py") && !std::ranges::binary_search(public_underscore_names, name);
}

struct Incidental {
  std::string what;  ///< "zstd 1.5.7, linked into the main module"
  std::vector<std::size_t> releases;
};

std::optional<std::string> incidental_source(const profile::Runtime& runtime,
                                             const profile::ProvidedSymbol& symbol,
                                             std::string_view name) {
  if (symbol.library && *symbol.library < runtime.libraries.size()) {
    const profile::LinkedLibrary& library = runtime.libraries[*symbol.library];
    if (library.documented) return std::nullopt;
    return library.version.empty() ? library.name : library.name + " " + library.version;
  }
  if (is_private_python(name)) return "CPython's private functions";
  return std::nullopt;
}

Incidental find_incidental(const loader::Target& target, std::string_view name) {
  Incidental result;
  for (const std::size_t release : target.judged) {
    const auto symbol = target.profile->symbols.find(name, release);
    if (!symbol) continue;
    auto source = incidental_source(target.profile->runtimes[release], *symbol, name);
    if (!source) continue;
    result.what = std::move(*source);
    result.releases.push_back(release);
  }
  return result;
}

bool from_runtime(const loader::ModuleBindings& bindings, std::size_t import) {
  const loader::Resolution resolution = bindings.imports[import].resolution;
  return resolution == loader::Resolution::runtime_wasm ||
         resolution == loader::Resolution::runtime_js;
}

}  // namespace

void incidental_symbol(const RuleInput& input, FindingSink& findings) {
  const loader::Target& target = *input.target;
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module) {
    const wasm::SideModule& facts = input.wheel.modules[module].facts;
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < facts.imports.size(); ++i) {
      const wasm::ImportedSymbol& import = facts.imports[i];
      const bool used = std::ranges::any_of(
          target.bindings[module].distinct(), [&](const loader::ModuleBindings& bindings) {
            return i < bindings.imports.size() && from_runtime(bindings, i);
          });
      if (!used || !seen.insert(import.name).second) continue;
      const Incidental incidental = find_incidental(target, import.name);
      if (incidental.releases.empty()) continue;
      Finding finding{.rule = "WA319"_rule};
      finding.profile = target.profile->id;
      finding.releases = release_names(*target.profile, incidental.releases);
      finding.place.member = input.wheel.modules[module].path;
      finding.symbol = import.name;
      finding.message =
          say("{} is there by chance: it comes from {}, which the platform does not promise",
              the_symbol(finding), incidental.what);
      finding.help =
          "it works today and may vanish in any release; link a copy of the library into the "
          "module, or use a "
          "documented function";
      findings.add(std::move(finding));
    }
  }
}

}  // namespace wheelaudit::rules
