// WA301 to WA309 and WA319: each rule once where it must fire and once where it must not, wording
// included.

#include <doctest/doctest.h>

#include <algorithm>

#include "rules/rule.hpp"
#include "support/linking_facts.hpp"
#include "support/run_rule.hpp"

namespace wheelaudit::rules {

namespace {

wasm::SideModule importing(std::vector<wasm::ImportedSymbol> imports) {
  wasm::SideModule facts = test::side_module();
  facts.imports = std::move(imports);
  return facts;
}

test::Findings run(std::string_view rule, wasm::SideModule facts, profile::AbiProfile profile,
                   std::vector<profile::AbiProfile> others = {}) {
  std::vector<profile::AbiProfile> catalog{std::move(profile)};
  std::ranges::move(others, std::back_inserter(catalog));
  const auto judged =
      test::judge(test::wheel_of({test::module_at_path("example/_core.so", std::move(facts))}),
                  std::move(catalog));
  return test::run_rule(rule, judged->input());
}

bool has_detail(const Finding& finding, std::string_view text) {
  return std::ranges::find(finding.details, text) != finding.details.end();
}

}  // namespace

TEST_CASE("WA301 fires: a function nobody offers dies when it is called") {
  const auto findings =
      run("WA301", importing({test::function_import("PyObjekt_Str")}), test::js_profile());
  REQUIRE(findings.size() == 1);
  const Finding& finding = findings[0];
  CHECK(finding.rule == "WA301"_rule);
  CHECK(rule_name(finding.rule) == "unresolved-function");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::call);
  CHECK(finding.profile == "js_abi");
  CHECK(finding.releases == std::vector<std::string>{"1.0", "1.1"});
  CHECK(finding.place.member == "example/_core.so");
  CHECK(finding.symbol == "PyObjekt_Str");
  CHECK(finding.message == "unresolved function `PyObjekt_Str`");
  CHECK(import_text(*finding.place.import) == "import 0, env, (i32) -> i32");
  CHECK(has_detail(finding,
                   "Pyodide 1.0 and 1.1 do not offer it, nor does any library in this wheel"));
  CHECK(has_detail(finding, "no profile offers it"));
  CHECK(has_detail(
      finding,
      "importing succeeds; the process dies when the function is first called, so import "
      "tests do not show this"));
}

TEST_CASE("WA301 fires: reached from a constructor, the load fails") {
  wasm::SideModule facts = importing({test::function_import("PyObjekt_Str")});
  facts.defined_functions = 1;
  facts.exports.push_back({.name = "__wasm_call_ctors",
                           .kind = wasm::ExternalKind::function,
                           .index = 1,
                           .type = 0,
                           .global = {}});
  facts.code = wasm::CodeFacts{.rows = {0, 1}, .callees = {0}, .features = {}};
  const auto findings = run("WA301", facts, test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].consequence == Consequence::load);
}

TEST_CASE("WA301 fires: it names the profiles that do offer the symbol") {
  profile::AbiProfile other = test::wasm_profile();
  other.symbols =
      profile::build_symbol_table({{.name = "PyObjekt_Str", .release = 1, .symbol = {}}}, 2);
  const auto findings =
      run("WA301", importing({test::function_import("PyObjekt_Str")}), test::js_profile(), {other});
  REQUIRE(findings.size() == 1);
  CHECK(has_detail(findings[0], "wasm_abi does"));
  CHECK(findings[0].help ==
        "if this wheel was built for wasm_abi, tag it so; else rebuild it with Emscripten 3.1.58");
}

TEST_CASE("WA301 fires: only older releases affected make it a warning") {
  profile::AbiProfile profile = test::js_profile();
  profile.symbols = profile::build_symbol_table(
      {{.name = "new_function",
        .release = 1,
        .symbol = {.type = wasm::FunctionType{.params = "i", .results = "i"}}}},
      2);
  const auto findings = run("WA301", importing({test::function_import("new_function")}), profile);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].releases == std::vector<std::string>{"1.0"});
}

TEST_CASE("WA301 keeps quiet: the runtime, the module itself, a weak import") {
  wasm::ImportedSymbol weak = test::function_import("maybe");
  weak.weak = true;
  wasm::SideModule facts =
      importing({test::function_import("strlen"), test::function_import("own"), weak});
  facts.exports.push_back(test::function_export("own"));
  CHECK(run("WA301", facts, test::js_profile()).empty());
}

TEST_CASE("WA301 keeps quiet: behind a missing library its symbols are notes that name the cause") {
  wasm::SideModule facts = importing({test::function_import("SSL_new")});
  facts.dylink->needed = {"libssl.so"};
  const auto findings = run("WA301", facts, test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].consequence == Consequence::style);
  CHECK(findings[0].cause == Cause{"WA401"_rule, "libssl.so"});
}

