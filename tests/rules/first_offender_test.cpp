// WA301's details: which functions reach the missing function.

#include <doctest/doctest.h>

#include <algorithm>

#include "rules/rule.hpp"
#include "support/linking_facts.hpp"
#include "support/run_rule.hpp"

namespace wheelaudit::rules {

namespace {

/// Imports `gone` and `strlen`; 2 -> 3 -> `gone`; 4 -> `strlen`.
wasm::SideModule calling() {
  wasm::SideModule facts = test::side_module();
  facts.imports = {test::function_import("gone"), test::function_import("strlen")};
  facts.defined_functions = 3;
  facts.code = wasm::CodeFacts{.rows = {0, 1, 2, 3}, .callees = {3, 0, 1}, .features = {}};
  return facts;
}

wasm::ExportedSymbol exporting(std::string name, std::uint32_t function) {
  wasm::ExportedSymbol symbol = test::function_export(std::move(name));
  symbol.index = function;
  return symbol;
}

Finding only_finding(wasm::SideModule facts) {
  const auto judged =
      test::judge(test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))}),
                  {test::js_profile()});
  const auto findings = test::run_rule("WA301", judged->input());
  REQUIRE(findings.size() == 1);
  return findings[0];
}

bool has_detail(const Finding& finding, std::string_view text) {
  return std::ranges::find(finding.details, text) != finding.details.end();
}

bool mentions(const Finding& finding, std::string_view text) {
  return std::ranges::any_of(finding.details, [&](const Sentence& detail) {
    return detail.text().find(text) != std::string::npos;
  });
}

}  // namespace

TEST_CASE(
    "WA301 fires: the Python function that comes to the missing one is named, with its chain") {
  wasm::SideModule facts = calling();
  facts.code->python = {{.owner = "_core", .name = "encode", .function = 2},
                        {.owner = "_core", .name = "fine", .function = 4}};
  const Finding finding = only_finding(facts);
  CHECK(has_detail(finding,
                   "reached from Python: `_core.encode` (function 2) -> function 3 -> `gone`"));
  CHECK_FALSE(mentions(finding, "fine"));
  CHECK(has_detail(finding,
                   "importing succeeds; the process dies when the function is first called, so "
                   "import tests do not show this"));
}

TEST_CASE("WA301 fires: exports give the chain its names, and further ones are counted") {
  wasm::SideModule facts = calling();
  facts.exports = {exporting("outer", 2), exporting("inner", 3), exporting("harmless", 4)};
  const Finding finding = only_finding(facts);
  CHECK(has_detail(finding, "reached from an export: `inner` -> `gone`"));
  CHECK(has_detail(finding, "1 other exported function reaches `gone`: `outer`"));
  CHECK_FALSE(mentions(finding, "harmless"));
}

TEST_CASE("WA301 fires: of very many that reach it some are named") {
  wasm::SideModule facts = calling();
  facts.code->python.clear();
  for (int i = 0; i < 50; ++i) {
    facts.defined_functions++;
    facts.code->rows.push_back(facts.code->rows.back() + 1);
    facts.code->callees.push_back(3);
    facts.code->python.push_back({.owner = {},
                                  .name = "f" + std::to_string(i),
                                  .function = static_cast<std::uint32_t>(5 + i)});
  }
  const Finding finding = only_finding(facts);
  CHECK(has_detail(finding, "reached from Python: `f0` (function 5) -> function 3 -> `gone`"));
  CHECK(has_detail(finding,
                   "49 other Python functions reach `gone`: `f1`, `f2`, `f3`, `f4` and 45 more"));
}

TEST_CASE("WA301 fires: reached by the init function, even the import may die") {
  wasm::SideModule facts = calling();
  facts.exports = {exporting("PyInit__core", 2)};
  const Finding finding = only_finding(facts);
  CHECK(has_detail(finding, "reached at import: `PyInit__core` -> function 3 -> `gone`"));
  CHECK(has_detail(finding,
                   "loading succeeds; the import fails where it comes to the function: the process "
                   "dies there"));
}

TEST_CASE("WA301 fires: a function under two Python names is named by both") {
  wasm::SideModule facts = calling();
  facts.code->python = {{.owner = "_core", .name = "bad", .function = 2},
                        {.owner = "_core", .name = "worse", .function = 2},
                        {.owner = "_core.T", .name = "size", .function = 3, .role = "getter"}};
  const Finding finding = only_finding(facts);
  CHECK(has_detail(finding, "reached from Python: `_core.T.size` (getter, function 3) -> `gone`"));
  CHECK(has_detail(finding, "1 other Python function reaches `gone`: `_core.bad`"));
  facts.code->python.pop_back();
  CHECK(has_detail(only_finding(facts),
                   "reached from Python: `_core.bad` (function 2, aliased `_core.worse`) -> "
                   "function 3 -> `gone`"));
}

TEST_CASE("WA301 fires: a name that only stands beside the function is not called Python's") {
  wasm::SideModule facts = calling();
  facts.code->python = {
      {.owner = {}, .name = "quit", .function = 2, .way = wasm::PythonFunction::Way::named}};
  const Finding finding = only_finding(facts);
  CHECK(has_detail(finding, "reached under a name: `quit` (function 2) -> function 3 -> `gone`"));
  CHECK_FALSE(mentions(finding, "from Python"));
}

