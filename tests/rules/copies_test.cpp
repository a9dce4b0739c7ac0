// WA407 of one library linked into two modules, and WA301 of functions that Python code makes known
// by opening their library. Wording included.

#include <doctest/doctest.h>

#include <algorithm>

#include "rules/rule.hpp"
#include "support/linking_facts.hpp"
#include "support/run_rule.hpp"

namespace wheelaudit::rules {

namespace {

constexpr wasm::BodyDigest big = wasm::BodyDigest{7} << 24 | 5'000;
constexpr wasm::BodyDigest own = wasm::BodyDigest{9} << 24 | 3'000;

wasm::SideModule with_code(std::vector<wasm::BodyDigest> digests,
                           std::vector<wasm::EarlyFunction> early) {
  wasm::SideModule facts = test::side_module();
  facts.code = wasm::CodeFacts{.rows = {0}, .callees = {}};
  std::ranges::sort(digests);
  facts.code->digests = std::move(digests);
  facts.code->early = std::move(early);
  return facts;
}

wheel::Wheel two(const wasm::SideModule& left, const wasm::SideModule& right) {
  return test::wheel_of(
      {test::module_at_path("pkg/_a.so", left), test::module_at_path("pkg/_b.so", right)});
}

test::Findings run(std::string_view rule, wheel::Wheel wheel) {
  return test::run_rule(rule, test::judge(std::move(wheel), {test::js_profile()})->input());
}

bool has_detail(const Finding& finding, std::string_view text) {
  return std::ranges::any_of(finding.details, [&](const Sentence& detail) {
    return detail.text().find(text) != std::string::npos;
  });
}

const wasm::EarlyFunction registers{.digest = 1, .is_init = false, .calls_out = true};
const wasm::EarlyFunction stays_inside{.digest = 1, .is_init = false, .calls_out = false};
const wasm::EarlyFunction init{.digest = 2, .is_init = true, .calls_out = true};

/// pkg/lib/_ext.so calls `ext_fn`, which pkg/lib/libx.so has and nobody needs.
wheel::Wheel opening_wheel() {
  wasm::SideModule caller = test::side_module();
  caller.imports.push_back(test::function_import("ext_fn"));
  caller.imported_functions = 1;
  wasm::SideModule library = test::side_module();
  library.exports.push_back(test::function_export("ext_fn"));
  wheel::Wheel wheel = test::wheel_of({test::module_at_path("pkg/lib/_ext.so", caller),
                                       test::module_at_path("pkg/lib/libx.so", library)});
  wheel.opened_libraries = {{.source = "pkg/__init__.py",
                             .line = 3,
                             .library = "pkg/lib/libx.so",
                             .is_global = true,
                             .is_first = true}};
  return wheel;
}

Finding only_301(wheel::Wheel wheel, profile::AbiProfile profile) {
  const auto findings =
      test::run_rule("WA301", test::judge(std::move(wheel), {std::move(profile)})->input());
  REQUIRE(findings.size() == 1);
  return findings.front();
}

profile::AbiProfile profile_with(profile::LibrarySearch search) {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes) runtime.loader.library_search = search;
  return profile;
}
profile::AbiProfile until_0_27() { return profile_with(profile::LibrarySearch::wheel_libs); }
profile::AbiProfile from_0_28() { return profile_with(profile::LibrarySearch::run_path); }

}  // namespace

TEST_CASE("WA407 fires: a library linked into two modules registers itself twice") {
  const auto findings =
      run("WA407", two(with_code({big, own}, {registers}), with_code({big}, {registers, init})));
  REQUIRE(findings.size() == 1);
  const Finding& finding = findings.front();
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.profile.empty());
  CHECK(finding.place.member == "pkg/_a.so");
  CHECK(finding.found == "pkg/_b.so");
  CHECK(finding.message ==
        "this module and `pkg/_b.so` hold the same code and run the same registration");
  CHECK(has_detail(finding, "5000 bytes of code are equal"));
}

TEST_CASE("WA407 fires: one program twice under two names") {
  CHECK(run("WA407", two(with_code({big}, {init}), with_code({big}, {init}))).size() == 1);
}

