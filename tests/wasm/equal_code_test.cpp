// Digests of function bodies: what they leave out, what they tell apart, and which functions run
// early.

#include "wasm/equal_code.hpp"

#include <doctest/doctest.h>

#include <string>

namespace wheelaudit::wasm {

namespace {

BodyDigest digest_of(std::string_view code) {
  CodeHash hash;
  hash.add(as_bytes(code));
  return hash.take(code.size());
}

/// Functions 0 (`register`), 1 (`malloc`) and 2 (`__cxa_atexit`) are imports. 3 calls 4 and 5; 4
/// calls 0; 5 calls 1 and 2; 6 calls 4.
SideModule module_with_constructors() {
  SideModule module{.imported_functions = 3, .defined_functions = 4};
  for (const char* name : {"register", "malloc", "__cxa_atexit"}) {
    ImportedSymbol import;
    import.name = name;
    module.imports.push_back(std::move(import));
  }
  module.code = CodeFacts{.rows = {0, 2, 3, 5, 6}, .callees = {4, 5, 0, 1, 2, 4}};
  module.exports.push_back({.name = "__wasm_call_ctors", .index = 3, .global = {}});
  module.exports.push_back({.name = "PyInit_m", .index = 6, .global = {}});
  return module;
}

}  // namespace

TEST_CASE("a digest holds the size and every byte") {
  const std::string code = "twenty-one bytes of ..";
  CHECK(size_of_body(digest_of(code)) == code.size());
  CHECK(digest_of(code) == digest_of(code));
  for (std::size_t i = 0; i < code.size(); ++i) {
    std::string other = code;
    other[i] = static_cast<char>(other[i] ^ 1);
    CAPTURE(i);
    CHECK(digest_of(other) != digest_of(code));
  }
  CodeHash pieces;
  pieces.add(as_bytes(std::string_view("twenty-one")));
  pieces.add(as_bytes(std::string_view(" bytes of ..")));
  CHECK(pieces.take(code.size()) != digest_of(code));  // what is cut out counts by its place
}

TEST_CASE("constructors and init functions, and whether their calls lead out of the module") {
  const SideModule module = module_with_constructors();
  const auto early = early_functions(module, *module.code, {30, 10, 20, 40});
  REQUIRE(early.size() == 3);
  CHECK(early[0] == EarlyFunction{.digest = 10, .is_init = false, .calls_out = true});
  CHECK(early[1] == EarlyFunction{.digest = 20, .is_init = false, .calls_out = false});
  CHECK(early[2] == EarlyFunction{.digest = 40, .is_init = true, .calls_out = true});
}

TEST_CASE("a start function is early; functions behind a fault are not known") {
  SideModule module = module_with_constructors();
  module.start = 5;
  module.exports.clear();
  CHECK(early_functions(module, *module.code, {30, 10, 20, 40}).size() == 1);
  CHECK(early_functions(module, *module.code, {30}).empty());
}

TEST_CASE("equal code is counted by size, tiny bodies are left out") {
  const BodyDigest a = 1 << 24 | 100;
  const BodyDigest b = 2 << 24 | 50;
  const BodyDigest c = 3 << 24 | 7;
  CHECK(comparable({c, b, a}) == std::vector<BodyDigest>{a, b});
  CHECK(equal_bytes({a, b}, {a, b}) == 150);
  CHECK(equal_bytes({a, a, b}, {a, c}) == 100);
  CHECK(equal_bytes({a}, {b}) == 0);
  CHECK(equal_bytes({}, {b}) == 0);
}

}  // namespace wheelaudit::wasm
