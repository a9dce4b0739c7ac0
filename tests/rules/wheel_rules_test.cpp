// WA501 to WA505: dist-info, RECORD, file name and metadata. Wording included.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/rule.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

namespace {

wheel::HeaderFile::Line header(std::string key, std::string value) {
  return {.key = key, .value = value, .raw = key + ": " + value + "\n"};
}

Finding mismatch_finding(wheel::RecordMismatch mismatch) {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.record_mismatches = {std::move(mismatch)};
  return test::only(test::run_on_wheel("WA502", wheel));
}

}  // namespace

TEST_CASE("WA501 fires: no dist-info directory") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info = wheel::DistInfo{};
  const Finding finding = test::only(test::run_on_wheel("WA501", wheel));
  CHECK(finding.rule == "WA501"_rule);
  CHECK(rule_name(finding.rule) == "dist-info");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.profile.empty());
  CHECK(finding.message == "no .dist-info directory");
  CHECK(finding.expected == "example-1.0.dist-info");
  CHECK(test::has_detail(finding, "installers refuse the wheel"));
  CHECK_FALSE(finding.repairable);
}

TEST_CASE("WA501 fires: several dist-info directories") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.directories.push_back("other-2.0.dist-info");
  const Finding finding = test::only(test::run_on_wheel("WA501", wheel));
  CHECK(finding.message ==
        "2 .dist-info directories: `example-1.0.dist-info` and `other-2.0.dist-info`");
  CHECK(finding.expected == "one");
}

TEST_CASE("WA501 fires: the directory is of another project or version") {
  for (const char* directory : {"other-1.0.dist-info", "example-1.1.dist-info", ".dist-info"}) {
    CAPTURE(directory);
    wheel::Wheel wheel = test::good_wheel(test::abi_2024());
    wheel.dist_info.directory = directory;
    wheel.dist_info.directories = {directory};
    const Finding finding = test::only(test::run_on_wheel("WA501", wheel));
    CHECK(finding.message ==
          "the .dist-info directory `" + std::string(directory) + "` is not named like the file");
    CHECK(finding.expected == "example-1.0.dist-info");
    CHECK(finding.found == directory);
  }
}

TEST_CASE("WA501 fires: one for each missing file") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.has_metadata = wheel.dist_info.has_wheel = wheel.dist_info.has_record = false;
  const auto findings = test::run_on_wheel("WA501", wheel);
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].message == "METADATA is missing");
  CHECK(findings[0].place.member == "example-1.0.dist-info/METADATA");
  CHECK(findings[1].message == "WHEEL is missing");
  CHECK(findings[2].message == "RECORD is missing");
}

TEST_CASE("WA501 keeps quiet: a good wheel, another spelling, bare modules, unreadable archives") {
  CHECK(test::run_on_wheel("WA501", test::good_wheel(test::abi_2024())).empty());
  wheel::Wheel spelled = test::good_wheel(test::abi_2024());
  spelled.filename->name = "Example";
  spelled.dist_info.directory = "example-1.0.0.dist-info";
  spelled.dist_info.directories = {spelled.dist_info.directory};
  CHECK(test::run_on_wheel("WA501", spelled).empty());
  wheel::Wheel bare;
  bare.bare_module = true;
  CHECK(test::run_on_wheel("WA501", bare).empty());
  wheel::Wheel damaged;
  damaged.archive.faults.push_back({.code = "no-end-record"});
  CHECK(test::run_on_wheel("WA501", damaged).empty());
}

TEST_CASE("WA502 fires: a wrong hash is an error that no repair may hide") {
  const Finding finding = mismatch_finding({.kind = wheel::RecordMismatch::Kind::hash,
                                            .path = "example/__init__.py",
                                            .expected = "sha256=AAA",
                                            .found = "sha256=BBB"});
  CHECK(finding.rule == "WA502"_rule);
  CHECK(rule_name(finding.rule) == "record");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.place.member == "example/__init__.py");
  CHECK(finding.message == "the hash in RECORD is not the file's");
  CHECK(finding.expected == "sha256=AAA");
  CHECK(finding.found == "sha256=BBB");
  CHECK_FALSE(finding.repairable);
  CHECK(finding.help == "fetch or build the wheel again; a changed RECORD would hide the change");
}