TEST_CASE("WA407 keeps quiet: equal code alone, constructors alone, constructors without effect") {
  CHECK(run("WA407", two(with_code({big}, {}), with_code({big}, {}))).empty());
  CHECK(run("WA407", two(with_code({own}, {registers}), with_code({big}, {registers}))).empty());
  CHECK(run("WA407", two(with_code({big}, {stays_inside}), with_code({big}, {stays_inside})))
            .empty());
  CHECK(run("WA407", two(with_code({big, own}, {init}), with_code({big}, {init}))).empty());
  CHECK(run("WA407", two(with_code({own}, {registers}), with_code({own}, {registers}))).empty());
}

TEST_CASE("WA301 fires: as a warning where Python code opens the library for all") {
  const Finding finding = only_301(opening_wheel(), until_0_27());
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.place.member == "pkg/lib/_ext.so");
  CHECK(finding.symbol == "ext_fn");
  CHECK(finding.found == "pkg/lib/libx.so");
  CHECK(finding.message ==
        "function `ext_fn` is found only because Python code opens `pkg/lib/libx.so`");
  CHECK(has_detail(finding, "`pkg/__init__.py`, line 3, opens it with RTLD_GLOBAL"));
  CHECK(finding.help ==
        "link this module with `libx.so`, so that its needed list names the library");
}

TEST_CASE("WA301 fires: as an error that names the member, where opening does not help") {
  const Finding finding = only_301(opening_wheel(), from_0_28());
  CHECK(finding.severity == Severity::error);
  CHECK(finding.found == "pkg/lib/libx.so");
  CHECK(has_detail(finding,
                   "`pkg/lib/libx.so` of this wheel has it, and this module does not need that "
                   "library"));
  CHECK(has_detail(finding,
                   "from 0.28 on that does not reach a module which loadPackage or "
                   "micropip has loaded"));
}

TEST_CASE("WA301 fires: as an error where the library is not opened for all before every use") {
  const auto severity = [](auto change) {
    wheel::Wheel wheel = opening_wheel();
    change(wheel);
    return only_301(std::move(wheel), until_0_27()).severity;
  };
  CHECK(severity([](wheel::Wheel&) {}) == Severity::warning);
  CHECK(severity([](wheel::Wheel& w) { w.opened_libraries.clear(); }) == Severity::error);
  CHECK(severity([](wheel::Wheel& w) { w.opened_libraries[0].is_global = false; }) ==
        Severity::error);
  CHECK(severity([](wheel::Wheel& w) { w.opened_libraries[0].is_first = false; }) ==
        Severity::error);
  CHECK(severity([](wheel::Wheel& w) { w.opened_libraries[0].library = "libx.so"; }) ==
        Severity::error);
  CHECK(severity([](wheel::Wheel& w) { w.opened_libraries[0].source = "other/__init__.py"; }) ==
        Severity::error);
  CHECK(severity([](wheel::Wheel& w) { w.opened_libraries[0].source = "pkg/later.py"; }) ==
        Severity::error);
  CHECK(severity([](wheel::Wheel& w) {
          w.opened_libraries[0].source = "pkg/later.py";
          w.opened_libraries.push_back(
              {.source = "pkg/later.py", .line = 4, .library = "pkg/lib/_ext.so"});
        }) == Severity::warning);
}

TEST_CASE("WA301 fires: the member that has the function is named with its type") {
  wheel::Wheel wheel = opening_wheel();
  wheel.opened_libraries.clear();
  wheel.modules[1].facts.exports = {test::function_export("ext_fn", 2)};
  const Finding finding = only_301(std::move(wheel), until_0_27());
  CHECK(finding.found == "pkg/lib/libx.so");
  CHECK(has_detail(finding, "the function there is of another type: (i64) -> i64"));
}

TEST_CASE("WA301 keeps quiet: nobody calls it") {
  wheel::Wheel wheel = opening_wheel();
  wheel.modules[0].facts.imports.clear();
  wheel.modules[0].facts.imported_functions = 0;
  CHECK(run("WA301", std::move(wheel)).empty());
}

}  // namespace wheelaudit::rules
