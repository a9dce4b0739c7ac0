// WA406: symbols between a module and the libraries of its wheel.

#include <doctest/doctest.h>

#include <algorithm>

#include "rules/rule.hpp"
#include "support/linking_facts.hpp"
#include "support/run_rule.hpp"
#include "support/session_wheels.hpp"

namespace wheelaudit::rules {

namespace {

using test::needing;

/// pkg/_core.so asks for `answer` of type `asked` and needs liba.so, which needs libb.so; both lie
/// at the top. libb.so exports what is given.
test::Findings run(std::string_view rule, const std::vector<wasm::ExportedSymbol>& exports,
                   profile::AbiProfile profile, std::uint32_t asked = 1,
                   std::vector<profile::AbiProfile> others = {}) {
  wasm::SideModule module = needing({"liba.so"});
  module.imports = {test::function_import("answer", asked)};
  wasm::SideModule last = test::side_module();
  last.exports = exports;
  std::vector<profile::AbiProfile> catalog{std::move(profile)};
  std::ranges::move(others, std::back_inserter(catalog));
  return test::run_rule(
      rule, test::judge(test::wheel_of({test::module_at_path("pkg/_core.so", module),
                                        test::module_at_path("liba.so", needing({"libb.so"})),
                                        test::module_at_path("libb.so", last)}),
                        std::move(catalog))
                ->input());
}

bool has_detail(const Finding& finding, std::string_view text) {
  return std::ranges::find(finding.details, text) != finding.details.end();
}

profile::AbiProfile global_profile() {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes) runtime.loader.needed_anywhere_in_wheel = true;
  return profile;
}

profile::AbiProfile flat_profile() {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes)
    runtime.loader.library_search = profile::LibrarySearch::flat_name;
  return profile;
}

/// pkg/_core.so calls five functions: four of lib2.so, one of lib1.so, which lib2.so needs; its
/// constructors reach the first `at_load` of them. Modules stand in the order of their names.
std::unique_ptr<test::Judged> calling(profile::AbiProfile profile, std::uint32_t at_load = 0) {
  wasm::SideModule module = needing({"lib2.so"});
  wasm::SideModule library = needing({"lib1.so"});
  for (const char* name : {"one", "two", "three", "four"}) {
    module.imports.push_back(test::function_import(name));
    library.exports.push_back(test::function_export(name));
  }
  module.imports.push_back(test::function_import("last"));
  module.imports.push_back(test::address_import("one", "GOT.func"));
  if (at_load > 0) {
    module.defined_functions = 1;
    module.code = wasm::CodeFacts{.rows = {0, at_load}, .callees = {}, .features = {}};
    for (std::uint32_t callee = 0; callee < at_load; ++callee)
      module.code->callees.push_back(callee);
    module.exports.push_back(test::function_export("__wasm_call_ctors"));
    module.exports.back().index = 5;
  }
  wasm::SideModule last = test::side_module();
  last.exports = {test::function_export("last")};
  return test::judge(test::wheel_of({test::module_at_path("lib1.so", last),
                                     test::module_at_path("lib2.so", library),
                                     test::module_at_path("pkg/_core.so", module)}),
                     {std::move(profile)});
}

}  // namespace

TEST_CASE("WA406 fires: no library of the chain has the symbol, and the chain is printed") {
  const auto findings = run("WA406", {test::function_export("question")}, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].consequence == Consequence::call);
  CHECK(findings[0].symbol == "answer");
  CHECK(findings[0].message == "no needed library has `answer`, nor does any runtime");
  CHECK(has_detail(findings[0], "`pkg/_core.so` needs `liba.so`, which needs `libb.so`"));
  // exactly one finding says it
  CHECK(run("WA301", {test::function_export("question")}, test::wasm_profile()).empty());
}

TEST_CASE("WA406 fires: who comes to the missing function is said as for WA301") {
  wasm::SideModule module = needing({"liba.so"});
  module.imports = {test::function_import("answer")};
  module.defined_functions = 1;
  module.code = wasm::CodeFacts{.rows = {0, 1}, .callees = {0}, .features = {}};
  module.code->python = {{.owner = "_core", .name = "ask", .function = 1}};
  const auto judged =
      test::judge(test::wheel_of({test::module_at_path("a.so", module),
                                  test::module_at_path("liba.so", test::side_module())}),
                  {test::wasm_profile()});
  const auto findings = test::run_rule("WA406", judged->input());
  REQUIRE(findings.size() == 1);
  CHECK(has_detail(findings[0], "reached from Python: `_core.ask` (function 1) -> `answer`"));
}

TEST_CASE("WA406 fires: of another type, where libraries are loaded globally the load fails") {
  const auto findings = run("WA406", {test::function_export("answer", 0)}, global_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].consequence == Consequence::load);
  CHECK(findings[0].message == "type of `answer` differs from the needed library's");
  CHECK(findings[0].expected == "() -> i32");
  CHECK(findings[0].found == "(i32) -> i32");
  CHECK(has_detail(findings[0], "`pkg/_core.so` needs `liba.so`, which needs `libb.so`"));
  CHECK(has_detail(findings[0], "the load fails with a LinkError"));
  CHECK(run("WA303", {test::function_export("answer", 0)}, global_profile()).empty());
}

