// Python's tables found in a module's bytes: data segments, element segments, and relocation code
// as wasm-ld and wasm-opt write it.

#include "wasm/method_tables.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/corpus.hpp"
#include "support/source_directory.hpp"
#include "support/wasm_builder.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::wasm {

namespace {

std::string word(std::uint32_t value) {
  std::string text;
  for (int i = 0; i < 4; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

/// `i32.const`; small numbers only.
std::string constant(std::uint32_t value) {
  return test::bytes({0x41}) +
         (value < 64
              ? test::leb(value)
              : test::bytes({static_cast<int>(value & 0x7f) | 0x80, static_cast<int>(value >> 7)}));
}

constexpr int memory = 0;  // the global `__memory_base`
constexpr int table = 1;   // the global `__table_base`

/// `__memory_base + at ← base + value`, as wasm-ld writes it.
std::string relocation(std::uint32_t at, int base, std::uint32_t value) {
  return test::bytes({0x23, memory}) + constant(at) + test::bytes({0x6a, 0x23, base}) +
         constant(value) + test::bytes({0x6a, 0x36, 2, 0});
}

// Addresses in the module's memory.
constexpr std::uint32_t method_name = 0;
constexpr std::uint32_t module_name = 8;
constexpr std::uint32_t methods = 16;
constexpr std::uint32_t definition = 48;
constexpr std::uint32_t slots = 104;

std::string memory_image(std::uint32_t flags) {
  std::string text("fine\0\0\0\0pkg.mod\0", 16);
  text += word(0) + word(0) + word(flags) + word(0) + test::repeated(word(0), 4);
  text += word(1) + test::repeated(word(0), 13);  // PyModuleDef
  return text + word(2) + word(0) + test::repeated(word(0), 2);
}

std::string relocations() {
  return relocation(methods, memory, method_name) + relocation(methods + 4, table, 0) +
         relocation(definition + 20, memory, module_name) +
         relocation(definition + 32, memory, methods) + relocation(definition + 36, memory, slots) +
         relocation(slots + 4, table, 1);
}

/// Code of the init function: it gives the address of the definition to Python.
std::string definition_address() {
  return test::bytes({0x23, memory}) + constant(definition) + test::bytes({0x6a});
}

/// Functions: 0 puts, 1 the relocation code, 2 a Python function, 3 an exec slot, 4 the init
/// function.
test::ModuleParts module_with(const std::string& code, std::uint32_t flags = 4) {
  test::ModuleParts parts = test::good_module();
  parts.functions = test::list({test::leb(2), test::leb(1), test::leb(1), test::leb(0)});
  parts.exports = test::list(
      {test::export_of("__wasm_apply_data_relocs", 0, 1), test::export_of("PyInit_mod", 0, 4)});
  parts.elements =
      test::list({test::bytes({0, 0x23, 1, 0x0b}) + test::list({test::leb(2), test::leb(3)})});
  parts.code =
      test::list({test::body(code, test::bytes({1, 1, 0x7f})), test::body(test::bytes({0x20, 0})),
                  test::body(test::bytes({0x20, 0})), test::body(definition_address())});
  parts.data = test::list({test::bytes({0, 0x23, 0, 0x0b}) + test::name(memory_image(flags))});
  return parts;
}

std::vector<PythonFunction> found_in(const test::ModuleParts& parts) {
  const SideModule module = test::read(parts);
  CAPTURE(test::fault_of(module));
  REQUIRE(module.code);
  return module.code->python;
}

const std::vector<PythonFunction> both{{.owner = "pkg.mod", .name = "fine", .function = 2},
                                       {.owner = "pkg.mod",
                                        .name = {},
                                        .function = 3,
                                        .way = PythonFunction::Way::at_import,
                                        .role = "Py_mod_exec"}};

}  // namespace

TEST_CASE("a method table and an exec slot, with the module's name") {
  CHECK(found_in(module_with(relocations())) == both);
  CHECK(both[0].qualified_name() == "pkg.mod.fine");
}

TEST_CASE("the same as wasm-opt shortens it: a local and store offsets") {
  const auto store = [](std::uint32_t at, int base, std::uint32_t value) {
    return test::bytes({0x20, 0, 0x23, base}) + constant(value) + test::bytes({0x6a, 0x36, 2}) +
           test::leb(at);
  };
  const std::string code = test::bytes({0x23, memory, 0x21, 0}) +
                           store(methods, memory, method_name) + store(methods + 4, table, 0) +
                           store(definition + 20, memory, module_name) +
                           store(definition + 32, memory, methods) +
                           store(definition + 36, memory, slots) + store(slots + 4, table, 1);
  CHECK(found_in(module_with(code)) == both);
}

TEST_CASE("a table that no module or type owns is not Python's: its names stand beside functions") {
  const std::string code =
      relocation(methods, memory, method_name) + relocation(methods + 4, table, 0);
  CHECK(found_in(module_with(code)) ==
        std::vector<PythonFunction>{
            {.owner = {}, .name = "fine", .function = 2, .way = PythonFunction::Way::named}});
}

TEST_CASE("a module definition that nothing gives to Python owns no table") {
  test::ModuleParts parts = module_with(relocations());
  parts.exports = test::list({test::export_of("__wasm_apply_data_relocs", 0, 1)});
  CHECK(found_in(parts) ==
        std::vector<PythonFunction>{
            {.owner = {}, .name = "fine", .function = 2, .way = PythonFunction::Way::named}});
}

TEST_CASE("what does not fit in every word is not a method") {
  const auto python = [](const test::ModuleParts& parts) {
    return std::ranges::count_if(found_in(parts), [](const PythonFunction& function) {
      return function.way != PythonFunction::Way::named;
    });
  };
  CHECK(python(module_with(relocations(), 0)) == 1);  // no calling convention
  CHECK(python(module_with(relocations(), 0x20000)) == 1);
  CHECK(found_in(module_with(relocation(methods + 4, table, 0))).empty());  // no name
  CHECK(found_in(module_with(relocation(methods, memory, 5) + relocation(methods + 4, table, 0)))
            .empty());  // an empty name
  CHECK(found_in(module_with(relocation(methods, memory, module_name) +
                             relocation(methods + 4, table, 0)))
            .empty());  // a dotted one
  CHECK(found_in(module_with(relocation(methods, memory, method_name) +
                             relocation(methods + 4, table, 7)))
            .empty());  // no such slot of the table
}

TEST_CASE("code behind a branch has not run for certain") {
  const std::string guarded = test::bytes({0x41, 0, 0x04, 0x40, 0x0b}) + relocations();
  CHECK(found_in(module_with(guarded)).empty());
  const std::string in_block = test::bytes({0x02, 0x40}) + relocations() + test::bytes({0x0b});
  CHECK(found_in(module_with(in_block)) == both);
}

TEST_CASE("segments of another kind than wasm-ld's leave nothing to read") {
  test::ModuleParts parts = module_with(relocations());
  parts.data = test::list({test::bytes({0, 0x41, 0, 0x0b}) + test::name(memory_image(4))});
  CHECK(found_in(parts).empty());
  parts = module_with(relocations());
  const std::string segment = test::bytes({0, 0x23, 0, 0x0b}) + test::name(memory_image(4));
  parts.data = test::list({segment, segment});  // both at the same address
  CHECK(found_in(parts).empty());
}

TEST_CASE("false declarations cost nothing: very many locals end the reading") {
  test::ModuleParts parts = module_with(relocations());
  const std::string many = test::leb(1) + test::leb(50'000) + test::bytes({0x7f});
  const std::vector<std::string> others{test::body(test::bytes({0x20, 0})),
                                        test::body(test::bytes({0x20, 0})),
                                        test::body(definition_address())};
  parts.code = test::list({test::body(relocations(), many), others[0], others[1], others[2]});
  CHECK(found_in(parts) == both);
  // 30 functions of 50,000 locals each, called before the function with the relocations. These are
  // more locals than the evaluator takes in all, so it does not reach the relocations.
  std::vector<std::string> functions{test::leb(2)};
  std::string calls;
  std::vector<std::string> bodies;
  for (std::uint32_t i = 0; i < 30; ++i) {
    functions.push_back(test::leb(2));
    calls += test::bytes({0x10}) + test::leb(2 + i);
    bodies.push_back(test::body("", many));
  }
  functions.push_back(test::leb(2));
  bodies.push_back(test::body(relocations(), test::leb(1) + test::leb(1) + test::bytes({0x7f})));
  functions.push_back(test::leb(0));
  bodies.push_back(test::body(definition_address()));
  parts.exports = test::list(
      {test::export_of("__wasm_apply_data_relocs", 0, 1), test::export_of("PyInit_mod", 0, 33)});
  bodies.insert(bodies.begin(), test::body(calls + test::bytes({0x10}) + test::leb(32)));
  parts.functions = test::list(functions);
  parts.code = test::list(bodies);
  CHECK(found_in(parts).empty());
  bodies.front() = test::body(test::bytes({0x10}) + test::leb(32) + calls);
  parts.code = test::list(bodies);
  CHECK(found_in(parts).size() == 2);
}

TEST_CASE("tables that the init function fills in count too") {
  test::ModuleParts parts = module_with(relocations());
  parts.functions = test::list({test::leb(0), test::leb(1), test::leb(1)});
  parts.exports = test::list({test::export_of("PyInit_mod", 0, 1)});
  parts.code =
      test::list({test::body(relocations() + definition_address(), test::bytes({1, 1, 0x7f})),
                  test::body(test::bytes({0x20, 0})), test::body(test::bytes({0x20, 0}))});
  CHECK(found_in(parts) == both);
}

TEST_CASE("a module that a compiler and a linker made") {
  const auto path = test::source_directory() /
                    "testdata/variants/wa_methods-1.0-py3-none-pyemscripten_2025_0_wasm32.whl";
  const ByteVector file = test::read_file(path);
  const auto wheel = wheel::read_wheel(path.string(), memory_source(file), {});
  REQUIRE(wheel);
  const wheel::WheelModule* module = wheel->find_module("wa_methods/_core.so");
  REQUIRE(module != nullptr);
  REQUIRE(module->facts.code);
  std::vector<std::string> names;
  for (const PythonFunction& python : module->facts.code->python) {
    const bool at_import = python.way == PythonFunction::Way::at_import;
    names.push_back(at_import ? "exec of " + python.owner : python.qualified_name());
  }
  std::ranges::sort(names);
  CHECK(names == std::vector<std::string>{"exec of wa_methods._core", "wa_methods._core.call",
                                          "wa_methods._core.fine"});
}

}  // namespace wheelaudit::wasm
