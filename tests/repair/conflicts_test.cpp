// Inputs of one repair whose results would have one name: which inputs must be planned, and which
// are in conflict once the names of their results are known.

#include "repair/conflicts.hpp"

#include <doctest/doctest.h>

namespace wheelaudit::repair {

namespace {

using Indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("only inputs that differ in nothing but platforms or folders can be in conflict") {
  const std::vector<InputPath> inputs{{.path = "a/x-1.0-cp311-cp311-linux_x86_64.whl"},
                                      {.path = "b/x-1.0-cp311-cp311-emscripten_3_1_45_wasm32.whl"},
                                      {.path = "a/x-1.0-cp312-cp312-linux_x86_64.whl"}};
  CHECK(possible_conflicts(inputs, false) == Indices{0, 1});
  SUBCASE("directories are called by name and version alone") {
    CHECK(possible_conflicts(inputs, true) == Indices{0, 1, 2});
  }
  SUBCASE("the name of an unpacked wheel is not known yet, so it can meet any") {
    std::vector<InputPath> more = inputs;
    more.push_back({.path = "c/tree", .unpacked = true});
    CHECK(possible_conflicts(more, false) == Indices{0, 1, 2, 3});
  }
  SUBCASE("one input is never in conflict") {
    CHECK(possible_conflicts({{{.path = "tree", .unpacked = true}}}, true).empty());
  }
}

TEST_CASE("inputs with one result are told of each other") {
  const std::vector<PlannedOutput> outputs{{.input = "a", .output = "out/x.whl"},
                                           {.input = "b", .output = "out/y.whl"},
                                           {.input = "c", .output = "out/x.whl"},
                                           {.input = "d", .output = "out/x.whl"}};
  const auto conflicts = find_conflicts(outputs);
  CHECK(conflicts.size() == 3);
  CHECK(conflicts.at("a") == "c");
  CHECK(conflicts.at("c") == "a");
  CHECK(conflicts.at("d") == "a");
  CHECK(conflict_error("a").kind == ErrorKind::usage);
  CHECK(conflict_error("a").message ==
        "its result would have the same name as that of a, so neither is written; repair them into "
        "different directories (--wheel-dir)");
}

}  // namespace wheelaudit::repair