TEST_CASE("WA302 fires: a missing address poisons the session where the loader says so") {
  const wasm::SideModule facts = importing({test::address_import("PyObjekt_Type")});
  CHECK(run("WA302", facts, test::js_profile()).at(0).consequence == Consequence::load);
  const auto findings = run("WA302", facts, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule == "WA302"_rule);
  CHECK(findings[0].consequence == Consequence::poison);
  CHECK(findings[0].message == "unresolved address `PyObjekt_Type`");
  CHECK(has_detail(findings[0],
                   "the load fails, and so does every library loaded later in that session"));
}

TEST_CASE("WA302 fires: a symbol missing as function and as address is one finding, the worse") {
  const wasm::SideModule facts =
      importing({test::function_import("gone"), test::address_import("gone", "GOT.func")});
  CHECK(run("WA301", facts, test::wasm_profile()).empty());
  CHECK(run("WA302", facts, test::wasm_profile()).size() == 1);
}

TEST_CASE("WA302 fires: a JavaScript function without a signature has no address, and it says so") {
  const auto findings = run("WA302", importing({test::address_import("stackSave", "GOT.func")}),
                            test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].consequence == Consequence::poison);
  CHECK(findings[0].found ==
        "a JavaScript function without a signature, of which the loader cannot make an address");
  CHECK(has_detail(findings[0],
                   "in Pyodide 1.0 and 1.1 it is a JavaScript function without a signature, of "
                   "which the loader cannot make an address"));
  CHECK(findings[0].help ==
        "do not take its address; take the address of a function of your own that calls it");
}

TEST_CASE("WA302 keeps quiet: addresses the runtime has, of data and of functions") {
  CHECK(run("WA302",
            importing({test::address_import("stdout"), test::address_import("strlen", "GOT.func")}),
            test::wasm_profile())
            .empty());
}

TEST_CASE("WA303 fires: both types are printed, and only the releases that differ are named") {
  const auto findings =
      run("WA303", importing({test::function_import("time", 1)}), test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].expected == "(i64) -> i64");
  CHECK(findings[0].found == "(i32) -> i32");
  CHECK(findings[0].releases == std::vector<std::string>{"1.1"});
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].message == "type of `time` differs from the runtime's");
  CHECK(has_detail(findings[0], "Pyodide 1.1 has (i64) -> i64"));
}

TEST_CASE("WA303 names -sWASM_BIGINT when one side passes 64-bit integers as two i32") {
  wasm::SideModule facts = importing({test::function_import("time", 1)});
  // A time_t that grew has as many parameters; that shows another ABI, not another flag.
  CHECK(run("WA303", facts, test::js_profile()).at(0).help.find("BIGINT") == std::string::npos);
  facts.types[1] = {.params = "ii", .results = "i"};
  CHECK(run("WA303", facts, test::js_profile()).at(0).help ==
        "the module passes 64-bit integers as two i32 and this runtime passes them whole: link the "
        "module with -sWASM_BIGINT");
}

TEST_CASE("WA303 keeps quiet: equal types, and JavaScript providers whatever the type") {
  CHECK(run("WA303",
            importing({test::function_import("strlen"), test::function_import("console_log", 2)}),
            test::js_profile())
            .empty());
}

TEST_CASE("WA304 fires: data asked for as a function") {
  const auto findings =
      run("WA304", importing({test::function_import("stdout")}), test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message ==
        "`stdout` is asked for as a function (i32) -> i32, but the runtime has data (an address)");
}

TEST_CASE("WA304 keeps quiet: the loader's own globals, and tags that WA308 speaks for") {
  wasm::ImportedSymbol base = test::address_import("__memory_base", "env");
  base.global.is_mutable = false;
  CHECK(run("WA304", importing({base, test::tag_import("__cpp_exception")}), test::js_profile())
            .empty());
}

TEST_CASE("WA305 fires: a JavaScript module of the page's own") {
  wasm::ImportedSymbol import = test::function_import("render");
  import.module = "zengl";
  const auto findings = run("WA305", importing({import}), test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message ==
        "`render` is imported from `zengl`, which the loader does not offer");
  CHECK(findings[0].expected == "one of env, wasi_snapshot_preview1, GOT.mem, GOT.func");
}

TEST_CASE("WA305 keeps quiet: wasi_snapshot_preview1 shares env's names") {
  wasm::ImportedSymbol import = test::function_import("strlen");
  import.module = "wasi_snapshot_preview1";
  CHECK(run("WA305", importing({import}), test::js_profile()).empty());
}

