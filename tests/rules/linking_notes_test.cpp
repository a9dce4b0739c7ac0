// WA310, WA312, WA313, WA315 to WA318 and the baseline of WA311: what modules say about how they
// were built.

#include <doctest/doctest.h>

#include <algorithm>

#include "rules/rule.hpp"
#include "support/linking_facts.hpp"
#include "support/run_rule.hpp"

namespace wheelaudit::rules {

namespace {

test::Findings run(std::string_view rule, std::vector<wasm::SideModule> modules,
                   profile::AbiProfile profile) {
  std::vector<wheel::WheelModule> members;
  for (wasm::SideModule& facts : modules) {
    members.push_back(
        test::module_at_path("pkg/m" + std::to_string(members.size()) + ".so", std::move(facts)));
  }
  return test::run_rule(
      rule, test::judge(test::wheel_of(std::move(members)), {std::move(profile)})->input());
}

wasm::SideModule importing(std::vector<wasm::ImportedSymbol> imports) {
  wasm::SideModule facts = test::side_module();
  facts.imports = std::move(imports);
  return facts;
}

wasm::SideModule exporting(const std::vector<std::string>& names) {
  wasm::SideModule facts = test::side_module();
  for (const std::string& name : names) facts.exports.push_back(test::function_export(name));
  return facts;
}

bool has_detail(const Finding& finding, std::string_view text) {
  return std::ranges::find(finding.details, text) != finding.details.end();
}

wasm::SideModule own_tag() {
  wasm::SideModule facts = importing({test::function_import("__cxa_throw")});
  facts.defined_tags = {3};
  return facts;
}

wasm::SideModule using_feature(std::string feature) {
  wasm::SideModule facts = test::side_module();
  facts.code->features = {{.feature = std::move(feature), .function = 7, .offset = 99}};
  return facts;
}

profile::AbiProfile profile_of_lines(std::string first, std::string second) {
  profile::AbiProfile profile = test::js_profile();
  profile.runtimes[0].version = std::move(first);
  profile.runtimes[1].version = std::move(second);
  return profile;
}

/// `console_log` is JavaScript's, `(i32) -> ()`.
profile::AbiProfile era_profile(std::string id, std::string emscripten) {
  profile::AbiProfile profile = test::js_profile();
  profile.id = std::move(id);
  profile.tags = {profile.id + "_wasm32"};
  profile.emscripten = std::move(emscripten);
  return profile;
}

test::Findings era(std::vector<profile::AbiProfile> catalog, const std::string& platform,
                   const char* function) {
  auto wheel = test::wheel_of(
      {test::module_at_path("a.so", importing({test::function_import(function)}))}, platform);
  return test::run_rule("WA318", test::judge(std::move(wheel), std::move(catalog))->input());
}

}  // namespace

TEST_CASE(
    "WA310 fires: catching with a tag of its own dies where the runtime throws with its own") {
  const auto findings = run("WA310", {own_tag()}, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].consequence == Consequence::call);
  CHECK(findings[0].message == "the module catches exceptions with a tag of its own");
  CHECK(
      has_detail(findings[0],
                 "`__cxa_throw` of Pyodide 1.0 and 1.1 throws with the runtime's tag: no catch in "
                 "this module sees it, and the process dies"));
  const wheel::Wheel wheel = test::wheel_of({test::module_at_path("a.so", own_tag())});
  const profile::AbiProfile profile = test::wasm_profile();
  CHECK(loader::module_outcome(profile, profile.runtimes[0], wheel.modules[0]) ==
        profile::Outcome::call);
}

TEST_CASE("WA310 fires: two models in one module, or in two, are notes about the cause") {
  wasm::SideModule both =
      importing({test::function_import("invoke_vi"), test::tag_import("__cpp_exception")});
  auto findings = run("WA310", {both}, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].message == "JavaScript and wasm exceptions are mixed in one module");
  findings = run("WA310",
                 {importing({test::function_import("invoke_vi")}),
                  importing({test::tag_import("__cpp_exception")})},
                 test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message ==
        "the modules of this wheel were built for different exception models");
  CHECK(has_detail(findings[0], "JavaScript exceptions: `pkg/m0.so`"));
  CHECK(has_detail(findings[0], "wasm exceptions: `pkg/m1.so`"));
  wasm::SideModule opcodes = test::side_module();
  opcodes.code->legacy_try = opcodes.code->exnref_try = true;
  findings = run("WA310", {opcodes}, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message == "`try_table` and the legacy `try` stand in one module");
}

TEST_CASE(
    "WA310 keeps quiet: one model, its own tag without the runtime's throw, JavaScript's throw") {
  CHECK(run("WA310", {importing({test::tag_import("__cpp_exception")}), test::side_module()},
            test::wasm_profile())
            .empty());
  wasm::SideModule own = own_tag();
  own.imports.clear();
  CHECK(run("WA310", {own}, test::wasm_profile()).empty());
  wasm::SideModule imported = own_tag();
  imported.imports.push_back(test::tag_import("__cpp_exception"));
  CHECK(run("WA310", {imported}, test::wasm_profile()).empty());
  CHECK(run("WA310", {own_tag()}, test::js_profile()).empty());
}

