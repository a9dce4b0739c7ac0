// Profiles of main modules other than Pyodide's: scripts as different builds write them, and from
// what the loader's behaviour is read.

#include <doctest/doctest.h>

#include "profile/generate/generator.hpp"
#include "profile/generate/javascript.hpp"
#include "profile/generate/loader_evidence.hpp"
#include "profile/generate/loader_script.hpp"

namespace wheelaudit::profile {

namespace {

std::map<std::string, ProvidedSymbol> symbols_of(std::initializer_list<const char*> names,
                                                 ProvidedKind kind = ProvidedKind::function) {
  std::map<std::string, ProvidedSymbol> symbols;
  for (const char* name : names) {
    symbols.emplace(name, ProvidedSymbol{.kind = kind,
                                         .provider = ProviderKind::wasm,
                                         .type = std::nullopt,
                                         .library = std::nullopt});
  }
  return symbols;
}

ProfileFacts built_in_facts() {
  auto facts = parse_profile_facts(built_in_observed_facts(), built_in_library_facts());
  REQUIRE(facts.has_value());
  return *facts;
}

}  // namespace

TEST_CASE("a script is compacted to what a minifier leaves") {
  CHECK(compact_script("var a = 1; // b\n  /* c */ f ( 'x' )") == "var a=1;f(\"x\")");
  CHECK(compact_script("return  x\nelse y") == "return x else y");
  CHECK(compact_script("_f.sig = 'vi';") == "_f.sig=\"vi\";");
}

TEST_CASE("strings, templates and regular expressions keep their blanks and quotes") {
  CHECK(compact_script("a = ' b '") == "a=\" b \"");
  CHECK(compact_script("a = 'say \"b\"'") == "a='say \"b\"'");
  CHECK(compact_script("a = 'it\\'s'") == "a='it\\'s'");
  CHECK(compact_script("a = ` b ${ c } `") == "a=` b ${ c } `");
  CHECK(compact_script("a = / b \" /g") == "a=/ b \" /g");
}

TEST_CASE("compacting what is compact changes nothing") {
  constexpr std::string_view script = "var wasmImports={\"a\":_a,b:_b};function _a(){return 1}";
  CHECK(compact_script(script) == script);
}

TEST_CASE("what cannot be read stays as it is") {
  CHECK(compact_script("a = 1; 'never closed") == "a=1; 'never closed");
}

TEST_CASE("an unminified table of imports is read like a minified one") {
  const auto script = read_loader_script(compact_script(
      "var ___heap_base = 5257904;\nvar ___stack_pointer = new WebAssembly.Global({}, 1);\n"
      "function _now() {}\n_now.sig = 'ji';\nvar asmLibraryArg = {\n  \"__heap_base\": "
      "___heap_base,\n"
      "  \"__stack_pointer\": ___stack_pointer,\n  'now': _now\n};\n"));
  REQUIRE(script.has_value());
  REQUIRE(script->imports.size() == 3);
  CHECK(script->imports[0].kind == ScriptImport::Kind::address);
  CHECK(script->imports[1].kind == ScriptImport::Kind::loader_object);
  CHECK(script->imports[2].type->str() == "(i32) -> i64");
}

TEST_CASE("a JavaScript function has an address when its signature is there, by another name too") {
  constexpr std::string_view functions =
      "var _a=x=>x;_a.sig=\"ii\";var _b=_a;var _c=_b;var _d=x=>x;var _e=_d;_f=_f;"
      "var _g=x=>x;_g.sig=\"iv\";var _h=x=>x;_h.sig=\"ie\";"
      "var wasmImports={a:_a,b:_b,c:_c,d:_d,e:_e,f:_f,g:_g,h:_h};";
  const auto addresses = [](const std::string& text) {
    const auto script = read_loader_script(text);
    REQUIRE(script.has_value());
    std::string names;
    for (const ScriptImport& import : script->imports) {
      if (import.has_signature) names += import.name;
    }
    return names;
  };
  CHECK(addresses(std::string(functions)) == "abc");
  CHECK(addresses("var typeCodes={\"i\":127,\"e\":111};" + std::string(functions)) == "abch");
  // The signature is set under the second name; it belongs to the function of both names.
  CHECK(addresses("function _a(){}var _b=_a;_b.sig=\"i\";function _c(){}"
                  "var wasmImports={a:_a,b:_b,c:_c};") == "ab");
}

TEST_CASE("the exception model is read in the symbols and the script") {
  const LoaderBehaviour js = loader_by_evidence({}, "symName.startsWith(\"invoke_\")", {});
  CHECK(js.exceptions == wasm::ExceptionModel::js);
  CHECK(js.exception_tags == Outcome::load);
  CHECK(js.on_demand_prefixes == std::vector<std::string>{"invoke_"});
  const LoaderBehaviour wasm =
      loader_by_evidence({}, "", symbols_of({"__cpp_exception"}, ProvidedKind::tag));
  CHECK(wasm.exceptions == wasm::ExceptionModel::wasm_legacy);
  CHECK(wasm.exception_tags == Outcome::ok);
  CHECK(loader_by_evidence({}, "", {}).exceptions == wasm::ExceptionModel::none);
}

TEST_CASE("the setjmp model is read in the symbols") {
  CHECK(loader_by_evidence({}, "", symbols_of({"saveSetjmp"})).setjmp ==
        wasm::SetjmpModel::emscripten);
  CHECK(loader_by_evidence({}, "", symbols_of({"__wasm_setjmp"})).setjmp ==
        wasm::SetjmpModel::emscripten_new);
  CHECK(loader_by_evidence({}, "", symbols_of({"__wasm_setjmp", "__wasm_longjmp"})).setjmp ==
        wasm::SetjmpModel::wasm);
  CHECK(loader_by_evidence({}, "", {}).setjmp == wasm::SetjmpModel::none);
}

TEST_CASE("the rest of a loader's marks") {
  const LoaderBehaviour old = loader_by_evidence({}, "name=\"dylink\"", {});
  CHECK(old.legacy_dylink == Outcome::ok);
  CHECK(old.library_search == LibrarySearch::flat_name);
  CHECK(old.em_js == Outcome::load);
  const LoaderBehaviour young =
      loader_by_evidence({}, "\"dylink.0\";x.runtimePaths;\"__em_js__\";\"__start_em_asm\"", {});
  CHECK(young.legacy_dylink == Outcome::load);
  CHECK(young.run_path);
  CHECK(young.library_search == LibrarySearch::run_path);
  CHECK(young.em_js == Outcome::ok);
  CHECK(young.em_asm == Outcome::ok);
}

TEST_CASE("the nearest observed release is of the newest ABI that is not younger") {
  const ProfileFacts facts = built_in_facts();
  CHECK(nearest_observed_release(facts, "3.1.6") == "0.21.3");
  CHECK(nearest_observed_release(facts, "3.1.46") == "0.25.1");
  CHECK(nearest_observed_release(facts, "3.1.73") == "0.27.8");
  CHECK(nearest_observed_release(facts, "4.0.9") == "0.29.5");
  CHECK(nearest_observed_release(facts, "7.0.0") == "315.0.0-alpha.2");
}

}  // namespace wheelaudit::profile
