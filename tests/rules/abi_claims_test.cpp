// WA108 and WA109: what the binary says against the tag, and wheels of two tags. Against the real
// profiles where their libc++ and symbols matter.

#include <doctest/doctest.h>

#include <algorithm>

#include "audit/audit.hpp"
#include "loader/choose_targets.hpp"
#include "rules/rule.hpp"
#include "rules/tags/binary_marks.hpp"
#include "support/linking_facts.hpp"
#include "support/run_rule.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

namespace {

constexpr const char* bare_path = "example/_core.so";

/// What WA108 says of a wheel for pyemscripten_2025_0 that holds this module.
test::Findings evidence(wasm::SideModule facts, const audit::AuditOptions& options = {},
                        const char* path = bare_path) {
  const std::vector<profile::AbiProfile> catalog = profile::built_in_profiles();
  const wheel::Wheel wheel = test::wheel_of({test::module_at_path(path, std::move(facts))},
                                            "pyemscripten_2025_0_wasm32", "cp313");
  const loader::LinkIndex index = loader::index_for_linking(wheel);
  const auto targets = loader::choose_targets(wheel, catalog, options.selections);
  REQUIRE(targets.size() == 1);
  const loader::Target target = loader::link_target(wheel, index, targets[0]);
  return test::run_rule(
      "WA108",
      {.wheel = wheel, .index = index, .catalog = catalog, .target = &target, .targets = targets});
}

wasm::SideModule exporting(const std::vector<std::string>& names) {
  wasm::SideModule facts = test::side_module();
  for (const std::string& name : names) facts.exports.push_back(test::function_export(name));
  return facts;
}

constexpr const char* of_libcxx_18 = "_ZNSt3__26vectorIiE9push_backB8ne180100Ei";
constexpr const char* of_libcxx_19 = "_ZNSt3__26vectorIiE9push_backB8ne190106Ei";

test::Findings two_tags(std::vector<wasm::ImportedSymbol> imports,
                        std::vector<profile::AbiProfile> catalog,
                        std::vector<std::string> platforms = {"js_abi_wasm32", "wasm_abi_wasm32"}) {
  wasm::SideModule facts = test::side_module();
  facts.imports = std::move(imports);
  wheel::Wheel wheel = test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))});
  wheel.filename->tags.platforms = std::move(platforms);
  const loader::LinkIndex index = loader::index_for_linking(wheel);
  const auto targets = loader::choose_targets(wheel, catalog, {});
  return test::run_rule(
      "WA109",
      {.wheel = wheel, .index = index, .catalog = catalog, .target = nullptr, .targets = targets});
}

}  // namespace

TEST_CASE("libc++ marks are found in mangled names only") {
  CHECK(libcxx_mark(of_libcxx_18) == "B8ne180100");
  CHECK(libcxx_mark("_ZNSt3__24swapB6v15007ERi") == "B6v15007");
  CHECK(libcxx_mark("_ZN1BC1Ev").empty());
  CHECK(libcxx_mark("_ZN3fooB5cxx11Ev").empty());
  CHECK(libcxx_mark("_ZN3fooB99ne180100Ev").empty());
  CHECK(libcxx_mark("_ZN3fooB8ne18010").empty());
  CHECK(libcxx_mark("_ZN3fooB").empty());
  CHECK(libcxx_mark("fooB8ne180100").empty());
}

TEST_CASE("WA108 fires: names of another libc++ where everything resolves, a warning") {
  const Finding finding = test::only(evidence(exporting({of_libcxx_18})));
  CHECK(finding.rule == "WA108"_rule);
  CHECK(rule_name(finding.rule) == "abi-evidence");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.profile == "pyemscripten_2025_0");
  CHECK(finding.place.member == bare_path);
  CHECK(finding.message ==
        "the modules are consistent with pyodide_2024_0, and contradict pyemscripten_2025_0");
  CHECK(finding.expected == "pyemscripten_2025_0");
  CHECK(finding.found == "pyodide_2024_0");
  CHECK(test::has_detail(finding,
                         "names of libc++ 18.1.0 (`B8ne180100`) in "
                         "`example/_core.so`; pyemscripten_2025_0 has "
                         "libc++ 19.1.6 (`B8ne190106`)"));
  CHECK(test::has_detail(finding, "marks of a toolchain are evidence, not proof"));
  CHECK(finding.help ==
        "build everything again with Emscripten 4.0.9; if the wheel was meant for pyodide_2024_0, "
        "tag it so");
}

TEST_CASE("WA108 fires: the exception model, as the note that explains the errors of WA308") {
  wasm::SideModule facts = test::side_module();
  facts.imports = {test::function_import("invoke_ii"),
                   test::function_import("__cxa_find_matching_catch_2", 0)};
  const Finding finding = test::only(evidence(std::move(facts)));
  CHECK(finding.severity == Severity::note);
  CHECK(finding.consequence == Consequence::style);
  CHECK(finding.message ==
        "the modules are consistent with emscripten_3_1_14, emscripten_3_1_27, emscripten_3_1_32, "
        "emscripten_3_1_45, emscripten_3_1_46 and pyodide_2024_0, and contradict "
        "pyemscripten_2025_0");
  CHECK(test::has_detail(finding,
                         "JavaScript exceptions in `example/_core.so`; "
                         "pyemscripten_2025_0 has wasm exceptions"));
  CHECK(finding.help == "build everything again with Emscripten 4.0.9");
}

