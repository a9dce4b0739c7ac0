// WA510, WA511, WA512: faults of the archive as findings.

#include <doctest/doctest.h>

#include "support/run_rule.hpp"
#include "support/zip_builder.hpp"

namespace wheelaudit::rules {
namespace {

wheel::Wheel wheel_with(zip::ArchiveFault fault) {
  wheel::Wheel wheel;
  wheel.archive.faults.push_back(std::move(fault));
  return wheel;
}

zip::ArchiveFault descriptor_fault() {
  test::ZipParts parts = test::good_zip();
  parts.entries[1].descriptor = test::descriptor_of(parts.entries[1]);
  parts.entries[1].local.flags = parts.entries[1].central.flags = zip::descriptor_flag;
  const ByteVector bytes = test::build(parts);
  return test::fault_with(test::archive_of(bytes).faults, "data-descriptor");
}

}  // namespace

TEST_CASE("WA510: what only PyPI refuses is an index error that repair mends") {
  const wheel::Wheel wheel = wheel_with(descriptor_fault());
  const test::Findings findings =
      test::run_rule("WA510", {.wheel = wheel, .index = loader::index_for_linking(wheel)});
  REQUIRE(findings.size() == 1);
  const Finding& finding = findings.front();
  CHECK(finding.rule == "WA510"_rule);
  CHECK(rule_name(finding.rule) == "archive");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::index);
  CHECK(finding.repairable);
  CHECK(finding.place.member == "second.txt");
  CHECK(finding.place.offset == 46);
  CHECK(finding.message == "a data descriptor follows the data");
  CHECK(finding.help == "`wheelaudit repair` writes the archive clean");
  CHECK(finding.profile.empty());
  REQUIRE(finding.details.size() == 1);
  CHECK(finding.details.front() ==
        "PyPI would refuse this because it holds a data descriptor (warehouse/utils/zipfiles.py, "
        "_handle_local_file_header)");
}

TEST_CASE("WA510: what two readers see differently is malformed, and PyPI is not named") {
  const wheel::Wheel wheel =
      wheel_with({.code = "overlap",
                  .member = "a",
                  .message = "the entry begins inside another one",
                  .expected = "a beginning at byte 9 or behind it",
                  .found = "byte 3",
                  .other_reader = "a reader from the front sees other files"});
  const test::Findings findings =
      test::run_rule("WA510", {.wheel = wheel, .index = loader::index_for_linking(wheel)});
  REQUIRE(findings.size() == 1);
  const Finding& finding = findings.front();
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK_FALSE(finding.repairable);
  CHECK(finding.expected == "a beginning at byte 9 or behind it");
  CHECK(finding.found == "byte 3");
  CHECK(finding.help == "do not install or upload this file; build the wheel again");
  REQUIRE(finding.details.size() == 1);
  CHECK(finding.details.front() == "a reader from the front sees other files");
}

TEST_CASE("WA510: a warning and a note") {
  const wheel::Wheel comment = wheel_with({.code = "archive-comment",
                                           .severity = zip::ArchiveFaultSeverity::warning,
                                           .message = "the archive has a comment"});
  const Finding warning =
      test::run_rule("WA510", {.wheel = comment, .index = loader::index_for_linking(comment)})
          .front();
  CHECK(warning.severity == Severity::warning);
  CHECK(warning.consequence == Consequence::latent);
  CHECK_FALSE(warning.repairable);
  CHECK(warning.details.empty());
  const wheel::Wheel stamps = wheel_with(
      {.code = "extra-field", .severity = zip::ArchiveFaultSeverity::note, .message = "x"});
  const Finding note =
      test::run_rule("WA510", {.wheel = stamps, .index = loader::index_for_linking(stamps)})
          .front();
  CHECK(note.severity == Severity::note);
  CHECK(note.consequence == Consequence::style);
  CHECK(note.help.empty());
}

