// What a release does with what linking found: the cells of docs/design/linking.md#outcomes, read
// from the profile's loader behaviour. Rules take severities from here, and so does the matrix of
// runtimes, so the two cannot disagree.

#include <algorithm>

#include "loader/libraries.hpp"
#include "loader/link.hpp"
#include "loader/linker.hpp"
#include "loader/module_name.hpp"

namespace wheelaudit::loader {
namespace {

constexpr std::uint64_t page_size = 65'536;   // of WebAssembly memories
constexpr std::uint64_t most_pages = 65'536;  // 4 GiB, the range of 32-bit addresses
constexpr std::uint64_t most_elements =
    10'000'000;  // of a table: the engine's limit (docs/design/modules.md#engine-limits)

bool is_em_asm(std::string_view name) { return name.starts_with("emscripten_asm_const_"); }

/// The C++ runtime throws every exception with the main module's tag: a module that catches with a
/// tag of its own never catches one (run: wa_own_tag on 0.29.5).
bool catches_with_own_tag(const wasm::SideModule& facts) {
  return !facts.defined_tags.empty() &&
         std::ranges::any_of(facts.imports,
                             [](const wasm::ImportedSymbol& import) {
                               return import.kind == wasm::ExternalKind::function &&
                                      import.name == "__cxa_throw";
                             }) &&
         std::ranges::none_of(facts.imports, [](const wasm::ImportedSymbol& import) {
           return import.kind == wasm::ExternalKind::tag && import.name == "__cpp_exception";
         });
}

bool is_call_into_library(const wasm::ImportedSymbol& import, const Binding& binding) {
  return binding.resolution == Resolution::library && import.kind == wasm::ExternalKind::function;
}

bool is_exception_tag(std::string_view name) {
  return name == "__cpp_exception" || name == "__c_longjmp";
}

profile::Outcome mismatch_outcome(const profile::LoaderBehaviour& loader,
                                  const wasm::ImportedSymbol& import, Mismatch mismatch) {
  switch (mismatch) {
    case Mismatch::none:
      return profile::Outcome::ok;
    case Mismatch::type:
      return loader.type_mismatch;
    case Mismatch::import_module:
      return loader.foreign_import_module;
    case Mismatch::memory:
    case Mismatch::table:
      return loader.memory_or_table;
    case Mismatch::kind:
      break;
  }
  if (import.kind == wasm::ExternalKind::tag && is_exception_tag(import.name) &&
      loader.exception_tags != profile::Outcome::ok) {
    return loader.exception_tags;
  }
  return loader.kind_mismatch;
}

/// CPython calls `PyInit_m` through the table as `() -> i32`; the import dies when it has another
/// type. Init functions of other names are exports like any other (run: 0.21 to 315).
bool has_bad_init_function(const profile::AbiProfile& profile, const wheel::WheelModule& module) {
  const wasm::ExportedSymbol* init = init_export(module, profile);
  return init != nullptr && !has_init_type(module.facts, *init);
}

/// Whether the loader takes a weak address of a miscounted module for a strong one. What it reads
/// behind the wrong count is chance otherwise, and the outcome is the worst of that
/// (docs/design/modules.md#the-miscount).
bool loses_weak_address(const profile::LoaderBehaviour& loader, const wasm::SideModule& facts) {
  return std::ranges::any_of(facts.imports, [&](const wasm::ImportedSymbol& import) {
    return import.weak && is_address(loader, import);
  });
}

bool asks_for_too_much(const profile::Runtime& runtime, const wasm::DylinkInfo& dylink) {
  return dylink.memory_size > memory_left(runtime) || dylink.table_size > elements_left(runtime);
}

}  // namespace

bool has_foreign_exception_tag(const profile::LoaderBehaviour& loader,
                               const wasm::SideModule& facts) {
  return loader.exceptions == wasm::ExceptionModel::wasm_legacy && catches_with_own_tag(facts);
}

bool may_fail(const wasm::ImportedSymbol& import, const Binding& binding) {
  return binding.mismatch != Mismatch::none || binding.resolution == Resolution::unresolved ||
         is_call_into_library(import, binding) || is_em_asm(import.name);
}

profile::Outcome import_outcome(const profile::LoaderBehaviour& loader,
                                const wasm::ImportedSymbol& import, const Binding& binding,
                                bool reached_at_load) {
  // A library's function that is bound through a stub dies when it is called with another type.
  if ((binding.mismatch == Mismatch::type || binding.mismatch == Mismatch::kind) &&
      binding.resolution == Resolution::library && !loads_libraries_globally(loader)) {
    return reached_at_load ? profile::Outcome::load : profile::Outcome::call;
  }
  if (binding.mismatch != Mismatch::none) {
    return refused_by_engine(mismatch_outcome(loader, import, binding.mismatch), binding.poisons);
  }
  if (is_call_into_library(import, binding) && !binds_calls_into_libraries(loader)) {
    return reached_at_load ? profile::Outcome::load : profile::Outcome::call;
  }
  if (binding.resolution != Resolution::unresolved) {
    // The loader has the functions behind EM_ASM, but they do not find the module's code.
    const bool dies = is_em_asm(import.name) && loader.em_asm != profile::Outcome::ok;
    return dies ? profile::Outcome::call : profile::Outcome::ok;
  }
  if (is_address(loader, import)) return loader.missing_address;
  return reached_at_load ? worst(loader.missing_function, profile::Outcome::load)
                         : loader.missing_function;
}

bool load_alike(const profile::Runtime& left, const profile::Runtime& right) {
  return left.loader == right.loader && left.memory == right.memory &&
         left.table_minimum == right.table_minimum;
}

std::uint64_t memory_left(const profile::Runtime& runtime) {
  const std::uint64_t maximum = std::min(runtime.memory.maximum.value_or(most_pages), most_pages);
  return (maximum - std::min(maximum, runtime.memory.minimum)) * page_size;
}

std::uint64_t elements_left(const profile::Runtime& runtime) {
  return most_elements - std::min(most_elements, runtime.table_minimum);
}

profile::Outcome module_outcome(const profile::AbiProfile& profile, const profile::Runtime& runtime,
                                const wheel::WheelModule& module, bool leaves_unset) {
  const profile::LoaderBehaviour& loader = runtime.loader;
  const wasm::SideModule& facts = module.facts;
  const bool loaded = wheel::is_preloaded_name(module.path);
  switch (facts.kind) {
    case wasm::ModuleKind::not_wasm:
      // The loader's `ok` means that it skips the file with a warning; importing the file still
      // fails.
      return loaded ? worst(loader.not_wasm, profile::Outcome::load) : profile::Outcome::ok;
    case wasm::ModuleKind::static_wasm:
    case wasm::ModuleKind::relocatable:
    case wasm::ModuleKind::component:
    case wasm::ModuleKind::wasi:
      return loaded ? loader.no_dylink : profile::Outcome::ok;
    case wasm::ModuleKind::malformed:
      return profile::Outcome::load;
    case wasm::ModuleKind::side_module:
      break;
  }
  if (!facts.sound()) return profile::Outcome::load;
  profile::Outcome outcome = profile::Outcome::ok;
  if (facts.dylink && asks_for_too_much(runtime, *facts.dylink)) outcome = profile::Outcome::load;
  if (has_bad_init_function(profile, module)) outcome = worst(outcome, loader.init_type);
  if (facts.dylink && facts.dylink->legacy) outcome = worst(outcome, loader.legacy_dylink);
  if (facts.dylink && facts.dylink->miscount) {
    const bool loses = loses_weak_address(loader, facts);
    outcome = worst(outcome, loses ? loader.missing_address : profile::Outcome::load);
  }
  if (has_foreign_exception_tag(loader, facts)) outcome = worst(outcome, profile::Outcome::call);
  if (!facts.memories.empty()) {
    outcome = worst(outcome, refused_by_engine(loader.memory_or_table, leaves_unset));
  }
  for (const auto& reserved : loader.reserved()) {
    const wasm::ExportedSymbol* symbol = facts.find_export(reserved.name);
    if (symbol != nullptr && wasm::external_kind_name(symbol->kind) == reserved.kind)
      outcome = worst(outcome, reserved.outcome);
  }
  const bool i64_global =
      std::ranges::any_of(facts.exports, [](const wasm::ExportedSymbol& symbol) {
        return symbol.kind == wasm::ExternalKind::global && symbol.global.value == 'j' &&
               !symbol.global.is_mutable;
      });
  // The loader fails on this export before it has set any of the module's addresses.
  if (i64_global)
    outcome = worst(outcome, refused_by_engine(loader.i64_global_export, leaves_unset));
  return outcome;
}

profile::Outcome needed_outcome(const profile::LoaderBehaviour& loader,
                                const NeededBinding& needed) {
  return needed.state == NeededBinding::State::found ? profile::Outcome::ok
                                                     : loader.missing_library;
}

}  // namespace wheelaudit::loader