TEST_CASE(
    "WA108 fires: a file name for one CPython narrows down what the module is consistent with") {
  const auto js = [] {
    wasm::SideModule facts = test::side_module();
    facts.imports = {test::function_import("__cxa_find_matching_catch_2", 0)};
    return facts;
  };
  CHECK(test::only(evidence(js(), {}, "example/_core.cpython-312-wasm32-emscripten.so")).found ==
        "pyodide_2024_0");
  CHECK(test::only(evidence(js(), {}, "example/_core.cpython-313-wasm32-emscripten.so")).found ==
        "no ABI known");
}

TEST_CASE("WA108 fires: marks that no one ABI has together") {
  wasm::SideModule facts = exporting({of_libcxx_18});
  facts.imports = {test::tag_import("__cpp_exception")};
  const Finding finding = test::only(evidence(std::move(facts)));
  CHECK(finding.message ==
        "the modules contradict pyemscripten_2025_0, and are consistent with no other ABI known");
  CHECK(finding.found == "no ABI known");
}

TEST_CASE("WA108 fires: the symbol set alone, when all of it is another ABI's") {
  wasm::SideModule facts = test::side_module();
  // (i32, i32, i32, i32, i32) -> i32 until pyodide_2024_0, a parameter more since.
  facts.types.push_back({.params = "iiiii", .results = "i"});
  facts.imports = {test::function_import("_PyLong_AsByteArray",
                                         static_cast<std::uint32_t>(facts.types.size() - 1))};
  const Finding finding = test::only(evidence(std::move(facts)));
  CHECK(finding.severity == Severity::note);
  CHECK(finding.place.member.empty());
  CHECK(std::ranges::any_of(finding.details, [](const rules::Sentence& detail) {
    return detail.text().starts_with("1 of the symbols asked for do not fit Pyodide 0.29.") &&
           detail.text().ends_with("pyodide_2024_0");
  }));
}

TEST_CASE("WA108 keeps quiet: the ABI's own marks, no marks, symbols nobody has, no claim") {
  wasm::SideModule own = exporting({of_libcxx_19});
  own.imports = {test::tag_import("__cpp_exception"), test::tag_import("__c_longjmp")};
  own.has_data_count = true;
  CHECK(evidence(std::move(own)).empty());
  CHECK(evidence(test::side_module()).empty());
  wasm::SideModule missing = test::side_module();
  missing.imports = {test::function_import("PyObjekt_Str")};
  CHECK(evidence(std::move(missing)).empty());
  audit::AuditOptions asked;
  const auto catalog = profile::built_in_profiles();
  asked.selections = {*profile::select_profile(catalog, "pyemscripten_2025_0")};
  CHECK(evidence(exporting({of_libcxx_18}), asked).empty());
}

TEST_CASE("WA109 fires: tags of two ABIs, of which the wheel fits one") {
  const Finding finding = test::only(
      two_tags({test::tag_import("__cpp_exception")}, {test::js_profile(), test::wasm_profile()}));
  CHECK(finding.rule == "WA109"_rule);
  CHECK(rule_name(finding.rule) == "several-abis");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.profile.empty());
  CHECK(finding.message == "the tags claim 2 ABIs, and the wheel fits only `wasm_abi`");
  CHECK(finding.found == "not fit for js_abi");
  CHECK(test::has_detail(finding, "js_abi: 1 symbol of another type or kind (Pyodide 1.1)"));
  CHECK(test::has_detail(finding,
                         "the installer of each ABI goes by its own tag, and takes the wheel"));
  CHECK(finding.help == "keep only `wasm_abi_wasm32`, and build another wheel for each other ABI");
}

TEST_CASE("WA109 fires: it fits none, or the Python tags do not") {
  const Finding neither = test::only(two_tags({test::function_import("PyObjekt_Str")},
                                              {test::js_profile(), test::wasm_profile()}));
  CHECK(neither.message == "the tags claim 2 ABIs, and the wheel fits none of them");
  CHECK(neither.consequence == Consequence::call);
  CHECK(neither.help == "build one wheel for each ABI, each with its own tag");
  profile::AbiProfile newer = test::wasm_profile();
  newer.python = "3.13";
  const Finding python =
      test::only(two_tags({test::function_import("strlen")}, {test::js_profile(), newer}));
  CHECK(python.consequence == Consequence::install);
  CHECK(test::has_detail(python,
                         "wasm_abi: its CPython 3.13 does not take the Python tags (Pyodide 1.1)"));
}

TEST_CASE("WA109 keeps quiet: a wheel that fits both, and two names of one ABI") {
  CHECK(two_tags({test::function_import("strlen")}, {test::js_profile(), test::wasm_profile()})
            .empty());
  profile::AbiProfile alias = test::wasm_profile();
  alias.tags.push_back("other_wasm32");
  CHECK(two_tags({test::function_import("PyObjekt_Str")}, {alias},
                 {"wasm_abi_wasm32", "other_wasm32"})
            .empty());
}

}  // namespace wheelaudit::rules
