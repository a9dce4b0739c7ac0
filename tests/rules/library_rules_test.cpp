// WA401 to WA405: a needed library against where each loader looks.

#include <doctest/doctest.h>

#include "rules/rule.hpp"
#include "support/linking_facts.hpp"
#include "support/run_rule.hpp"

namespace wheelaudit::rules {

namespace {

test::Findings run(std::string_view rule, profile::AbiProfile profile,
                   std::vector<std::string> run_path, const char* library_path) {
  wasm::SideModule facts = test::side_module();
  facts.dylink->needed = {"libx.so"};
  facts.dylink->runtime_path = std::move(run_path);
  std::vector<wheel::WheelModule> modules;
  modules.push_back(test::module_at_path("pkg/_core.so", facts));
  if (library_path != nullptr)
    modules.push_back(test::module_at_path(library_path, test::side_module()));
  return test::run_rule(
      rule, test::judge(test::wheel_of(std::move(modules)), {std::move(profile)})->input());
}

}  // namespace

TEST_CASE("WA401 fires: a library that is nowhere in the wheel") {
  const auto findings = run("WA401", test::js_profile(), {}, nullptr);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule == "WA401"_rule);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].consequence == Consequence::load);
  CHECK(findings[0].symbol == "libx.so");
  CHECK(findings[0].message == "needed library `libx.so` is not in this wheel");
  CHECK(findings[0].names_absent_library);
}

TEST_CASE("WA401 fires: a library where the loader does not look, with its place") {
  const auto findings = run("WA401", test::js_profile(), {}, "stock/libx.so");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message ==
        "needed library `libx.so` is in this wheel at `stock/libx.so`, where Pyodide 1.0 and 1.1 "
        "do not look");
  CHECK_FALSE(findings[0].names_absent_library);
  CHECK(findings[0].help ==
        "wheelaudit repair example-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl; or put it into "
        "example.libs/ or beside the module");
}

TEST_CASE("WA401 keeps quiet: beside the module, in <name>.libs, at the top") {
  for (const char* path : {"pkg/libx.so", "example.libs/libx.so", "libx.so"}) {
    CHECK(run("WA401", test::js_profile(), {}, path).empty());
  }
}

TEST_CASE("WA402 fires: <name>.libs without a run path, from 0.28 on") {
  const auto findings = run("WA402", test::wasm_profile(), {}, "example.libs/libx.so");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message ==
        "needed library `libx.so` is in this wheel at `example.libs/libx.so`, but no run path "
        "leads there");
}

TEST_CASE("WA402 keeps quiet: a run path that leads there") {
  CHECK(run("WA402", test::wasm_profile(), {"$ORIGIN/../example.libs"}, "example.libs/libx.so")
            .empty());
}

TEST_CASE("WA403 fires: a run path where it is ignored") {
  const auto findings = run("WA403", test::js_profile(), {"$ORIGIN/../stock"}, "stock/libx.so");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message ==
        "needed library `libx.so` is found by a run path only, which Pyodide 1.0 and 1.1 ignore");
}

TEST_CASE("WA403 keeps quiet: the loader finds the library without it") {
  CHECK(run("WA403", test::js_profile(), {"$ORIGIN/../example.libs"}, "example.libs/libx.so")
            .empty());
}

TEST_CASE("WA404 fires: braces, a path that is not first, an absolute one, a colon") {
  for (const char* path :
       {"${ORIGIN}/../example.libs", "/build/lib", "lib/$ORIGIN", "$ORIGIN/a:$ORIGIN/b"}) {
    const auto findings = run("WA404", test::wasm_profile(), {path}, "libx.so");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].symbol == path);
    CHECK(findings[0].severity == Severity::warning);
  }
}

TEST_CASE("WA404 fires: an error when a library is lost by it") {
  const auto findings =
      run("WA404", test::wasm_profile(), {"${ORIGIN}/../example.libs"}, "example.libs/libx.so");
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].symbol == "libx.so");
  CHECK(findings[0].message ==
        "the run path to `libx.so` is written in a form the loader does not expand");
}

TEST_CASE("WA404 keeps quiet: $ORIGIN first") {
  CHECK(run("WA404", test::wasm_profile(), {"$ORIGIN/../example.libs"}, "example.libs/libx.so")
            .empty());
}

TEST_CASE("WA405 fires: the package of the distribution that carries the library is named") {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes) {
    runtime.packages = {
        {.name = "libx", .version = "1.2", .depends = {}, .is_shared_library = true}};
  }
  const auto findings = run("WA405", profile, {}, nullptr);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].message ==
        "`libx.so` is carried by the package `libx` 1.2 of Pyodide's own distribution");
  CHECK(findings[0].cause == Cause{"WA401"_rule, "libx.so"});
}

TEST_CASE("WA405 keeps quiet: a Python package of the same name is not a library") {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes) {
    runtime.packages = {
        {.name = "libx", .version = "1.2", .depends = {}, .is_shared_library = false}};
  }
  CHECK(run("WA405", profile, {}, nullptr).empty());
}

}  // namespace wheelaudit::rules