TEST_CASE("WA406 fires: bound by a stub, a 64-bit integer dies when called") {
  for (const std::uint32_t asked : {1U, 2U}) {
    const auto findings = run("WA406", {test::function_export("answer", asked == 1 ? 2 : 1)},
                              test::wasm_profile(), asked);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].severity == Severity::error);
    CHECK(findings[0].consequence == Consequence::call);
    CHECK(has_detail(findings[0],
                     "a call dies of converting a 64-bit integer (Cannot convert "
                     "a BigInt value to a number)"));
  }
}

TEST_CASE("WA406 fires: bound by a stub, other types are converted, which is a warning") {
  const auto findings = run("WA406", {test::function_export("answer", 0)}, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].consequence == Consequence::latent);
  CHECK(findings[0].expected == "() -> i32");
}

TEST_CASE("WA406 keeps quiet: the same type, and symbols that another ABI offers") {
  CHECK(run("WA406", {test::function_export("answer", 1)}, test::wasm_profile()).empty());
  CHECK(run("WA406", {test::function_export("answer", 1)}, global_profile()).empty());
  profile::AbiProfile other = test::js_profile();
  other.symbols = profile::build_symbol_table({{.name = "answer", .release = 1, .symbol = {}}}, 2);
  CHECK(run("WA406", {}, test::wasm_profile(), 1, {other}).empty());
  CHECK(run("WA301", {}, test::wasm_profile(), 1, {other}).size() == 1);
}

TEST_CASE("WA406 keeps quiet: without libraries in the wheel a missing symbol is WA301's") {
  wasm::SideModule module = test::side_module();
  module.imports = {test::function_import("answer")};
  const auto judged =
      test::judge(test::wheel_of({test::module_at_path("a.so", module)}), {test::wasm_profile()});
  CHECK(test::run_rule("WA406", judged->input()).empty());
  CHECK(test::run_rule("WA301", judged->input()).size() == 1);
}

TEST_CASE("WA406 fires: 0.21 binds no call into a library, one warning for each library") {
  const auto judged = calling(flat_profile());
  const auto findings = test::run_rule("WA406", judged->input());
  REQUIRE(findings.size() == 2);
  for (const Finding& finding : findings) {
    CHECK(finding.severity == Severity::warning);
    CHECK(finding.consequence == Consequence::call);
    CHECK(finding.place.member == "pkg/_core.so");
    CHECK(finding.symbol.empty());
    CHECK(finding.releases == std::vector<std::string>{"1.0", "1.1"});
    CHECK(has_detail(finding,
                     "Pyodide 1.0 and 1.1 bind calls to what is loaded globally, and a wheel's own "
                     "libraries are not"));
    CHECK(has_detail(finding,
                     "the load succeeds; the first call, be it in the init function, ends the "
                     "session: \"Cannot read "
                     "properties of undefined (reading 'apply')\""));
  }
  CHECK(findings[0].message == "`last` of the needed library `lib1.so` is not bound");
  CHECK(has_detail(findings[0], "`pkg/_core.so` needs `lib2.so`, which needs `lib1.so`"));
  CHECK(findings[1].message == "4 functions of the needed library `lib2.so` are not bound");
  CHECK(has_detail(findings[1], "`four`, `one`, `three` and 1 more"));
  CHECK(has_detail(findings[1], "`pkg/_core.so` needs `lib2.so`"));
  CHECK(findings[1].help ==
        "have Python code open each such library before the first call: ctypes.CDLL(\"lib2.so\", "
        "ctypes.RTLD_GLOBAL)");
  // no other rule takes them for missing
  for (const std::string_view rule :
       {"WA301", "WA302", "WA303", "WA304", "WA308", "WA309", "WA312"}) {
    CHECK(test::run_rule(rule, judged->input()).empty());
  }
}

TEST_CASE("WA406 fires: a constructor that calls into a library fails the load of 0.21") {
  const auto findings = test::run_rule("WA406", calling(flat_profile(), 2)->input());
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].severity == Severity::warning);  // `last` is not among them
  CHECK(findings[1].severity == Severity::error);
  CHECK(findings[1].consequence == Consequence::load);
  CHECK(has_detail(findings[1],
                   "the load fails: \"Cannot read properties of undefined (reading 'apply')\"; "
                   "start functions or constructors reach `one` and `two`"));
}

TEST_CASE("WA406 keeps quiet: later releases bind calls, and a library out of place is WA401's") {
  CHECK(test::run_rule("WA406", calling(test::js_profile(), 2)->input()).empty());
  CHECK(test::run_rule("WA406", calling(test::wasm_profile(), 2)->input()).empty());
  CHECK(test::run_rule("WA406", calling(global_profile(), 2)->input()).empty());
  // in the order of the archive `libz.so` comes after the module
  wasm::SideModule module = needing({"libz.so"});
  module.imports = {test::function_import("answer")};
  wasm::SideModule library = test::side_module();
  library.exports = {test::function_export("answer")};
  const auto judged = test::judge(test::wheel_of({test::module_at_path("a.so", module),
                                                  test::module_at_path("libz.so", library)}),
                                  {flat_profile()});
  CHECK(test::run_rule("WA406", judged->input()).empty());
  CHECK(test::run_rule("WA401", judged->input()).size() == 1);
}

}  // namespace wheelaudit::rules
