// WA319 incidental-symbol: the wheel uses symbols that the runtime exports but its platform page
// does not promise: libraries linked into the main module, CPython's private functions, Pyodide's
// own JavaScript glue. They work today and may be gone in any release: one note per wheel.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

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
    "_PyBytes_Resize",
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
    "_PyTuple_Resize",
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

/// Private names that the code of Cython, mypyc and PyO3 calls (Cython/Utility, mypyc/lib-rt,
/// pyo3-ffi): the author of a wheel did not choose them, and their tools follow CPython. They are
/// told only if a known release has dropped them.
constexpr auto generated_names = std::to_array<std::string_view>({
    "_PyDict_GetItemStringWithError",
    "_PyDict_GetItem_KnownHash",
    "_PyDict_NewPresized",
    "_PyDict_Pop",
    "_PyDict_SetItem_KnownHash",
    "_PyErr_ChainExceptions",
    "_PyErr_FormatFromCause",
    "_PyGen_Send",
    "_PyGen_SetStopIterationValue",
    "_PyList_Extend",
    "_PyLong_AsByteArray",
    "_PyLong_AsInt",
    "_PyLong_Copy",
    "_PyLong_FromByteArray",
    "_PyLong_NumBits",
    "_PyLong_Sign",
    "_PyObject_CallMethodId",
    "_PyObject_GenericGetAttrWithDict",
    "_PyObject_GetAttrId",
    "_PyObject_GetDictPtr",
    "_PyObject_GetMethod",
    "_PyObject_LookupAttr",
    "_PyObject_NextNotImplemented",
    "_PyObject_VisitManagedDict",
    "_PyObject_ClearManagedDict",
    "_PySet_NextEntry",
    "_PyThreadState_UncheckedGet",
    "_PyType_Lookup",
    "_PyUnicode_EQ",
    "_PyUnicode_EqualToASCIIString",
    "_PyUnicode_FastCopyCharacters",
    "_PyUnicode_JoinArray",
    "_PyUnicode_Ready",
    "_PyUnicode_ToAlpha",
    "_PyUnicode_IsAlpha",
    "_Py_FatalErrorFunc",
    "_Py_HashDouble",
});

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

/// Whether the newest release of some newer ABI of the catalog does not offer the name any more.
bool is_dropped_later(const RuleInput& input, std::string_view name) {
  bool later = false;
  for (const profile::AbiProfile& profile : input.catalog) {
    if (later && !profile.symbols.find(name, profile.newest())) return true;
    later = later || profile.id == input.target->profile->id;
  }
  return false;
}

bool is_generated(std::string_view name) {
  return std::ranges::find(generated_names, name) != generated_names.end();
}

Incidental find_incidental(const RuleInput& input, std::string_view name) {
  const loader::Target& target = *input.target;
  Incidental result;
  for (const std::size_t release : target.judged) {
    const auto symbol = target.profile->symbols.find(name, release);
    if (!symbol) continue;
    auto source = incidental_source(target.profile->runtimes[release], *symbol, name);
    if (!source) continue;
    result.what = std::move(*source);
    result.releases.push_back(release);
  }
  if (is_generated(name) && !result.releases.empty() && !is_dropped_later(input, name))
    result.releases.clear();
  return result;
}

bool from_runtime(const loader::ModuleBindings& bindings, std::size_t import) {
  const loader::Resolution resolution = bindings.imports[import].resolution;
  return resolution == loader::Resolution::runtime_wasm ||
         resolution == loader::Resolution::runtime_js;
}

/// What all modules of the wheel use: names by their source.
struct Uses {
  std::map<std::string, std::set<std::string_view>> names;
  std::set<std::size_t> modules;
  std::set<std::size_t> releases;
};

void add_uses(const RuleInput& input, std::size_t module, Uses& uses) {
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < facts.imports.size(); ++i) {
    const wasm::ImportedSymbol& import = facts.imports[i];
    const bool used = std::ranges::any_of(
        input.target->bindings[module].distinct(), [&](const loader::ModuleBindings& bindings) {
          return i < bindings.imports.size() && from_runtime(bindings, i);
        });
    if (!used || !seen.insert(import.name).second) continue;
    // A symbol that the module brings itself does not depend on the runtime's.
    if (loader::export_of(input.index, module, import.name) != nullptr) continue;
    const Incidental incidental = find_incidental(input, import.name);
    if (incidental.releases.empty()) continue;
    uses.names[incidental.what].insert(import.name);
    uses.modules.insert(module);
    uses.releases.insert(incidental.releases.begin(), incidental.releases.end());
  }
}

Finding describe(const RuleInput& input, const Uses& uses) {
  const loader::Target& target = *input.target;
  Finding finding = target_finding(
      target, "WA319"_rule, {uses.releases.begin(), uses.releases.end()}, Consequence::style);
  finding.severity = Severity::note;
  if (uses.modules.size() == 1) {
    finding.place.member = input.wheel.modules[*uses.modules.begin()].path;
  }
  std::vector<std::string> all;
  for (const auto& [what, names] : uses.names) {
    const std::vector<std::string> list(names.begin(), names.end());
    all.insert(all.end(), list.begin(), list.end());
    finding.details.push_back(fmt::format("from {}: {}", what, quoted_list(list, 10)));
  }
  if (all.size() == 1) finding.symbol = all.front();
  finding.message =
      all.size() == 1 ? say("uses {}, which the runtime has and its platform page does not promise",
                            the_symbol(finding))
                      : say("uses {} symbols that the runtime has and its platform page does not "
                            "promise: {}",
                            all.size(), quoted_list(all));
  finding.help =
      "they work today and may vanish in any release; link a copy of the library into the module, "
      "or use documented functions";
  return finding;
}

}  // namespace

void incidental_symbol(const RuleInput& input, FindingSink& findings) {
  // Only Pyodide has a page that promises anything.
  const loader::Target& target = *input.target;
  const bool has_page = std::ranges::any_of(target.judged, [&](std::size_t release) {
    return target.profile->runtimes[release].provenance.package == "pyodide";
  });
  if (!has_page) return;
  Uses uses;
  for (std::size_t module = 0; module < input.wheel.modules.size(); ++module)
    add_uses(input, module, uses);
  if (!uses.names.empty()) findings.add(describe(input, uses));
}

}  // namespace wheelaudit::rules