TEST_CASE("WA306 fires: shared memory, and a memory of the module's own") {
  wasm::ImportedSymbol import = test::function_import("memory");
  import.kind = wasm::ExternalKind::memory;
  import.memory = {.minimum = 1, .maximum = 32768, .shared = true};
  auto findings = run("WA306", importing({import}), test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].help ==
        "build without -pthread: Pyodide has no threads and its memory is not shared");
  wasm::SideModule own = test::side_module();
  own.memories.push_back({.minimum = 1});
  findings = run("WA306", own, test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message == "the module defines a memory of its own");
}

TEST_CASE("WA306 keeps quiet: the usual memory import") {
  wasm::ImportedSymbol import = test::function_import("memory");
  import.kind = wasm::ExternalKind::memory;
  import.memory = {.minimum = 1};
  CHECK(run("WA306", importing({import}), test::js_profile()).empty());
}

TEST_CASE("WA307 fires: a table with a maximum") {
  wasm::ImportedSymbol import = test::function_import("__indirect_function_table");
  import.kind = wasm::ExternalKind::table;
  import.table = {.minimum = 1, .maximum = 10};
  const auto findings = run("WA307", importing({import}), test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message ==
        "the table asked for is not the runtime's: `__indirect_function_table`, 1 to 10 entries of "
        "funcref");
}

TEST_CASE("WA307 keeps quiet: the usual table import") {
  wasm::ImportedSymbol import = test::function_import("__indirect_function_table");
  import.kind = wasm::ExternalKind::table;
  import.table = {.minimum = 1};
  CHECK(run("WA307", importing({import}), test::js_profile()).empty());
}

TEST_CASE("WA308 fires: JavaScript exceptions on a runtime with wasm exceptions") {
  const auto findings = run("WA308",
                            importing({test::function_import("invoke_iii"),
                                       test::function_import("__cxa_find_matching_catch_3")}),
                            test::wasm_profile());
  REQUIRE(findings.size() == 2);
  CHECK(findings[1].symbol == "invoke_iii");
  CHECK(findings[1].consequence == Consequence::call);
  CHECK(findings[1].message ==
        "`invoke_iii` belongs to JavaScript exceptions, but Pyodide 1.0 and 1.1 have wasm "
        "exceptions");
  CHECK(findings[1].help.starts_with(
      "compile and link everything, static libraries too, with -fwasm-exceptions"));
}

TEST_CASE("WA308 fires: the exception tag on a runtime with JavaScript exceptions fails the load") {
  const auto findings =
      run("WA308", importing({test::tag_import("__cpp_exception")}), test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].consequence == Consequence::load);
}

TEST_CASE("WA308 keeps quiet: each model on its own runtime") {
  CHECK(run("WA308", importing({test::function_import("invoke_iii")}), test::js_profile()).empty());
  CHECK(
      run("WA308", importing({test::tag_import("__cpp_exception")}), test::wasm_profile()).empty());
}

TEST_CASE("WA309 fires: setjmp of another Emscripten, with invoke_* that only setjmp uses") {
  const auto findings = run(
      "WA309", importing({test::function_import("saveSetjmp"), test::function_import("invoke_vi")}),
      test::wasm_profile());
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].rule == "WA309"_rule);
  CHECK(findings[0].symbol == "invoke_vi");
  CHECK(findings[1].symbol == "saveSetjmp");
}

TEST_CASE("WA309 keeps quiet: the tag where the runtime has it") {
  CHECK(run("WA309", importing({test::tag_import("__c_longjmp")}), test::wasm_profile()).empty());
}

TEST_CASE(
    "WA319 fires: a library that is linked in without being promised, and CPython's private "
    "names") {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes)
    runtime.libraries = {{.name = "zstd", .version = "1.5.7", .documented = false}};
  for (profile::Runtime& runtime : profile.runtimes) runtime.provenance.package = "pyodide";
  std::vector<profile::SymbolEntry> entries;
  for (std::size_t release = 0; release < 2; ++release) {
    const wasm::FunctionType type{.params = "i", .results = "i"};
    entries.push_back(
        {.name = "ZSTD_compress", .release = release, .symbol = {.type = type, .library = 0}});
    entries.push_back({.name = "_PyLong_New", .release = release, .symbol = {.type = type}});
  }
  profile.symbols = profile::build_symbol_table(entries, 2);
  const auto findings =
      run("WA319",
          importing({test::function_import("ZSTD_compress"), test::function_import("_PyLong_New")}),
          profile);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].place.member == "example/_core.so");
  CHECK(findings[0].message ==
        "uses 2 symbols that the runtime has and its platform page does not promise: `_PyLong_New` "
        "and `ZSTD_compress`");
  CHECK(findings[0].details == std::vector<Sentence>{"from CPython's private functions: "
                                                     "`_PyLong_New`",
                                                     "from zstd 1.5.7: `ZSTD_compress`"});
}