TEST_CASE("WA311 fires: relaxed SIMD is not in every browser") {
  const auto findings =
      run("WA311", {using_feature("relaxed-simd")}, profile_of_lines("0.29.0", "0.29.5"));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].consequence == Consequence::latent);
  CHECK(findings[0].place.offset == 99);
  CHECK(findings[0].message == "the code uses relaxed-simd, which not every browser has");
  CHECK(has_detail(findings[0], "first in function 7"));
  CHECK(has_detail(findings[0],
                   "Chrome 114, Firefox 145 and Node 21 have it, Safari only behind a flag: there "
                   "the module cannot be loaded"));
}

TEST_CASE("WA311 fires: a feature younger than the release is a note for that release") {
  const auto findings =
      run("WA311", {using_feature("tail-call")}, profile_of_lines("0.26.4", "0.27.7"));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].releases == std::vector<std::string>{"0.26.4"});
  CHECK(findings[0].message ==
        "the code uses tail-call, which some browsers lacked when this Pyodide was published");
}

TEST_CASE("WA311 fires: atomic instructions have nobody to wait for") {
  const auto findings = run("WA311", {using_feature("threads")}, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].message == "the code has atomic instructions, and Pyodide no threads");
}

TEST_CASE("WA311 keeps quiet: what all browsers of the release's day have") {
  for (const char* name : {"simd", "bulk-memory", "exceptions", "sign-extension", "tail-call"}) {
    CAPTURE(name);
    CHECK(run("WA311", {using_feature(name)}, profile_of_lines("0.27.0", "0.29.5")).empty());
  }
}

TEST_CASE("WA312 fires: EM_JS and EM_ASM need eval") {
  wasm::SideModule facts = exporting({"__em_js__answer"});
  auto findings = run("WA312", {facts}, test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].message == "the module holds JavaScript: `answer` by EM_JS");
  CHECK(has_detail(findings[0],
                   "it is evaluated when the module is loaded: where a content security policy "
                   "forbids eval, the load fails with an EvalError"));
  findings = run("WA312", {importing({test::function_import("emscripten_asm_const_int")})},
                 test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message == "the module holds JavaScript: pieces of EM_ASM");
}

TEST_CASE("WA312 fires: where the loader does not look for EM_ASM, it dies when it is to run") {
  profile::AbiProfile profile = test::js_profile();
  std::vector<profile::SymbolEntry> entries;
  for (std::size_t release = 0; release < 2; ++release) {
    entries.push_back({.name = "emscripten_asm_const_int",
                       .release = release,
                       .symbol = {.provider = profile::ProviderKind::js}});
    profile.runtimes[release].loader.em_asm = profile::Outcome::load;
  }
  profile.symbols = profile::build_symbol_table(entries, 2);
  const wasm::SideModule facts = importing({test::function_import("emscripten_asm_const_int")});
  const auto findings = run("WA312", {facts}, profile);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].consequence == Consequence::call);
  CHECK(findings[0].message ==
        "`emscripten_asm_const_int` finds no code: Pyodide 1.0 and 1.1 do not look for EM_ASM in "
        "side modules");
  CHECK(run("WA301", {facts}, profile).empty());
  const auto by_address =
      run("WA312", {importing({test::address_import("emscripten_asm_const_int")})}, profile);
  REQUIRE(by_address.size() == 1);
  CHECK(by_address[0].message == findings[0].message);
}

TEST_CASE("WA312 fires: EM_JS that is not looked for is unresolved, and this says why") {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes) runtime.loader.em_js = profile::Outcome::load;
  wasm::SideModule facts = exporting({"__em_js__answer"});
  facts.imports = {test::function_import("answer")};
  const auto findings = run("WA312", {facts}, profile);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].message == "Pyodide 1.0 and 1.1 do not make functions out of EM_JS: `answer`");
  CHECK(run("WA301", {facts}, profile).size() == 1);
}

TEST_CASE("WA312 keeps quiet: no JavaScript inside") {
  CHECK(run("WA312", {exporting({"em_js"}), importing({test::function_import("console_log")})},
            test::js_profile())
            .empty());
}

