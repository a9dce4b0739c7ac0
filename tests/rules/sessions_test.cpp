// WA407, WA408, WA409 and the weak addresses of WA302: what several modules do to each other in one
// process. The wheels are those of tests/sessions, by hand.

#include <doctest/doctest.h>

#include <algorithm>

#include "rules/rule.hpp"
#include "support/linking_facts.hpp"
#include "support/run_rule.hpp"
#include "support/session_wheels.hpp"

namespace wheelaudit::rules {

namespace {

using test::extension;
using test::in_archive_order;
using test::library;
using test::needing;
using wheel::WheelModule;

test::Findings run(std::string_view rule, const std::vector<WheelModule>& modules,
                   profile::AbiProfile profile) {
  return test::run_rule(rule,
                        test::judge(in_archive_order(modules), {std::move(profile)})->input());
}

bool has_detail(const Finding& finding, std::string_view text) {
  return std::ranges::any_of(finding.details, [&](const Sentence& detail) {
    return detail.text().find(text) != std::string::npos;
  });
}

/// As Pyodide 314: paths in their shortest form, weak names per load.
profile::AbiProfile young_profile() {
  profile::AbiProfile profile = test::wasm_profile();
  for (profile::Runtime& runtime : profile.runtimes) {
    runtime.loader.keys_as_spelled = false;
    runtime.loader.shared_weak_names = false;
  }
  return profile;
}

/// pkg/_a.so and pkg/sub/_b.so, both with liba.so in x.libs.
std::vector<WheelModule> two_depths(std::uint32_t memory = 16) {
  return {library("x.libs/liba.so", test::side_module(), {"a_fn"}, memory),
          extension("pkg/_a.so", needing({"liba.so"}, {"$ORIGIN/../x.libs"}), {"a_fn"}),
          extension("pkg/sub/_b.so", needing({"liba.so"}, {"$ORIGIN/../../x.libs"}), {"a_fn"})};
}

/// _m1 needs liba.so, which needs libb.so; _m2 needs liba.so and calls a function of libb.so.
std::vector<WheelModule> through(std::vector<std::string> second_needs) {
  return {extension("pkg/_m1.so", needing({"liba.so"}), {"a_fn"}),
          extension("pkg/_m2.so", needing(std::move(second_needs)), {"b_fn"}),
          library("liba.so", needing({"libb.so"}), {"a_fn"}),
          library("libb.so", test::side_module(), {"b_fn"})};
}

}  // namespace

TEST_CASE("WA407 fires: two spellings of one path are two instances") {
  const auto findings = run("WA407", two_depths(), test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].place.member == "x.libs/liba.so");
  CHECK(findings[0].found == "3 times");
  CHECK(has_detail(findings[0], "modules that use it see different data"));
  CHECK(has_detail(findings[0], "as `/x.libs/liba.so` and as `/pkg/../x.libs/liba.so`"));
}

TEST_CASE("WA407 keeps quiet: paths are shortened, or there is nothing to split") {
  CHECK(run("WA407", two_depths(), young_profile()).empty());
  CHECK(run("WA407", two_depths(0), test::wasm_profile()).empty());
  const std::vector<WheelModule> at_top{extension("pkg/_a.so", needing({"liba.so"}), {"a_fn"}),
                                        extension("pkg/_b.so", needing({"liba.so"}), {"a_fn"}),
                                        library("liba.so", test::side_module(), {"a_fn"})};
  CHECK(run("WA407", at_top, test::wasm_profile()).empty());
}

TEST_CASE("WA407 fires: 0.27 loads a library again that stands behind its user in the archive") {
  const WheelModule user = extension("pkg/_a.so", needing({"liba.so"}), {"a_fn"});
  const WheelModule lib = library("pkg/liba.so", test::side_module(), {"a_fn"});
  const auto findings = run("WA407", {user, lib}, test::js_profile());
  REQUIRE(findings.size() == 1);
  CHECK(has_detail(findings[0], "an instance that no module uses"));
  CHECK(run("WA407", {lib, user}, test::js_profile()).empty());
}

TEST_CASE("WA408 fires: a library of a library is hidden once the library is loaded") {
  const auto findings = run("WA408", through({"liba.so"}), test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].consequence == Consequence::call);
  CHECK(findings[0].symbol == "b_fn");
  CHECK(findings[0].place.member == "pkg/_m2.so");
  CHECK(findings[0].repairable);
  CHECK(findings[0].help ==
        "wheelaudit repair example-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl; or name `libb.so` in "
        "this module's own needed list (link with it)");
  CHECK(findings[0].message ==
        "whether `b_fn` of `libb.so` is found depends on what was loaded before");
}

TEST_CASE("WA408 keeps quiet: the module names the library itself") {
  CHECK(run("WA408", through({"liba.so", "libb.so"}), test::wasm_profile()).empty());
}

TEST_CASE("WA408 fires: an address in a cycle of libraries") {
  wasm::SideModule a = needing({"libb.so"});
  a.imports = {test::address_import("b_data")};
  wasm::SideModule b = needing({"liba.so"});
  b.imports = {test::address_import("a_data")};
  const auto findings = run("WA408",
                            {extension("pkg/_m.so", needing({"liba.so"}), {"a_data"}),
                             library("liba.so", a, {"a_data"}), library("libb.so", b, {"b_data"})},
                            test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].consequence == Consequence::poison);
  CHECK(has_detail(findings[0], "the libraries need each other"));
}

