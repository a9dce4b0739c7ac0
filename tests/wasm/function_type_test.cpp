// Function types: each has exactly one spelling; and Emscripten's signatures.

#include "wasm/function_type.hpp"

#include <doctest/doctest.h>

namespace wheelaudit::wasm {

TEST_CASE("a function type is spelled in one way") {
  CHECK(FunctionType{.params = "", .results = ""}.str() == "() -> ()");
  CHECK(FunctionType{.params = "ij", .results = "d"}.str() == "(i32, i64) -> f64");
  CHECK(FunctionType{.params = "fV", .results = "Fe"}.str() ==
        "(f32, v128) -> (funcref, externref)");
  CHECK(FunctionType{.params = "x?", .results = ""}.str() == "(exnref, ref) -> ()");
}

TEST_CASE("every spelling reads back as the type it came from") {
  for (const FunctionType& type : {FunctionType{}, FunctionType{.params = "i", .results = "j"},
                                   FunctionType{.params = "ijfdVFex?", .results = "ii"},
                                   FunctionType{.params = "", .results = "?"}}) {
    CHECK(parse_function_type(type.str()) == type);
  }
}

TEST_CASE("what is not a spelled type is refused") {
  for (const char* text :
       {"", "()", "() ->", "() -> ", "i32 -> i32", "(i32,i64) -> ()", "(i32, ) -> ()",
        "(int) -> ()", "() -> (i32)", "() -> () ", " () -> ()", "(i32 -> i32", "() -> i32, i32"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_function_type(text).has_value());
  }
}

TEST_CASE("an Emscripten signature names its result first") {
  CHECK(parse_emscripten_signature("viip")->str() == "(i32, i32, i32) -> ()");
  CHECK(parse_emscripten_signature("jdf")->str() == "(f64, f32) -> i64");
  CHECK(parse_emscripten_signature("v")->str() == "() -> ()");
  CHECK(parse_emscripten_signature("pe")->str() == "(externref) -> i32");
}

TEST_CASE("what is not a signature is refused") {
  for (const char* text : {"", "iv", "x", "i i", "vV", "V"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_emscripten_signature(text).has_value());
  }
}

TEST_CASE("value types have names") {
  CHECK(value_type_name('i') == "i32");
  CHECK(value_type_name('V') == "v128");
  CHECK(value_type_name('?') == "ref");
}

}  // namespace wheelaudit::wasm
