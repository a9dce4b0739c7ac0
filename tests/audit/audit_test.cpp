// The audit: which ABIs are judged, what the verdict is, which exit code follows
// (docs/design/verdicts.md#targets, docs/design/verdicts.md#verdicts,
// docs/design/verdicts.md#exit-codes).

#include "audit/audit.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "loader/choose_targets.hpp"
#include "support/linking_facts.hpp"
#include "wheel/python_tag.hpp"

namespace wheelaudit::audit {

namespace {

/// A module that every release of both profiles links.
wasm::SideModule good_module() {
  wasm::SideModule facts = test::side_module();
  facts.imports.push_back(test::function_import("strlen"));
  facts.exports.push_back(test::function_export("PyInit__core", 0));
  return facts;
}

wasm::SideModule bad_module() {
  wasm::SideModule facts = good_module();
  facts.imports.push_back(test::function_import("PyObjekt_Str"));
  return facts;
}

constexpr const char* module_path = "example/_core.cpython-312-wasm32-emscripten.so";

std::vector<std::string> judged(const wheel::Wheel& wheel, const AuditOptions& options = {}) {
  const std::vector<profile::AbiProfile> catalog{test::js_profile(), test::wasm_profile()};
  std::vector<std::string> ids;
  for (const loader::Target& target : loader::choose_targets(wheel, catalog, options.selections))
    ids.push_back(target.profile->id);
  return ids;
}

Audit audit_of(const wheel::Wheel& wheel, const AuditOptions& options = {}) {
  const std::vector<profile::AbiProfile> catalog{test::js_profile(), test::wasm_profile()};
  return audit(wheel, catalog, options);
}

bool has_rule(const Audit& result, std::string_view rule) {
  return std::ranges::any_of(result.findings, [&](const rules::Finding& finding) {
    return rules::rule_id_text(finding.rule) == rule;
  });
}

}  // namespace

TEST_CASE("a wheel is judged for the ABI its tag names") {
  CHECK(judged(test::wheel_of({test::module_at_path(module_path, good_module())},
                              "js_abi_wasm32")) == std::vector<std::string>{"js_abi"});
  CHECK(judged(test::wheel_of({test::module_at_path(module_path, good_module())},
                              "wasm_abi_wasm32")) == std::vector<std::string>{"wasm_abi"});
}

TEST_CASE("a tag is judged against the releases whose installer takes it") {
  profile::AbiProfile profile = test::js_profile();
  profile.runtimes[0].installer_tags.clear();
  const std::vector<profile::AbiProfile> catalog{profile};
  const wheel::Wheel wheel = test::wheel_of({}, "js_abi_wasm32");
  const auto targets = loader::choose_targets(wheel, catalog, {});
  REQUIRE(targets.size() == 1);
  CHECK(targets[0].judged == std::vector<std::size_t>{1});
}

TEST_CASE("wasm under a native tag has every ABI with a fitting Python as a candidate") {
  CHECK(judged(test::wheel_of({test::module_at_path(module_path, good_module())}, "linux_x86_64"))
            .size() == 2);
  CHECK(judged(test::wheel_of({test::module_at_path(module_path, good_module())}, "linux_x86_64",
                              "cp311"))
            .empty());
}

TEST_CASE("a profile that is asked for is judged whatever the tag says") {
  const AuditOptions options{.selections = {{.profile = 1, .release = 0}}};
  const std::vector<profile::AbiProfile> catalog{test::js_profile(), test::wasm_profile()};
  const wheel::Wheel wheel = test::wheel_of({}, "js_abi_wasm32");
  const auto targets = loader::choose_targets(wheel, catalog, options.selections);
  REQUIRE(targets.size() == 1);
  CHECK(targets[0].profile->id == "wasm_abi");
  CHECK(targets[0].judged == std::vector<std::size_t>{0});
}

TEST_CASE("a missing function is incompatible, exit code 1") {
  const Audit result =
      audit_of(test::wheel_of({test::module_at_path(module_path, bad_module())}, "js_abi_wasm32"));
  CHECK(result.verdict == Verdict::incompatible);
  CHECK(has_rule(result, "WA301"));
  CHECK(exit_code(result, rules::Severity::error, false) == ExitCode::findings);
}

TEST_CASE("only native tags and no wasm: not applicable, one note, exit code 0") {
  wheel::Wheel wheel = test::wheel_of({}, "manylinux_2_17_x86_64");
  wasm::SideModule elf;
  elf.kind = wasm::ModuleKind::not_wasm;
  elf.format = "elf x86-64";
  wheel.modules.push_back(test::module_at_path("example/_core.so", elf));
  const Audit result = audit_of(wheel);
  CHECK(result.verdict == Verdict::not_applicable);
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].severity == rules::Severity::note);
  CHECK(exit_code(result, rules::Severity::error, false) == ExitCode::done);
  CHECK(exit_code(result, rules::Severity::error, true) == ExitCode::findings);
}