TEST_CASE("WA502 fires: a wrong size is repairable only when the hash agrees") {
  const wheel::RecordMismatch size{
      .kind = wheel::RecordMismatch::Kind::size, .path = "a.py", .expected = "10", .found = "11"};
  const Finding alone = mismatch_finding(size);
  CHECK(alone.severity == Severity::error);
  CHECK(alone.message == "the size in RECORD is not the file's");
  CHECK(alone.repairable);
  CHECK(test::has_detail(alone, "the hash agrees, so only the number is wrong"));

  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.record_mismatches = {{.kind = wheel::RecordMismatch::Kind::hash, .path = "a.py"}, size};
  const auto findings = test::run_on_wheel("WA502", wheel);
  REQUIRE(findings.size() == 2);
  CHECK_FALSE(findings[1].repairable);
}

TEST_CASE("WA502 fires: 5,000 mismatches are told, the rest is as grave as its gravest") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  for (int i = 0; i < 5'003; ++i) {
    wheel.record_mismatches.push_back({.kind = wheel::RecordMismatch::Kind::missing_member,
                                       .path = fmt::format("gone/{:05}", i)});
  }
  wheel.record_mismatches[5'001].kind = wheel::RecordMismatch::Kind::hash;
  const auto findings = test::run_on_wheel("WA502", wheel);
  REQUIRE(findings.size() == 5'001);
  CHECK(findings.back().message == "3 more entries in which RECORD and the files differ");
  CHECK(findings.back().place.member == "gone/05001");
  CHECK(findings.back().severity == Severity::error);
  CHECK_FALSE(findings.back().repairable);
}

TEST_CASE("WA502 fires: each kind of mismatch with its severity and repair") {
  using Kind = wheel::RecordMismatch::Kind;
  struct Case {
    Kind kind;
    Severity severity;
    bool repairable;
    const char* message;
  };
  for (const Case& expected :
       {Case{Kind::missing_entry, Severity::error, true, "RECORD does not list this file"},
        Case{Kind::missing_member, Severity::error, true,
             "RECORD lists a file that is not in the wheel"},
        Case{Kind::weak_hash, Severity::warning, true,
             "RECORD names a hash that no longer protects"},
        Case{Kind::unknown_hash, Severity::error, false,
             "RECORD names a hash algorithm that is not known"},
        Case{Kind::encoding, Severity::error, true,
             "the hash in RECORD is the file's, in another encoding"},
        Case{Kind::no_hash, Severity::warning, true, "RECORD lists this file without a hash"},
        Case{Kind::duplicate_entry, Severity::warning, true,
             "RECORD lists this file more than once"}}) {
    CAPTURE(expected.message);
    const Finding finding = mismatch_finding({.kind = expected.kind, .path = "a.py"});
    CHECK(finding.severity == expected.severity);
    CHECK(finding.repairable == expected.repairable);
    CHECK(finding.message == expected.message);
  }
}

TEST_CASE("WA502 fires: a listed directory is a warning") {
  const Finding finding =
      mismatch_finding({.kind = wheel::RecordMismatch::Kind::missing_member, .path = "example/"});
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.message == "RECORD lists a directory");
}

TEST_CASE("WA502 fires: a row that cannot be read") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.record.faults = {{.message = "row 3: the path is empty", .offset = 120}};
  const Finding finding = test::only(test::run_on_wheel("WA502", wheel));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.place.member == "example-1.0.dist-info/RECORD");
  CHECK(finding.place.offset == 120);
  CHECK(finding.message == "row 3: the path is empty");
  CHECK_FALSE(finding.repairable);
}

TEST_CASE("WA502 keeps quiet: everything agrees, and directories need no entry") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  CHECK(test::run_on_wheel("WA502", wheel).empty());
  wheel.record_mismatches = {
      {.kind = wheel::RecordMismatch::Kind::missing_entry, .path = "example/"}};
  CHECK(test::run_on_wheel("WA502", wheel).empty());
}

TEST_CASE("WA503 fires: true with native code") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.root_is_purelib = true;
  const Finding finding = test::only(test::run_on_wheel("WA503", wheel));
  CHECK(finding.rule == "WA503"_rule);
  CHECK(rule_name(finding.rule) == "root-is-purelib");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.place.member == "example-1.0.dist-info/WHEEL");
  CHECK(finding.message == "Root-Is-Purelib is true, and the wheel holds native code");
  CHECK(finding.expected == "false");
  CHECK(finding.found == "true");
  CHECK(test::has_detail(finding, "native code: `example/_core.cpython-312-wasm32-emscripten.so`"));
  CHECK(finding.repairable);
  CHECK(finding.help == "wheelaudit repair example-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl");
}

TEST_CASE("WA503 fires: false for a pure wheel is a note") {
  wheel::Wheel wheel = test::pure_wheel();
  wheel.dist_info.root_is_purelib = false;
  const Finding finding = test::only(test::run_on_wheel("WA503", wheel));
  CHECK(finding.severity == Severity::note);
  CHECK(finding.message == "Root-Is-Purelib is false, and the wheel is pure Python");
}

