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
  CHECK(
      has_detail(finding,
                 "loading succeeds; the process dies when the function is first called, which may "
                 "be during the import"));
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
}

}  // namespace wheelaudit::rules