TEST_CASE("WA510 takes faults of members' content too, after those of the structure") {
  wheel::Wheel wheel = wheel_with({.code = "a", .message = "structure"});
  wheel.content_faults.push_back({.code = "crc", .message = "content"});
  const test::Findings findings =
      test::run_rule("WA510", {.wheel = wheel, .index = loader::index_for_linking(wheel)});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].message == "structure");
  CHECK(findings[1].message == "content");
}

TEST_CASE("a good archive has no finding of the three rules") {
  const ByteVector bytes = test::build(test::good_zip());
  wheel::Wheel wheel;
  wheel.archive = test::archive_of(bytes);
  CHECK(
      test::run_rule("WA510", {.wheel = wheel, .index = loader::index_for_linking(wheel)}).empty());
  CHECK(
      test::run_rule("WA511", {.wheel = wheel, .index = loader::index_for_linking(wheel)}).empty());
  CHECK(
      test::run_rule("WA512", {.wheel = wheel, .index = loader::index_for_linking(wheel)}).empty());
}

TEST_CASE("WA511: paths, and nothing of the other kinds") {
  test::ZipParts parts = test::good_zip();
  parts.entries.push_back(test::stored_entry("../evil.py", "x"));
  parts.entries.push_back(test::stored_entry("FIRST.txt", "x"));
  const ByteVector bytes = test::build(parts);
  wheel::Wheel wheel;
  wheel.archive = test::archive_of(bytes);
  CHECK(
      test::run_rule("WA510", {.wheel = wheel, .index = loader::index_for_linking(wheel)}).empty());
  const test::Findings findings =
      test::run_rule("WA511", {.wheel = wheel, .index = loader::index_for_linking(wheel)});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].rule == "WA511"_rule);
  CHECK(rule_name(findings[0].rule) == "unsafe-path");
  CHECK(findings[0].place.member == "../evil.py");
  CHECK(findings[0].severity == Severity::error);
  CHECK(findings[0].consequence == Consequence::load);
  CHECK(findings[1].place.member == "FIRST.txt");
  CHECK(findings[1].severity == Severity::warning);
  CHECK(findings[1].help == "rename one of the two files");
}

TEST_CASE("WA512: limits of the archive and of modules, with the option that raises them") {
  const ByteVector bytes = test::build(test::good_zip());
  wheel::Wheel wheel;
  wheel.archive = test::archive_of(bytes, {.entries = 1});
  wasm::SideModule module;
  module.faults.push_back({.kind = wasm::ModuleFaultKind::limit,
                           .message = "more than 10,000 custom sections",
                           .offset = 8,
                           .option = "--max-custom-sections"});
  module.faults.push_back({.kind = wasm::ModuleFaultKind::malformed, .message = "other"});
  module.faults.push_back({.kind = wasm::ModuleFaultKind::limit,
                           .message = "too much work to validate",
                           .function = 7});
  wheel.modules.push_back({.path = "p/_m.so", .member = 0, .facts = std::move(module)});
  const test::Findings findings =
      test::run_rule("WA512", {.wheel = wheel, .index = loader::index_for_linking(wheel)});
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].rule == "WA512"_rule);
  CHECK(rule_name(findings[0].rule) == "limit");
  CHECK(findings[0].message == "the archive has more entries than are read");
  CHECK(findings[0].help == "if the wheel is to be trusted, raise the limit with --max-entries");
  CHECK(findings[1].place.member == "p/_m.so");
  CHECK(findings[1].place.offset == 8);
  CHECK(findings[1].severity == Severity::error);
  CHECK(findings[1].consequence == Consequence::load);
  CHECK(findings[1].help ==
        "if the wheel is to be trusted, raise the limit with --max-custom-sections");
  CHECK(findings[2].help == "this limit is the engine's or protects the checker, and is fixed");
  REQUIRE(findings[2].details.size() == 1);
  CHECK(findings[2].details.front() == "in function 7");
  CHECK(
      test::run_rule("WA510", {.wheel = wheel, .index = loader::index_for_linking(wheel)}).empty());
}

}  // namespace wheelaudit::rules