TEST_CASE("a .wasm program among a wheel's files is data: it changes no verdict") {
  wasm::SideModule program;
  program.kind = wasm::ModuleKind::wasi;
  program.format = "wasm";
  const wheel::WheelModule asset = test::module_at_path("example/plugin.wasm", program);
  const Audit native = audit_of(test::wheel_of({asset}, "manylinux_2_17_x86_64"));
  CHECK(native.verdict == Verdict::not_applicable);
  const Audit any = audit_of(test::wheel_of({asset}, "any", "py3"));
  CHECK(any.verdict == Verdict::pure);
  CHECK(exit_code(any, rules::Severity::error, false) == ExitCode::done);
  // The same program under a name that the loader opens is not an asset.
  const wheel::WheelModule loaded = test::module_at_path("example/plugin.so", program);
  CHECK(audit_of(test::wheel_of({loaded}, "manylinux_2_17_x86_64")).verdict !=
        Verdict::not_applicable);
  CHECK(audit_of(test::wheel_of({loaded}, "any", "py3")).verdict == Verdict::incompatible);
}

TEST_CASE("the matrix has a row for every release and agrees with the findings") {
  const Audit result =
      audit_of(test::wheel_of({test::module_at_path(module_path, bad_module())}, "js_abi_wasm32"));
  REQUIRE(result.runtimes.size() == 4);
  CHECK(result.runtimes[0].profile == "js_abi");
  CHECK(result.runtimes[0].links == profile::Outcome::call);
  CHECK(result.runtimes[0].unresolved == 1);
  CHECK(result.runtimes[0].micropip);
  CHECK_FALSE(result.runtimes[2].micropip);
}

TEST_CASE("rows of the matrix are the same, judged or not, and stand in the profile's order") {
  profile::AbiProfile profile = test::js_profile();
  profile.runtimes.push_back(profile.runtimes[1]);
  profile.runtimes[0].installer_tags.clear();
  profile.runtimes[2].installer_tags.clear();
  profile.runtimes[0].version = "9.9.9";  // by its place, not by its number
  profile.runtimes[2].version = "1.0.0";
  const std::vector<profile::AbiProfile> catalog{profile, test::wasm_profile()};
  const wheel::Wheel wheel =
      test::wheel_of({test::module_at_path(module_path, bad_module())}, "js_abi_wasm32");
  const auto rows = audit(wheel, catalog, {}).runtimes;
  const auto whole =
      audit(wheel, catalog, {.selections = {{.profile = 0}, {.profile = 1}}}).runtimes;
  REQUIRE(rows.size() == 5);
  REQUIRE(whole.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].profile == catalog[i < 3 ? 0 : 1].id);
    CHECK(rows[i].pyodide == catalog[i < 3 ? 0 : 1].runtimes[i < 3 ? i : i - 3].version);
    CHECK(rows[i].links == whole[i].links);
    CHECK(rows[i].unresolved == whole[i].unresolved);
    CHECK(rows[i].micropip == whole[i].micropip);
  }
  CHECK(rows[1].micropip);
  CHECK_FALSE(rows[0].micropip);
}

TEST_CASE("wheels that no profile fits are never compatible") {
  const Audit result = audit_of(
      test::wheel_of({test::module_at_path(module_path, good_module())}, "linux_x86_64", "cp27"));
  CHECK(result.verdict == Verdict::incompatible);
  CHECK(exit_code(result, rules::Severity::error, false) == ExitCode::findings);
}

TEST_CASE("--fail-on lowers the bar for exit code 1") {
  Audit result;
  result.verdict = Verdict::compatible;
  result.findings.push_back(
      {.rule = rules::parse_rule_id("WA303").value(), .severity = rules::Severity::warning});
  CHECK(exit_code(result, rules::Severity::error, false) == ExitCode::done);
  CHECK(exit_code(result, rules::Severity::warning, false) == ExitCode::findings);
}

TEST_CASE("Python tags against a runtime's Python") {
  CHECK(wheel::python_accepts("3.12", "cp312", "cp312"));
  CHECK(wheel::python_accepts("3.12", "cp310", "abi3"));
  CHECK(wheel::python_accepts("3.12", "py3", "none"));
  CHECK(wheel::python_accepts("3.12", "py310", "none"));
  CHECK_FALSE(wheel::python_accepts("3.12", "cp311", "cp311"));
  CHECK_FALSE(wheel::python_accepts("3.12", "cp313", "abi3"));
  CHECK_FALSE(wheel::python_accepts("3.12", "cp312", "cp312t"));
  CHECK_FALSE(wheel::python_accepts("3.12", "pp310", "pypy310_pp73"));
  CHECK_FALSE(wheel::python_accepts("3.12", "py2", "none"));
}

}  // namespace wheelaudit::audit
