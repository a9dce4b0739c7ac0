// WA320, WA321 and WA603: rules whose tables are data of the profile. Wording included.

#include <doctest/doctest.h>

#include "rules/rule.hpp"
#include "support/linking_facts.hpp"
#include "support/run_rule.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

namespace {

/// The small profile with JavaScript exceptions, whose newest release reserves and fails.
profile::AbiProfile with_tables(bool both_releases = true) {
  profile::AbiProfile profile = test::js_profile();
  for (std::size_t release = both_releases ? 0 : 1; release < 2; ++release) {
    profile.runtimes[release].loader.reserved_exports = {"function then load",
                                                         "memory memory poison"};
    profile.runtimes[release].loader.failing_functions = {"strlen fails with ENOSYS",
                                                          "console_log returns 6 (EAGAIN)"};
  }
  return profile;
}

test::Findings run(std::string_view rule, wasm::SideModule facts, profile::AbiProfile profile) {
  const auto judged =
      test::judge(test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))}),
                  {std::move(profile)});
  return test::run_rule(rule, judged->input());
}

wasm::SideModule exporting(std::string name, wasm::ExternalKind kind) {
  wasm::SideModule facts = test::side_module();
  facts.exports.push_back(test::function_export(std::move(name)));
  facts.exports.back().kind = kind;
  return facts;
}

wheel::Wheel requiring(const profile::AbiProfile& profile, const std::string& specifiers) {
  wheel::Wheel wheel = test::good_wheel(profile);
  wheel.dist_info.metadata.lines.push_back({.key = "Requires-Python",
                                            .value = specifiers,
                                            .raw = "Requires-Python: " + specifiers + "\n"});
  return wheel;
}

}  // namespace

TEST_CASE("WA320 fires: functions that the runtime offers and that can only fail") {
  wasm::SideModule facts = test::side_module();
  facts.imports = {test::function_import("strlen"), test::function_import("console_log", 3)};
  const Finding finding = test::only(run("WA320", facts, with_tables()));
  CHECK(rule_name(finding.rule) == "always-fails");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.releases == std::vector<std::string>{"1.0", "1.1"});
  CHECK(finding.place.member == "example/_core.so");
  CHECK(finding.symbol.empty());
  CHECK(finding.message == "`strlen` and `console_log` are offered and always fail here");
  CHECK(test::has_detail(finding, "`strlen` fails with ENOSYS"));
  CHECK(test::has_detail(finding, "`console_log` returns 6 (EAGAIN)"));
  CHECK(finding.help ==
        "build the package without threads, processes and sockets, or keep its callers from these "
        "functions on Emscripten (sys.platform == \"emscripten\")");
}

TEST_CASE("WA320 fires: one function is the finding's symbol, with its import and its releases") {
  wasm::SideModule facts = test::side_module();
  facts.imports = {test::function_import("strlen")};
  const Finding finding = test::only(run("WA320", facts, with_tables(false)));
  CHECK(finding.symbol == "strlen");
  CHECK(finding.message == "`strlen` is offered and always fails here");
  CHECK(finding.releases == std::vector<std::string>{"1.1"});
  REQUIRE(finding.place.import);
  CHECK(finding.place.import->index == 0);
}

TEST_CASE("WA320 keeps quiet: other functions, and those that the module brings itself") {
  wasm::SideModule facts = test::side_module();
  facts.imports = {test::function_import("time"), test::address_import("stdout")};
  CHECK(run("WA320", facts, with_tables()).empty());
  facts.imports = {test::function_import("strlen")};
  CHECK(run("WA320", facts, test::js_profile()).empty());
}

TEST_CASE("WA321 fires: a kind and name that the loader keeps for itself") {
  const Finding then =
      test::only(run("WA321", exporting("then", wasm::ExternalKind::function), with_tables()));
  CHECK(rule_name(then.rule) == "reserved-export");
  CHECK(then.severity == Severity::error);
  CHECK(then.consequence == Consequence::load);
  CHECK(then.symbol == "then");
  CHECK(then.message == "exports a function under the reserved name `then`");
  CHECK(test::has_detail(then,
                         "Pyodide 1.0 and 1.1: JavaScript takes the module's exports for a promise "
                         "and waits for it: loadPackage never returns"));
  CHECK(then.help ==
        "rename it, or keep it out of the exports (-fvisibility=hidden, -sSIDE_MODULE=2)");
  const Finding memory =
      test::only(run("WA321", exporting("memory", wasm::ExternalKind::memory), with_tables()));
  CHECK(memory.consequence == Consequence::poison);
  CHECK(memory.help == "link without exporting it again (no --export-memory, no --export-table)");
}

