// WA510 to WA512 as the audit runs them, through the registry; what each fault says is tested with
// the archive rules themselves.

#include <doctest/doctest.h>

#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

namespace {

test::Findings run_registered(std::string_view rule, const wheel::Wheel& wheel) {
  const Rule* registered = find_rule(rule);
  REQUIRE(registered != nullptr);
  CHECK(registered->scope == Scope::wheel);
  return test::run_on_wheel(rule, wheel);
}

wheel::Wheel with_archive_fault(zip::ArchiveFaultKind kind) {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.archive.faults.push_back({.code = "example",
                                  .kind = kind,
                                  .message = "something is wrong",
                                  .option = "--max-entries"});
  return wheel;
}

void check_fires(std::string_view rule, zip::ArchiveFaultKind kind) {
  const Finding finding = test::only(run_registered(rule, with_archive_fault(kind)));
  CHECK(rule_id_text(finding.rule) == rule);
  CHECK(finding.severity == Severity::error);
  CHECK(finding.message == "something is wrong");
}

void check_quiet(std::string_view rule, const std::vector<zip::ArchiveFaultKind>& others) {
  CHECK(run_registered(rule, test::good_wheel(test::abi_2024())).empty());
  for (const zip::ArchiveFaultKind kind : others) {
    CHECK(run_registered(rule, with_archive_fault(kind)).empty());
  }
}

}  // namespace

TEST_CASE("WA510 fires: a fault of the structure") {
  check_fires("WA510", zip::ArchiveFaultKind::structure);
}

TEST_CASE("WA510 keeps quiet: a good archive, a bad path, a limit") {
  check_quiet("WA510", {zip::ArchiveFaultKind::path, zip::ArchiveFaultKind::limit});
}

TEST_CASE("WA511 fires: an unsafe path") { check_fires("WA511", zip::ArchiveFaultKind::path); }

TEST_CASE("WA511 keeps quiet: a good archive, a bad structure, a limit") {
  check_quiet("WA511", {zip::ArchiveFaultKind::structure, zip::ArchiveFaultKind::limit});
}

TEST_CASE("WA512 fires: a limit of the archive, or of a module") {
  check_fires("WA512", zip::ArchiveFaultKind::limit);
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.modules[0].facts.faults.push_back(
      {.kind = wasm::ModuleFaultKind::limit, .message = "10,001 custom sections"});
  const Finding finding = test::only(run_registered("WA512", wheel));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.place.member == wheel.modules[0].path);
}

TEST_CASE("WA512 keeps quiet: a good archive, a bad structure, a bad path") {
  check_quiet("WA512", {zip::ArchiveFaultKind::structure, zip::ArchiveFaultKind::path});
}

}  // namespace wheelaudit::rules
