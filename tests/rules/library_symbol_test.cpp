// WA406: symbols between a module and the libraries of its wheel.

#include <doctest/doctest.h>

#include <algorithm>

#include "rules/rule_functions.hpp"
#include "support/linking_facts.hpp"

using namespace wheelaudit;
using namespace wheelaudit::test;

namespace {

using RuleFunction = std::vector<Finding> (*)(const RuleInput&);

SideModule needing(std::vector<std::string> libraries) {
  SideModule facts = side_module();
  facts.dylink->needed = std::move(libraries);
  return facts;
}

/// pkg/_core.so asks for `answer` of type `asked` and needs liba.so, which needs libb.so; both lie
/// at the top. libb.so exports what is given.
std::vector<Finding> run(RuleFunction rule, const std::vector<ExportedSymbol>& exports,
                         AbiProfile profile, std::uint32_t asked = 1,
                         std::vector<AbiProfile> others = {}) {
  SideModule module = needing({"liba.so"});
  module.imports = {function_import("answer", asked)};
  SideModule last = side_module();
  last.exports = exports;
  std::vector<AbiProfile> catalog{std::move(profile)};
  std::ranges::move(others, std::back_inserter(catalog));
  return rule(judge(wheel_of({module_at_path("pkg/_core.so", module),
                              module_at_path("liba.so", needing({"libb.so"})),
                              module_at_path("libb.so", last)}),
                    std::move(catalog))
                  ->input());
}

bool has_detail(const Finding& finding, std::string_view text) {
  return std::ranges::find(finding.details, text) != finding.details.end();
}

AbiProfile global_profile() {
  AbiProfile profile = js_profile();
  for (Runtime& runtime : profile.runtimes) runtime.loader.needed_anywhere_in_wheel = true;
  return profile;
}

}  // namespace

TEST_CASE("WA406 fires: no library of the chain has the symbol, and the chain is printed") {
  const auto findings = run(library_symbol, {function_export("question")}, wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].consequence == Consequence::call);
  CHECK(findings[0].symbol == "answer");
  CHECK(findings[0].message == "no needed library has `answer`, nor does any runtime");
  CHECK(has_detail(findings[0], "`pkg/_core.so` needs `liba.so`, which needs `libb.so`"));
  // exactly one finding says it
  CHECK(run(unresolved_function, {function_export("question")}, wasm_profile()).empty());
}

TEST_CASE("WA406 fires: who comes to the missing function is said as for WA301") {
  SideModule module = needing({"liba.so"});
  module.imports = {function_import("answer")};
  module.defined_functions = 1;
  module.code = CodeFacts{.rows = {0, 1}, .callees = {0}, .features = {}};
  module.code->python = {{.owner = "_core", .name = "ask", .function = 1}};
  const auto judged =
      judge(wheel_of({module_at_path("a.so", module), module_at_path("liba.so", side_module())}),
            {wasm_profile()});
  const auto findings = library_symbol(judged->input());
  REQUIRE(findings.size() == 1);
  CHECK(has_detail(findings[0], "reached from Python: `_core.ask` (function 1) -> `answer`"));
}

TEST_CASE("WA406 fires: of another type, where libraries are loaded globally the load fails") {
  const auto findings = run(library_symbol, {function_export("answer", 0)}, global_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].consequence == Consequence::load);
  CHECK(findings[0].message == "type of `answer` differs from the needed library's");
  CHECK(findings[0].expected == "() -> i32");
  CHECK(findings[0].found == "(i32) -> i32");
  CHECK(has_detail(findings[0], "`pkg/_core.so` needs `liba.so`, which needs `libb.so`"));
  CHECK(has_detail(findings[0], "the load fails with a LinkError"));
  CHECK(run(type_mismatch, {function_export("answer", 0)}, global_profile()).empty());
}

TEST_CASE("WA406 fires: bound by a stub, a 64-bit integer dies when called") {
  for (const std::uint32_t asked : {1U, 2U}) {
    const auto findings =
        run(library_symbol, {function_export("answer", asked == 1 ? 2 : 1)}, wasm_profile(), asked);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].severity == Severity::error);
    CHECK(findings[0].consequence == Consequence::call);
    CHECK(
        has_detail(findings[0],
                   "importing succeeds; a call dies of converting a 64-bit integer (Cannot convert "
                   "a BigInt value to a number)"));
  }
}

TEST_CASE("WA406 fires: bound by a stub, other types are converted, which is a warning") {
  const auto findings = run(library_symbol, {function_export("answer", 0)}, wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].consequence == Consequence::latent);
  CHECK(findings[0].expected == "() -> i32");
}

TEST_CASE("WA406 keeps quiet: the same type, and symbols that another ABI offers") {
  CHECK(run(library_symbol, {function_export("answer", 1)}, wasm_profile()).empty());
  CHECK(run(library_symbol, {function_export("answer", 1)}, global_profile()).empty());
  AbiProfile other = js_profile();
  other.symbols = build_symbol_table({{.name = "answer", .release = 1, .symbol = {}}}, 2);
  CHECK(run(library_symbol, {}, wasm_profile(), 1, {other}).empty());
  CHECK(run(unresolved_function, {}, wasm_profile(), 1, {other}).size() == 1);
}

TEST_CASE("WA406 keeps quiet: without libraries in the wheel a missing symbol is WA301's") {
  SideModule module = side_module();
  module.imports = {function_import("answer")};
  const auto judged = judge(wheel_of({module_at_path("a.so", module)}), {wasm_profile()});
  CHECK(library_symbol(judged->input()).empty());
  CHECK(unresolved_function(judged->input()).size() == 1);
}
