// WA801 and WA802: the stable ABI's list, the floor of tags and names, and the wording.

#include <doctest/doctest.h>

#include <algorithm>

#include "audit/audit.hpp"
#include "loader/choose_targets.hpp"
#include "profile/stable_abi.hpp"
#include "rules/rule.hpp"
#include "support/linking_facts.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

namespace {

wheel::Wheel abi3_wheel(std::vector<wasm::ImportedSymbol> imports, std::string python = "cp310",
                        std::string abi = "abi3", std::string path = "example/_core.abi3.so") {
  wasm::SideModule facts = test::side_module();
  facts.imports = std::move(imports);
  wheel::Wheel wheel = test::wheel_of({test::module_at_path(std::move(path), std::move(facts))});
  wheel.filename->tags.pythons = {std::move(python)};
  wheel.filename->tags.abis = {std::move(abi)};
  return wheel;
}

test::Findings run(std::string_view rule, const wheel::Wheel& wheel) {
  const std::vector<profile::AbiProfile> catalog = profile::built_in_profiles();
  const loader::LinkIndex index = loader::index_for_linking(wheel);
  const auto targets = loader::choose_targets(wheel, catalog, {});
  return test::run_rule(
      rule,
      {.wheel = wheel, .index = index, .catalog = catalog, .target = nullptr, .targets = targets});
}

}  // namespace

TEST_CASE("the stable ABI is CPython's list, private names of its macros included") {
  const auto symbols = profile::stable_abi_symbols();
  CHECK(symbols.size() > 900);
  CHECK(std::ranges::is_sorted(symbols, {}, &profile::StableAbiSymbol::name));
  CHECK(profile::stable_abi_since("PyLong_FromLong") == 2);
  CHECK(profile::stable_abi_since("PyType_GetName") == 11);
  CHECK(profile::stable_abi_since("_Py_Dealloc") == 2);
  CHECK(profile::stable_abi_since("_Py_NoneStruct") == 2);
  CHECK_FALSE(profile::stable_abi_since(
      "PyUnicode_AsUTF8"));  // the limited API has PyUnicode_AsUTF8AndSize
  CHECK_FALSE(profile::stable_abi_since(""));
}

TEST_CASE("WA801 fires: an abi3 wheel that asks for what the limited API does not have") {
  const Finding finding =
      test::only(run("WA801", abi3_wheel({test::function_import("PyLong_FromLong"),
                                          test::function_import("_PyLong_NumBits")})));
  CHECK(finding.rule == "WA801"_rule);
  CHECK(rule_name(finding.rule) == "not-limited-api");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.place.member == "example/_core.abi3.so");
  CHECK(finding.symbol == "_PyLong_NumBits");
  CHECK(finding.message ==
        "1 C-API symbol outside the limited API, which `cp310-abi3` promises to keep to");
  CHECK(test::has_detail(finding, "`_PyLong_NumBits`"));
  CHECK(
      test::has_detail(finding,
                       "another CPython may lack or change them, and a wheel of the stable ABI is "
                       "installed on all from its floor on"));
  CHECK(finding.help ==
        "compile everything with Py_LIMITED_API=0x030A0000 (Cython 3.1 and PyO3 support it), or "
        "build the wheel for one CPython, without `abi3`");
}

TEST_CASE("WA801 fires: a module whose name alone says abi3, and data as well as functions") {
  const Finding finding = test::only(run("WA801", abi3_wheel({test::address_import("PyCode_Type"),
                                                              test::function_import("PyCell_New")},
                                                             "cp312", "cp312")));
  CHECK(finding.symbol.empty());
  CHECK(finding.message ==
        "2 C-API symbols outside the limited API, which the name `_core.abi3.so` promises to keep "
        "to");
  CHECK(test::has_detail(finding, "`PyCell_New` and `PyCode_Type`"));
}

TEST_CASE("WA801 keeps quiet: stable symbols, other libraries' names, own symbols, no claim") {
  CHECK(run("WA801",
            abi3_wheel(
                {test::function_import("PyLong_FromLong"), test::function_import("_Py_Dealloc"),
                 test::address_import("_Py_NoneStruct"), test::function_import("PyObjekt_Str"),
                 test::function_import("PyodideThing"), test::function_import("strlen")}))
            .empty());
  wheel::Wheel own = abi3_wheel({test::address_import("PyCell_New", "GOT.func")});
  own.modules[0].facts.exports = {test::function_export("PyCell_New")};
  CHECK(run("WA801", own).empty());
  wasm::ImportedSymbol weak = test::function_import("PyCell_New");
  weak.weak = true;
  CHECK(run("WA801", abi3_wheel({weak})).empty());
  CHECK(run("WA801", abi3_wheel({test::function_import("PyCell_New")}, "cp312", "cp312",
                                "example/_core.cpython-312-wasm32-emscripten.so"))
            .empty());
}

TEST_CASE("WA802 fires: a symbol newer than the floor that the tag names") {
  const Finding finding = test::only(run("WA802", abi3_wheel({
                                                      test::function_import("PyLong_FromLong"),
                                                      test::function_import("PyType_GetName"),
                                                      test::function_import("PyObject_Vectorcall"),
                                                  })));
  CHECK(finding.rule == "WA802"_rule);
  CHECK(rule_name(finding.rule) == "newer-limited-api");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.message ==
        "2 C-API symbols newer than CPython 3.10, which `cp310-abi3` names as the oldest");
  CHECK(finding.expected == "the limited API of CPython 3.10");
  CHECK(finding.found == "PyObject_Vectorcall, of CPython 3.12");
  CHECK(test::has_detail(finding, "`PyObject_Vectorcall` came with CPython 3.12"));
  CHECK(test::has_detail(finding, "`PyType_GetName` came with CPython 3.11"));
  CHECK(test::has_detail(finding,
                         "CPython 3.12, which pyodide_2024_0 runs, has them: it works there"));
  CHECK(finding.help ==
        "tag it `cp312-abi3`, or compile everything with Py_LIMITED_API=0x030A0000, which hides "
        "what is newer");
}

TEST_CASE("WA802 fires: the lowest floor of several tags counts") {
  wheel::Wheel wheel = abi3_wheel({test::function_import("PyType_GetName")});
  wheel.filename->tags.pythons = {"cp312", "cp39"};
  const Finding finding = test::only(run("WA802", wheel));
  CHECK(finding.symbol == "PyType_GetName");
  CHECK(finding.message ==
        "1 C-API symbol newer than CPython 3.9, which `cp39-abi3` names as the oldest");
}

TEST_CASE("WA802 keeps quiet: at the floor, without a floor, outside the stable ABI, no claim") {
  CHECK(run("WA802", abi3_wheel({test::function_import("PyType_GetName")}, "cp311")).empty());
  CHECK(run("WA802", abi3_wheel({test::function_import("PyType_GetName")}, "py3")).empty());
  CHECK(run("WA802", abi3_wheel({test::function_import("PyCell_New")})).empty());
  CHECK(run("WA802", abi3_wheel({test::function_import("PyObject_Vectorcall")}, "cp310", "cp310",
                                "example/a.so"))
            .empty());
}

}  // namespace wheelaudit::rules