TEST_CASE("WA503 fires: neither true nor false") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.root_is_purelib.reset();
  wheel.dist_info.wheel.lines[1] = header("Root-Is-Purelib", "yes");
  const Finding finding = test::only(test::run_on_wheel("WA503", wheel));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.message == "Root-Is-Purelib is neither true nor false");
  CHECK(finding.expected == "false");
  CHECK(finding.found == "yes");
}

TEST_CASE("WA503 keeps quiet: right values, and .wasm data in a pure wheel") {
  CHECK(test::run_on_wheel("WA503", test::good_wheel(test::abi_2024())).empty());
  CHECK(test::run_on_wheel("WA503", test::pure_wheel()).empty());
  CHECK(test::run_on_wheel("WA503",
                           test::with_module(test::pure_wheel(), "example/parser.wasm",
                                             test::foreign_facts(wasm::ModuleKind::wasi, "wasm")))
            .empty());
}

TEST_CASE("WA504 fires: a name that cannot be read") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.filename.reset();
  wheel.filename_fault =
      Fault{.message = "the file name 'example.whl' has 1 parts between dashes", .offset = 3};
  const Finding finding = test::only(test::run_on_wheel("WA504", wheel));
  CHECK(finding.rule == "WA504"_rule);
  CHECK(rule_name(finding.rule) == "file-name");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.place.offset == 3);
  CHECK(finding.message == "the file name 'example.whl' has 1 parts between dashes");
  CHECK(finding.expected == "name-version[-build]-python-abi-platform.whl");
}

TEST_CASE("WA504 fires: a version that is none, and a name with two underscores") {
  wheel::Wheel version = test::good_wheel(test::abi_2024());
  version.filename->version = "latest";
  version.dist_info.directory = "example-latest.dist-info";
  const Finding refused = test::only(test::run_on_wheel("WA504", version));
  CHECK(refused.severity == Severity::error);
  CHECK(refused.message.text().starts_with("the version "));
  wheel::Wheel name = test::good_wheel(test::abi_2024());
  name.filename->name = "exam__ple";
  name.dist_info.metadata.lines[1] = header("Name", "exam-ple");
  name.dist_info.directory = "exam__ple-1.0.dist-info";
  CHECK(test::only(test::run_on_wheel("WA504", name)).severity == Severity::error);
}

TEST_CASE("WA504 fires: another spelling is a note, and an error where PyPI is asked about") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.filename->name = "Example";
  wheel.dist_info.directory = "Example-1.0.dist-info";
  const Finding note = test::only(test::run_on_wheel("WA504", wheel));
  CHECK(note.severity == Severity::note);
  CHECK(note.consequence == Consequence::style);
  CHECK(note.message.text().starts_with("the name "));
  const Finding error = test::only(test::run_on_wheel("WA504", wheel, {}, true));
  CHECK(error.severity == Severity::error);
  CHECK(error.consequence == Consequence::index);
  CHECK(test::has_detail(error,
                         "PyPI would say: \"Filename "
                         "'Example-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl' should contain the "
                         "normalized project name 'example', not 'Example'.\""));
}

TEST_CASE("WA504 fires: METADATA is of another project or version") {
  wheel::Wheel name = test::good_wheel(test::abi_2024());
  name.dist_info.metadata.lines[1] = header("Name", "other");
  const Finding other_name = test::only(test::run_on_wheel("WA504", name));
  CHECK(other_name.severity == Severity::error);
  CHECK(other_name.place.member == "example-1.0.dist-info/METADATA");
  CHECK(other_name.message == "the file name and METADATA name different projects");
  CHECK(other_name.expected == "example");
  CHECK(other_name.found == "other");
  CHECK(test::has_detail(other_name, "pip refuses it: \"inconsistent name\""));

  wheel::Wheel version = test::good_wheel(test::abi_2024());
  version.dist_info.metadata.lines[2] = header("Version", "1.0.1");
  const Finding other_version = test::only(test::run_on_wheel("WA504", version));
  CHECK(other_version.message == "the file name and METADATA have different versions");
  CHECK(other_version.found == "1.0.1");
  CHECK(test::has_detail(other_version, "pip refuses it: \"inconsistent version\""));
}