TEST_CASE("WA408 keeps quiet: a cycle of calls") {
  wasm::SideModule a = needing({"libb.so"});
  a.imports = {test::function_import("b_fn")};
  wasm::SideModule b = needing({"liba.so"});
  b.imports = {test::function_import("a_fn")};
  CHECK(run("WA408",
            {extension("pkg/_m.so", needing({"liba.so"}), {"a_fn"}),
             library("liba.so", a, {"a_fn"}), library("libb.so", b, {"b_fn"})},
            test::wasm_profile())
            .empty());
}

TEST_CASE("WA408 fires: a library that is preloaded does not find the module it calls back") {
  wasm::SideModule calling = test::side_module();
  calling.imports = {test::function_import("back")};
  WheelModule module = extension("pkg/_m.so", needing({"libk.so"}), {"run"});
  module.facts.exports.push_back(test::function_export("back"));
  const WheelModule lib = library("libk.so", calling, {"run"});
  const auto findings = run("WA408", {lib, module}, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(has_detail(findings[0], "loadPackage and micropip"));
  CHECK(has_detail(findings[0], "the functions of the module that brought it in"));
  // nobody misses the function: WA301 does not speak
  CHECK(run("WA301", {lib, module}, test::wasm_profile()).empty());
}

TEST_CASE("WA408 keeps quiet: the module comes first and brings the library in") {
  wasm::SideModule calling = test::side_module();
  calling.imports = {test::function_import("back")};
  WheelModule module = extension("pkg/_m.so", needing({"libk.so"}), {"run"});
  module.facts.exports.push_back(test::function_export("back"));
  const WheelModule lib = library("libk.so", calling, {"run"});
  CHECK(run("WA408", {module, lib}, test::wasm_profile()).empty());
  CHECK(run("WA301", {module, lib}, test::wasm_profile()).empty());
}

TEST_CASE("a function that is called back is compared by its type") {
  wasm::SideModule calling = test::side_module();
  calling.imports = {test::function_import("back", 2)};  // (i64) -> i64
  WheelModule module = extension("pkg/_m.so", needing({"libk.so"}), {"run"});
  module.facts.exports.push_back(test::function_export("back", 1));  // (i32) -> i32
  const std::vector<WheelModule> modules{module, library("libk.so", calling, {"run"})};
  const auto judged = test::judge(in_archive_order(modules), {test::wasm_profile()});
  const auto& problems = judged->target.problems;
  // libk.so stands in front of pkg/_m.so
  REQUIRE(problems[0].size() == 1);
  CHECK(problems[0][0].binding.mismatch == loader::Mismatch::type);
}

TEST_CASE("WA409 fires: the file that is taken lacks what its namesake has") {
  const auto findings =
      run("WA409",
          {extension("pkg/_m.so", needing({"libk.so"}, {"$ORIGIN/d2"}), {"other_fn"}),
           library("libk.so", test::side_module(), {"fn"}),
           library("pkg/d2/libk.so", test::side_module(), {"other_fn"})},
          test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].found == "libk.so");
  CHECK(findings[0].expected == "pkg/d2/libk.so");
}

TEST_CASE("WA409 fires: a warning where the file that is taken has all") {
  const auto findings = run("WA409",
                            {extension("pkg/_m.so", needing({"libk.so"}, {"$ORIGIN/d2"}), {"fn"}),
                             library("libk.so", test::side_module(), {"fn"}),
                             library("pkg/d2/libk.so", test::side_module(), {"fn", "other_fn"})},
                            test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
}

TEST_CASE("WA409 keeps quiet: one library of the name") {
  CHECK(run("WA409",
            {extension("pkg/_m.so", needing({"libk.so"}), {"fn"}),
             library("libk.so", test::side_module(), {"fn"})},
            test::wasm_profile())
            .empty());
}

TEST_CASE("WA302 fires: a weak address becomes strong when a library is loaded with the module") {
  wasm::SideModule facts = needing({"libx.so"});
  facts.imports = {test::address_import("_ZTH1x")};
  facts.imports[0].weak = true;
  const std::vector<WheelModule> modules{extension("pkg/_m.so", facts, {"x_fn"}),
                                         library("libx.so", test::side_module(), {"x_fn"})};
  const auto findings = run("WA302", modules, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].consequence == Consequence::poison);
  CHECK(findings[0].message ==
        "weak address `_ZTH1x` becomes strong when `libx.so` is loaded with this module");
  CHECK(run("WA302", modules, young_profile()).empty());
}

TEST_CASE("a library that could not be read is one note, however many names are behind it") {
  wasm::SideModule unread = test::side_module();
  unread.faults.push_back({.kind = wasm::ModuleFaultKind::not_understood,
                           .message = "a parameter type of a later proposal",
                           .offset = 8,
                           .function = {},
                           .option = {}});
  const std::vector<WheelModule> modules{
      extension("pkg/_m.so", needing({"libx.so"}), {"one", "two", "three"}),
      test::module_at_path("libx.so", unread)};
  const auto findings = run("WA301", modules, test::wasm_profile());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].place.member == "libx.so");
  CHECK(findings[0].message ==
        "3 imports of modules that need this library are not judged: the library could not be "
        "read");
  CHECK(run("WA401", modules, test::wasm_profile()).empty());
}

}  // namespace wheelaudit::rules