TEST_CASE("WA301 fires: names of C++ are readable in every chain") {
  wasm::SideModule facts = calling();
  facts.exports = {exporting("_ZN11OSD_MemInfo9PrintInfoEv", 2),
                   exporting("_ZN11OSD_MemInfo6UpdateEv", 3)};
  facts.code->python = {
      {.owner = {}, .name = "PrintInfo_s", .function = 2, .way = wasm::PythonFunction::Way::named}};
  const Finding finding = only_finding(facts);
  CHECK(has_detail(finding,
                   "reached under a name: `PrintInfo_s` (`OSD_MemInfo::PrintInfo()`) -> "
                   "`OSD_MemInfo::Update()` -> `gone`"));
  CHECK(has_detail(finding, "reached from an export: `OSD_MemInfo::Update()` -> `gone`"));
}

namespace {

/// As `calling`, and 2 is in the table; 4 calls through the table what has no type of its own.
wasm::SideModule calling_through_the_table() {
  wasm::SideModule facts = calling();
  facts.code->indirect_rows = {0, 0, 0, 1};
  facts.code->indirect_types = {0};
  facts.code->table = {{.function = 2, .type = 0}};
  return facts;
}

}  // namespace

TEST_CASE("WA301 fires: a constructor that comes there through a pointer may kill the load") {
  wasm::SideModule facts = calling_through_the_table();
  facts.exports = {exporting("__wasm_call_ctors", 4)};
  const Finding finding = only_finding(facts);
  CHECK(has_detail(finding,
                   "may be reached at load: `__wasm_call_ctors` -> a pointer -> function 2 -> "
                   "function 3 -> `gone`"));
  CHECK(has_detail(finding,
                   "the process dies when the function is first called, which may be while the "
                   "module loads"));
  facts.code->table = {{.function = 2, .type = 1}};  // of another type than the call's
  facts.types.push_back({.params = "jj", .results = {}});
  facts.code->table[0].type = static_cast<std::uint32_t>(facts.types.size() - 1);
  CHECK_FALSE(mentions(only_finding(facts), "may be reached at load"));
}

TEST_CASE("WA301 fires: the import may come there through a pointer or through CPython") {
  wasm::SideModule facts = calling_through_the_table();
  facts.exports = {exporting("PyInit__core", 4)};
  CHECK(has_detail(only_finding(facts),
                   "loading succeeds; the process dies when the function is first called, which "
                   "may be during the import"));
  facts.code->indirect_rows = {0, 0, 0, 0};
  facts.code->indirect_types = {};
  CHECK(mentions(only_finding(facts), "may be reached at import: `PyInit__core` -> `strlen`") ==
        false);
  facts.imports[1] = test::function_import("console_log");
  CHECK(has_detail(only_finding(facts),
                   "may be reached at import: `PyInit__core` -> `console_log` -> function "
                   "2 -> function 3 -> `gone`"));
}

TEST_CASE("WA301 fires: the package's own code may call the function during the import") {
  const auto finding_with = [](std::vector<std::string> quiet) {
    wasm::SideModule facts = calling();
    facts.code->python = {{.owner = "_core", .name = "bad", .function = 2}};
    wheel::Wheel wheel =
        test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))});
    wheel.archive.members.push_back({.name = "example/__init__.py"});
    wheel.quiet_packages = std::move(quiet);
    const auto judged = test::judge(std::move(wheel), {test::js_profile()});
    return test::run_rule("WA301", judged->input()).at(0);
  };
  CHECK(has_detail(finding_with({}),
                   "loading succeeds; the process dies when the function is first called, which "
                   "may be during the import: `example/__init__.py` runs code"));
  CHECK(mentions(finding_with({"example/__init__.py"}), "importing succeeds"));
}

TEST_CASE("WA301 fires: of a long chain the middle is left out") {
  wasm::SideModule facts = calling();
  facts.code = wasm::CodeFacts{.rows = {0}, .callees = {}, .features = {}};
  facts.defined_functions = 20;
  for (std::uint32_t i = 0; i < 20; ++i) {
    facts.code->rows.push_back(i + 1);
    facts.code->callees.push_back(i == 19 ? 0 : 2 + i + 1);
  }
  facts.exports = {exporting("begin", 2)};
  CHECK(has_detail(only_finding(facts),
                   "reached from an export: `begin` -> function 3 -> function 4 -> 14 more -> "
                   "function 19 -> function 20 -> function 21 -> `gone`"));
}

TEST_CASE("WA301 fires: where nothing known leads to it, its callers are named") {
  CHECK(
      has_detail(only_finding(calling()),
                 "function 3 calls `gone`; no direct calls from exports or known Python functions "
                 "lead there"));
}

TEST_CASE("WA301 keeps quiet: about callers when the bodies were not read") {
  wasm::SideModule facts = calling();
  facts.code.reset();
  facts.depth = wasm::Depth::head;
  CHECK_FALSE(mentions(only_finding(facts), "reached"));
  CHECK_FALSE(mentions(only_finding(facts), "succeeds"));
}

}  // namespace wheelaudit::rules
