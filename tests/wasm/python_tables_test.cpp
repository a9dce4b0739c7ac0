// Python's tables, and names beside functions, in modules that a compiler and a linker made
// (testdata/src/variants/tables.c and its neighbours).

#include <doctest/doctest.h>

#include <algorithm>

#include "support/corpus.hpp"
#include "support/source_directory.hpp"
#include "wasm/method_tables.hpp"
#include "wasm/possible_calls.hpp"
#include "wasm/type_slots.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::wasm {

namespace {

SideModule module_of(const std::string& variant) {
  const std::string name = "wa_" + variant;
  const auto path = test::source_directory() / "testdata/variants" /
                    (name + "-1.0-py3-none-pyemscripten_2025_0_wasm32.whl");
  const ByteVector file = test::read_file(path);
  const auto wheel = wheel::read_wheel(path.string(), memory_source(file), {});
  REQUIRE(wheel);
  const wheel::WheelModule* module = wheel->find_module(name + "/_core.so");
  REQUIRE(module != nullptr);
  REQUIRE(module->facts.code);
  return module->facts;
}

std::vector<std::string> names_of(const SideModule& module, PythonFunction::Way way) {
  std::vector<std::string> names;
  for (const PythonFunction& python : module.code->python) {
    if (python.way != way) continue;
    const std::string role = python.role.empty() ? "" : " " + std::string(python.role);
    names.push_back((python.name.empty() ? python.owner : python.qualified_name()) + role);
  }
  std::ranges::sort(names);
  return names;
}

/// The function index of the import that nobody offers, as the only target.
std::vector<std::uint32_t> absent_function(const SideModule& module) {
  std::uint32_t function = 0;
  for (const ImportedSymbol& import : module.imports) {
    if (import.kind != ExternalKind::function) continue;
    if (import.name == "wheelaudit_absent_function") return {function};
    ++function;
  }
  return {};
}

}  // namespace

TEST_CASE("methods, attributes, slots of both kinds of types, aliases and filled tables") {
  const SideModule module = module_of("tables");
  CHECK(names_of(module, PythonFunction::Way::python) ==
        std::vector<std::string>{"filled", "wa_tables._core.S.__call__",
                                 "wa_tables._core.T.__repr__", "wa_tables._core.T.size getter",
                                 "wa_tables._core.T.size setter", "wa_tables._core.call",
                                 "wa_tables._core.call_too", "wa_tables._core.fine",
                                 "wa_tables._core.run_command"});
  CHECK(names_of(module, PythonFunction::Way::at_import) ==
        std::vector<std::string>{"wa_tables._core Py_mod_exec"});
  // The program's own table; `other` is the function that Python knows as `fine`.
  CHECK(names_of(module, PythonFunction::Way::named) == std::vector<std::string>{"quit"});
}

TEST_CASE("the slot that creates a module runs at import") {
  CHECK(names_of(module_of("create_slot"), PythonFunction::Way::at_import) ==
        std::vector<std::string>{"_core Py_mod_create"});
}

TEST_CASE("what the import or the load may come to through a pointer") {
  const auto steps = [](const std::string& variant, EntryKind kind) {
    const SideModule module = module_of(variant);
    const auto entries = call_entries(module);
    const auto chain = possible_chains(module, entries, kind, absent_function(module)).at(0);
    std::vector<PossibleChain::Step> found;
    if (chain) {
      for (const PossibleChain::Link& link : chain->links) found.push_back(link.step);
    }
    return found;
  };
  using Step = PossibleChain::Step;
  CHECK(steps("import_through_pointer", EntryKind::import) ==
        std::vector{Step::direct, Step::outside, Step::direct});
  CHECK(steps("import_through_pointer", EntryKind::load).empty());
  const auto load = steps("constructor_through_pointer", EntryKind::load);
  CHECK(std::ranges::count(load, Step::table) == 1);
  CHECK(steps("missing_function", EntryKind::import).empty());
  CHECK(steps("missing_function", EntryKind::load).empty());
}

TEST_CASE("slots of types are known by id and by place") {
  REQUIRE(find_type_slot(66) != nullptr);
  CHECK(find_type_slot(66)->name == "__repr__");
  CHECK(find_type_slot(66)->offset == 44);
  CHECK(find_type_slot(64) == nullptr);  // Py_tp_methods holds a table
  CHECK(find_type_slot(0) == nullptr);
  CHECK(find_type_slot(1000) == nullptr);
  CHECK(std::ranges::is_sorted(type_slots(), {}, &TypeSlot::id));
}

}  // namespace wheelaudit::wasm