TEST_CASE("WA321 fires: a warning where only older releases break") {
  profile::AbiProfile profile = with_tables();
  profile.runtimes[1].loader.reserved_exports.clear();
  const Finding finding =
      test::only(run("WA321", exporting("then", wasm::ExternalKind::function), profile));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.releases == std::vector<std::string>{"1.0"});
}

TEST_CASE("WA321 keeps quiet: the name on another kind, and other names") {
  CHECK(run("WA321", exporting("then", wasm::ExternalKind::global), with_tables()).empty());
  CHECK(run("WA321", exporting("memory", wasm::ExternalKind::function), with_tables()).empty());
  CHECK(run("WA321", exporting("other", wasm::ExternalKind::function), with_tables()).empty());
}

TEST_CASE("WA321 keeps quiet: a library may export what only a module that is imported may not") {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes) {
    runtime.loader.reserved_exports = {"function hasOwnProperty load imported"};
  }
  wasm::SideModule facts = exporting("hasOwnProperty", wasm::ExternalKind::function);
  CHECK(run("WA321", facts, profile).empty());
  facts.exports.push_back(test::function_export("PyInit__core", 0));
  CHECK(test::only(run("WA321", facts, profile)).consequence == Consequence::load);
}

TEST_CASE("WA603 fires: Requires-Python excludes the runtime's Python, and pip and uv refuse") {
  profile::AbiProfile profile = test::abi_2025();
  for (profile::Runtime& runtime : profile.runtimes) runtime.python = "3.13.2";
  const Finding finding = test::only(test::run_on_target("WA603", requiring(profile, ">=3.20"),
                                                         profile, {"pyemscripten_2025_0_wasm32"}));
  CHECK(rule_name(finding.rule) == "requires-python");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.place.member == "example-1.0.dist-info/METADATA");
  CHECK(finding.message ==
        "Requires-Python `>=3.20` excludes CPython 3.13.2, which Pyodide 0.28.0 to 0.29.5 run");
  CHECK(finding.found == ">=3.20");
  CHECK(test::has_detail(finding,
                         "pip and uv refuse the wheel: \"Package requires a different Python\" or "
                         "words like it"));
  CHECK(test::has_detail(
      finding,
      "micropip with the wheel's URL and loadPackage take it: they do not read Requires-Python"));
}

TEST_CASE(
    "WA603 fires: a warning where only older releases are excluded, or nobody reads the tag") {
  profile::AbiProfile profile = test::abi_2025();
  for (profile::Runtime& runtime : profile.runtimes) runtime.python = "3.13.2";
  profile.runtimes.back().python = "3.13.9";
  const Finding older = test::only(test::run_on_target("WA603", requiring(profile, ">=3.13.5"),
                                                       profile, {"pyemscripten_2025_0_wasm32"}));
  CHECK(older.severity == Severity::warning);
  CHECK(older.releases == std::vector<std::string>{"0.28.0", "0.29.3"});
}

TEST_CASE("WA603 keeps quiet: it is allowed, malformed (WA505) or absent") {
  profile::AbiProfile profile = test::abi_2025();
  for (profile::Runtime& runtime : profile.runtimes) runtime.python = "3.13.2";
  for (const char* specifiers : {">=3.9", "==3.13.*", "nonsense"}) {
    CAPTURE(specifiers);
    CHECK(test::run_on_target("WA603", requiring(profile, specifiers), profile).empty());
  }
  CHECK(test::run_on_target("WA603", test::good_wheel(profile), profile).empty());
  profile.runtimes.back().python = "3.15.0rc1";
  CHECK(test::run_on_target("WA603", requiring(profile, ">=3.13"), profile).empty());
}

}  // namespace wheelaudit::rules