TEST_CASE("WA319 keeps quiet: documented libraries and names that public macros expand to") {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes)
    runtime.libraries = {{.name = "zlib", .version = "1.3.1", .documented = true}};
  for (profile::Runtime& runtime : profile.runtimes) runtime.provenance.package = "pyodide";
  std::vector<profile::SymbolEntry> entries;
  for (std::size_t release = 0; release < 2; ++release) {
    const wasm::FunctionType type{.params = "i", .results = "i"};
    entries.push_back(
        {.name = "inflate", .release = release, .symbol = {.type = type, .library = 0}});
    entries.push_back({.name = "_Py_Dealloc", .release = release, .symbol = {.type = type}});
  }
  profile.symbols = profile::build_symbol_table(entries, 2);
  CHECK(run("WA319",
            importing({test::function_import("inflate"), test::function_import("_Py_Dealloc")}),
            profile)
            .empty());
}

TEST_CASE(
    "WA319 keeps quiet: names of Cython's code until a release drops them, own symbols, others") {
  const auto profile_with = [](bool has_lookup) {
    profile::AbiProfile profile = test::js_profile();
    std::vector<profile::SymbolEntry> entries;
    for (std::size_t release = 0; release < 2; ++release) {
      profile.runtimes[release].provenance.package = "pyodide";
      const wasm::FunctionType type{.params = "i", .results = "i"};
      entries.push_back({.name = "_PyLong_New", .release = release, .symbol = {.type = type}});
      if (has_lookup)
        entries.push_back({.name = "_PyType_Lookup", .release = release, .symbol = {.type = type}});
    }
    profile.symbols = profile::build_symbol_table(entries, 2);
    return profile;
  };
  profile::AbiProfile keeps = profile_with(true);
  keeps.id = "keeps";
  profile::AbiProfile drops = profile_with(false);
  drops.id = "drops";
  const wasm::SideModule lookup = importing({test::function_import("_PyType_Lookup")});
  CHECK(run("WA319", lookup, profile_with(true), {keeps}).empty());
  CHECK(run("WA319", lookup, profile_with(true), {keeps, drops}).size() == 1);
  wasm::SideModule own = importing({test::function_import("_PyLong_New")});
  CHECK(run("WA319", own, profile_with(true)).size() == 1);
  own.exports.push_back(test::function_export("_PyLong_New"));
  CHECK(run("WA319", own, profile_with(true)).empty());
  profile::AbiProfile other = profile_with(true);
  for (profile::Runtime& runtime : other.runtimes) runtime.provenance.package = "emscripten";
  CHECK(run("WA319", importing({test::function_import("_PyLong_New")}), other).empty());
}

TEST_CASE("WA311 fires: an encoding newer than the reader is never compatible") {
  wasm::SideModule facts = test::side_module();
  facts.faults.push_back({.kind = wasm::ModuleFaultKind::not_understood,
                          .message = "opcode 0x1f (try_table)",
                          .offset = 120,
                          .function = 7});
  const auto findings = run("WA311", facts, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].place.offset == 120);
  CHECK(findings[0].message == "not understood: opcode 0x1f (try_table)");
}

TEST_CASE("WA311 keeps quiet: a module that was read whole") {
  CHECK(run("WA311", test::side_module(), test::wasm_profile()).empty());
}

TEST_CASE("WA301 fires: on the one release that was asked for it is an error, however old") {
  const auto judged = test::judge(
      test::wheel_of({test::module_at_path("a.so", importing({test::function_import("gone")}))}),
      {test::js_profile()});
  const loader::Target old = loader::make_target(
      judged->wheel, loader::index_for_linking(judged->wheel), judged->catalog[0], {0});
  const RuleInput input{
      .wheel = judged->wheel, .index = judged->index, .catalog = judged->catalog, .target = &old};
  CHECK(test::run_rule("WA301", input).at(0).severity == Severity::error);
}

TEST_CASE("WA314 fires: an exported immutable i64 global where the loader fails on it") {
  wasm::SideModule facts = test::side_module();
  facts.exports.push_back(
      {.name = "big", .kind = wasm::ExternalKind::global, .global = {.value = 'j'}});
  profile::AbiProfile profile = test::wasm_profile();
  profile.runtimes[1].loader.i64_global_export = profile::Outcome::load;
  const auto findings = run("WA314", facts, profile);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].releases == std::vector<std::string>{"1.1"});
  CHECK(findings[0].message == "exports `big` as a global i64, which Pyodide 1.1 does not load");
}

TEST_CASE("WA314 keeps quiet: mutable globals, and loaders that do not mind") {
  wasm::SideModule facts = test::side_module();
  facts.exports.push_back(
      {.name = "big", .kind = wasm::ExternalKind::global, .global = {.value = 'j'}});
  CHECK(run("WA314", facts, test::wasm_profile()).empty());
}

}  // namespace wheelaudit::rules
