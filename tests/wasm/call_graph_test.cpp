// Chains of direct calls to a function: the nearest entry per kind, all entries that reach the
// function, and the limit on the work of all searches.

#include "wasm/call_graph.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace wheelaudit::wasm {

namespace {

using Functions = std::vector<std::uint32_t>;

/// Functions 0 and 1 are imports. 2 -> 3 -> 4 -> 0; 5 -> 4; 6 -> 1; 7 -> 7.
SideModule small_graph() {
  SideModule module{.imported_functions = 2, .defined_functions = 6};
  module.code =
      CodeFacts{.rows = {0, 1, 2, 3, 4, 5, 6}, .callees = {3, 4, 0, 4, 1, 7}, .features = {}};
  return module;
}

void export_function(SideModule& module, std::string name, std::uint32_t function) {
  module.exports.push_back({.name = std::move(name), .index = function, .global = {}});
}

CallChains chains(const SideModule& module, std::uint32_t target) {
  const auto entries = call_entries(module);
  return chains_to(module, entries, Functions{target}).at(0);
}

}  // namespace

TEST_CASE(
    "entries: start, constructors, init functions, Python functions and exports, in this order") {
  SideModule module = small_graph();
  CHECK(call_entries(SideModule{}).empty());
  export_function(module, "other", 6);
  export_function(module, "PyInit_m", 2);
  export_function(module, "__wasm_call_ctors", 7);
  export_function(module, "passed_on", 1);
  export_function(module, "again", 6);
  module.start = 3;
  module.code->python = {
      {.owner = "m", .name = "f", .function = 5},
      {.owner = "m", .name = "again", .function = 5},
      {.owner = "m",
       .name = {},
       .function = 4,
       .way = PythonFunction::Way::at_import,
       .role = "Py_mod_exec"},
      {.owner = {}, .name = "beside", .function = 6, .way = PythonFunction::Way::named}};
  std::vector<std::string> names;
  for (const CallEntry& entry : call_entries(module)) {
    names.push_back(entry.name + '/' + std::string(entry.role));
    for (const std::string& alias : entry.aliases) names.push_back("= " + alias);
  }
  CHECK(names == std::vector<std::string>{"/start function", "__wasm_call_ctors/", "PyInit_m/",
                                          "m/Py_mod_exec", "m.again/", "= m.f", "beside/", "again/",
                                          "= other"});
}

TEST_CASE("the chain from the nearest entry of each kind is the shortest") {
  SideModule module = small_graph();
  export_function(module, "far", 2);
  export_function(module, "near", 5);
  export_function(module, "PyInit_m", 3);
  export_function(module, "elsewhere", 6);
  const CallChains found = chains(module, 0);
  const auto entries = call_entries(module);
  REQUIRE(found.searched);
  REQUIRE(found.chains.size() == 2);
  CHECK(entries[found.chains[0].entry].name == "PyInit_m");
  CHECK(found.chains[0].functions == Functions{3, 4, 0});
  CHECK(entries[found.chains[1].entry].name == "near");
  CHECK(found.chains[1].functions == Functions{5, 4, 0});
  CHECK(found.reaching.size() == 3);
  CHECK(found.callers.empty());
}

TEST_CASE("a function that no entry reaches has its callers") {
  SideModule module = small_graph();
  export_function(module, "elsewhere", 7);
  const CallChains found = chains(module, 0);
  CHECK(found.searched);
  CHECK(found.chains.empty());
  CHECK(found.callers == Functions{4});
}

TEST_CASE("indices beyond the module, and bodies behind a fault, are nobody") {
  SideModule module = small_graph();
  module.code->callees[0] = 4'000'000'000;
  module.defined_functions = 100;
  export_function(module, "gone", 90);
  CHECK_FALSE(chains(module, 200).searched);
  CHECK(chains(module, 0).chains.empty());
}

TEST_CASE("all searches share one purse: a crafted graph costs a few times its size") {
  // A chain of 100,000 functions whose last one calls 2,000 imports.
  constexpr std::uint32_t imports = 2'000;
  constexpr std::uint32_t links = 100'000;
  SideModule module{.imported_functions = imports, .defined_functions = links};
  CodeFacts code;
  for (std::uint32_t i = 0; i + 1 < links; ++i) {
    code.rows.push_back(i);
    code.callees.push_back(imports + i + 1);
  }
  code.rows.push_back(links - 1);
  for (std::uint32_t i = 0; i < imports; ++i) code.callees.push_back(i);
  code.rows.push_back(links - 1 + imports);
  module.code = std::move(code);
  export_function(module, "first", imports);
  Functions targets(imports);
  std::iota(targets.begin(), targets.end(), 0U);
  const auto entries = call_entries(module);
  const auto found = chains_to(module, entries, targets);
  REQUIRE(found.front().searched);
  CHECK(found.front().chains.at(0).functions.size() == links + 1);
  CHECK_FALSE(found.back().searched);
}

}  // namespace wheelaudit::wasm