TEST_CASE("WA313 fires: another type than the JavaScript function's") {
  const auto findings =
      run("WA313", {importing({test::function_import("console_log", 2)})}, test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(
      findings[0].message ==
      "`console_log` is JavaScript's and of another type: (i32) -> (), asked for as (i64) -> i64");
}

TEST_CASE("WA313 keeps quiet: the type that is known, and wasm providers") {
  CHECK(
      run("WA313",
          {importing({test::function_import("console_log", 3), test::function_import("time", 1)})},
          test::js_profile())
          .empty());
}

TEST_CASE("WA313 keeps quiet: the one function whose signature in the loader is wrong") {
  profile::AbiProfile profile = test::js_profile();
  const wasm::FunctionType declared{.params = "i", .results = ""};
  profile.symbols = profile::build_symbol_table(
      {{.name = "llvm_eh_typeid_for",
        .release = 1,
        .symbol = {.provider = profile::ProviderKind::js, .type = declared, .library = {}}}},
      2);
  CHECK(
      run("WA313", {importing({test::function_import("llvm_eh_typeid_for", 1)})}, profile).empty());
}

TEST_CASE("WA315 fires: exported, asked for by address, and the runtime's") {
  wasm::SideModule facts = exporting({"strlen", "own"});
  facts.imports = {test::address_import("strlen", "GOT.func"),
                   test::address_import("own", "GOT.func")};
  const auto findings = run("WA315", {facts}, test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].message == "`strlen` is exported here and the runtime's too");
}

TEST_CASE("WA315 keeps quiet: exported only, asked for only, and what C++ means to merge") {
  profile::AbiProfile profile = test::js_profile();
  std::vector<profile::SymbolEntry> entries;
  for (std::size_t release = 0; release < 2; ++release) {
    entries.push_back(
        {.name = "_ZTI1A", .release = release, .symbol = {.kind = profile::ProvidedKind::data}});
  }
  wasm::SideModule facts = exporting({"strlen"});
  facts.imports = {test::address_import("stdout")};
  CHECK(run("WA315", {facts}, profile).empty());
  profile.symbols = profile::build_symbol_table(entries, 2);
  facts = exporting({"_ZTI1A"});
  facts.imports = {test::address_import("_ZTI1A")};
  CHECK(run("WA315", {facts}, profile).empty());
}

TEST_CASE("WA316 fires: a thousand symbols that nothing asks for, with their bytes") {
  wasm::SideModule facts = exporting({"PyInit_m"});
  for (int i = 0; i < 1000; ++i)
    facts.exports.push_back(test::function_export("f" + std::to_string(1000 + i)));
  const auto findings = run("WA316", {facts}, test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].profile.empty());
  CHECK(findings[0].message == "exports 1000 symbols that nothing in this wheel asks for");
  // a length, five bytes of name, the kind, the index
  CHECK(
      has_detail(findings[0],
                 "their names take 8000 bytes, and the linker must keep all the code behind them"));
}

TEST_CASE(
    "WA316 keeps quiet: below a thousand, libraries, and exports that another module asks for") {
  wasm::SideModule few = exporting({"PyInit_m"});
  for (int i = 0; i < 999; ++i)
    few.exports.push_back(test::function_export("f" + std::to_string(i)));
  CHECK(run("WA316", {few}, test::js_profile()).empty());
  wasm::SideModule library = few;
  library.exports.erase(library.exports.begin());
  for (int i = 0; i < 500; ++i)
    library.exports.push_back(test::function_export("g" + std::to_string(i)));
  CHECK(run("WA316", {library}, test::js_profile()).empty());
  few.exports.push_back(test::function_export("shared"));
  CHECK(run("WA316", {few}, test::js_profile()).size() == 1);
  CHECK(run("WA316", {few, importing({test::function_import("shared")})}, test::js_profile())
            .empty());
}

TEST_CASE("WA317 fires: marks of a build without BigInt") {
  const auto findings =
      run("WA317", {exporting({"dynCall_jii", "orig$size", "f"})}, test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].message == "built without BigInt: `dynCall_jii` and `orig$size`");
}

TEST_CASE("WA317 keeps quiet: names that only look alike") {
  CHECK(run("WA317", {exporting({"dynCall", "my_dynCall_ii", "original"})}, test::js_profile())
            .empty());
}

TEST_CASE("WA318 fires: judged for the other side of a change from the ABI that is claimed") {
  const auto findings = era({era_profile("old", "3.1.14"), era_profile("new", "3.1.27")},
                            "new_wasm32", "gettimeofday");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].consequence == Consequence::latent);
  CHECK(findings[0].message == "built for new, where `time_t` has 64 bits, not 32 bits");
  CHECK(has_detail(findings[0], "it is handed over by address to `gettimeofday`"));
  CHECK(era({era_profile("new", "6.0.5"), era_profile("old", "5.0.3")}, "old_wasm32", "sigaction")
            .at(0)
            .message == "built for old, where `sigset_t` has 128 bytes, not 8 bytes");
}

TEST_CASE("WA318 keeps quiet: its own ABI, the same side, no such function, no claim") {
  const auto catalog = [] {
    return std::vector{era_profile("old", "3.1.27"), era_profile("new", "4.0.9")};
  };
  CHECK(era(catalog(), "old_wasm32", "gettimeofday").empty());
  CHECK(era(catalog(), "new_wasm32", "gettimeofday").empty());
  CHECK(era({era_profile("old", "3.1.14"), era_profile("new", "3.1.27")}, "new_wasm32", "time")
            .empty());
  CHECK(era({era_profile("old", "3.1.14")}, "linux_x86_64", "gettimeofday").empty());
}

}  // namespace wheelaudit::rules