TEST_CASE("WA504 fires: the dist-info directory is spelled differently, which PyPI does not find") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.directory = "example-1.0.0.dist-info";
  CHECK(test::only(test::run_on_wheel("WA504", wheel)).severity == Severity::note);
  const Finding finding = test::only(test::run_on_wheel("WA504", wheel, {}, true));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.message ==
        "the directory `example-1.0.0.dist-info` is spelled differently from the file name");
  CHECK(test::has_detail(
      finding,
      "PyPI would say: \"Wheel 'example-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl' "
      "does not contain the required METADATA file: example-1.0.dist-info/METADATA\""));
}

TEST_CASE("WA504 keeps quiet: the same name and version in other spellings of METADATA") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  CHECK(test::run_on_wheel("WA504", wheel, {}, true).empty());
  wheel.dist_info.metadata.lines[1] = header("Name", "EXAMPLE");
  wheel.dist_info.metadata.lines[2] = header("Version", "1.0.0");
  CHECK(test::run_on_wheel("WA504", wheel, {}, true).empty());
}

TEST_CASE("WA505 fires: METADATA that installers refuse") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.faults = {
      {.kind = wheel::DistInfoFaultKind::metadata_field, .message = "the Name is empty"}};
  const Finding finding = test::only(test::run_on_wheel("WA505", wheel));
  CHECK(finding.rule == "WA505"_rule);
  CHECK(rule_name(finding.rule) == "metadata");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.place.member == "example-1.0.dist-info/METADATA");
  CHECK(finding.message == "METADATA: the Name is empty");
}

TEST_CASE("WA505 fires: Wheel-Version 2 is an error, 1.9 and broken tags are warnings") {
  const auto severity_of = [](std::string version, wheel::DistInfoFaultKind kind) {
    wheel::Wheel wheel = test::good_wheel(test::abi_2024());
    wheel.dist_info.wheel.lines[0] = header("Wheel-Version", std::move(version));
    wheel.dist_info.faults = {{.kind = kind, .message = "wrong"}};
    const Finding finding = test::only(test::run_on_wheel("WA505", wheel));
    CHECK(finding.place.member == "example-1.0.dist-info/WHEEL");
    CHECK(finding.message == "WHEEL: wrong");
    return finding.severity;
  };
  using Kind = wheel::DistInfoFaultKind;
  CHECK(severity_of("2.0", Kind::wheel_version) == Severity::error);
  CHECK(severity_of("1.9", Kind::wheel_version) == Severity::warning);
  CHECK(severity_of("1.0", Kind::wheel_tag) == Severity::warning);
}

TEST_CASE("WA505 fires: headers that readers see differently, with the byte") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.metadata.faults = {{.message = "its body holds a NUL byte", .offset = 9}};
  const Finding finding = test::only(test::run_on_wheel("WA505", wheel));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.place.offset == 9);
  CHECK(finding.message == "METADATA: its body holds a NUL byte");
}

TEST_CASE("WA505 fires: METADATA that is not UTF-8 is an error, pip refuses it") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.metadata.faults = {
      {.kind = wheel::HeaderFaultKind::encoding, .message = "it is not UTF-8", .offset = 6}};
  const Finding finding = test::only(test::run_on_wheel("WA505", wheel));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.message == "METADATA: it is not UTF-8");
}

TEST_CASE("WA505 fires: entry points that do not parse") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.entry_points.faults = {{.message = "an entry of [x] has no name", .offset = 4}};
  const Finding finding = test::only(test::run_on_wheel("WA505", wheel));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.place.member == "example-1.0.dist-info/entry_points.txt");
  CHECK(finding.message == "entry_points.txt: an entry of [x] has no name");
}

TEST_CASE("WA505 fires: a missing licence file, an error where PyPI is asked about") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.missing_licenses = {"LICENSE"};
  const Finding finding = test::only(test::run_on_wheel("WA505", wheel));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.message == "the licence file `LICENSE` that METADATA names is missing");
  CHECK(finding.expected == "example-1.0.dist-info/licenses/LICENSE");
  const Finding error = test::only(test::run_on_wheel("WA505", wheel, {}, true));
  CHECK(error.severity == Severity::error);
  CHECK(error.consequence == Consequence::index);
  CHECK(
      test::has_detail(error,
                       "PyPI would say: \"License-File LICENSE does not exist in distribution file "
                       "example-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl at "
                       "example-1.0.dist-info/licenses/LICENSE\""));
}

TEST_CASE("WA505 keeps quiet: nothing wrong in any file") {
  CHECK(test::run_on_wheel("WA505", test::good_wheel(test::abi_2024()), {}, true).empty());
  CHECK(test::run_on_wheel("WA505", test::pure_wheel(), {}, true).empty());
}

}  // namespace wheelaudit::rules
