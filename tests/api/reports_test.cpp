// The C++ interface: typed results, and JSON equal to what the room `report` makes of the same
// facts. The inputs are one repairable wheel, and calls that are wrong in one place each.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "audit/audit.hpp"
#include "base/digest.hpp"
#include "base/version.hpp"
#include "report/formats.hpp"
#include "support/small_wheel.hpp"
#include "wheelaudit/wheelaudit.hpp"

namespace wheelaudit::api {
namespace {

using test::SmallWheel;

struct Given {
  SmallWheel wheel;
  ByteVector bytes = wheel.bytes();

  [[nodiscard]] File file() const { return {.name = "dist/" + wheel.file_name, .bytes = bytes}; }
};

/// The JSON that the rooms below make of the same bytes.
std::string expected_json(const File& file, const audit::AuditOptions& options) {
  auto wheel = wheel::read_wheel(file.name, memory_source(file.bytes), {});
  REQUIRE(wheel);
  audit::Audit result = audit::audit(*wheel, profile::built_in_profiles(), options);
  const ExitCode exit_code = audit::exit_code(result, rules::Severity::error, false);
  report::Report report{
      .version = std::string(version()), .command = "check", .exit_code = exit_code};
  report.wheels.push_back(
      {.wheel = wheel::summarise(*wheel), .audit = std::move(result), .repair = std::nullopt});
  return report::render_report(report, *report::find_report_format("json"));
}

TEST_CASE("check yields the JSON of the room report and the same as types") {
  const Given given;
  const Report report = check(given.file());
  CHECK_FALSE(report.error);
  CHECK(report.json() == expected_json(given.file(), {.matrix = false}));
  REQUIRE(report.wheels.size() == 1);
  const WheelReport& wheel = report.wheels.front();
  CHECK(wheel.path == "dist/ext-1.0-cp311-cp311-linux_x86_64.whl");
  CHECK(wheel.name == "ext");
  CHECK(wheel.version == "1.0");
  CHECK(wheel.tags == std::vector<std::string>{"cp311-cp311-linux_x86_64"});
  CHECK(wheel.size == given.bytes.size());
  CHECK(wheel.sha256 == hex(*sha256(memory_source(given.bytes))));
  CHECK(wheel.verdict == Verdict::repairable);
  CHECK(wheel.exit_code == 1);
  CHECK(report.exit_code == 1);
  CHECK_FALSE(wheel.repair);
  const auto native = std::ranges::find(wheel.findings, "WA107", &Finding::rule);
  REQUIRE(native != wheel.findings.end());
  CHECK(native->severity == Severity::error);
  CHECK(native->repairable);
  CHECK(native->place.member.empty());
  CHECK_FALSE(native->help.empty());
}

TEST_CASE("names are those of the JSON report") {
  CHECK(name_of(Severity::warning) == "warning");
  CHECK(name_of(Consequence::poison) == "poison");
  CHECK(name_of(Verdict::not_applicable) == "not-applicable");
  CHECK(library_version() == version());
}

TEST_CASE("options select and ignore findings, and say which pattern matched nothing") {
  const Given given;
  const Report selected = check(given.file(), {.select = {"WA2"}});
  REQUIRE(selected.wheels.size() == 1);
  CHECK(std::ranges::all_of(selected.wheels.front().findings, [](const Finding& finding) {
    return finding.rule.starts_with("WA2");
  }));
  const Report ignored = check(given.file(), {.ignore = {"WA802", "WA107"}});
  CHECK(ignored.unused_ignores == std::vector<std::string>{"WA802"});
}

TEST_CASE("show has the matrix of releases") {
  const Given given;
  const Report report = show(given.file());
  CHECK(report.exit_code == 0);
  REQUIRE(report.wheels.size() == 1);
  const auto& rows = report.wheels.front().runtimes;
  CHECK(rows.size() > 20);
  CHECK(std::ranges::all_of(rows, [](const RuntimeRow& row) { return !row.micropip; }));
}

TEST_CASE("repair returns a wheel that passes check, and says what was done") {
  const Given given;
  const Repaired repaired = repair(given.file(), {.platform = "emscripten_3_1_46"});
  CHECK(repaired.report.exit_code == 0);
  REQUIRE(repaired.report.wheels.size() == 1);
  const auto& report = repaired.report.wheels.front().repair;
  REQUIRE(report);
  CHECK(report->refusals.empty());
  CHECK(std::ranges::find(report->edits, "rename", &Edit::action) != report->edits.end());
  REQUIRE(repaired.outputs.size() == 1);
  const Output& output = repaired.outputs.front();
  CHECK(output.name == "wheelhouse/ext-1.0-cp311-cp311-emscripten_3_1_46_wasm32.whl");
  CHECK(output.name == report->output);
  CHECK(report->sha256 == hex(*sha256(memory_source(output.bytes))));
  CHECK(check({.name = output.name, .bytes = output.bytes}).exit_code == 0);
}

TEST_CASE("a wheel that cannot be repaired comes with reasons and without a result") {
  Given given;
  given.wheel.files[1].content = test::elf_file();
  given.bytes = given.wheel.bytes();
  const Repaired repaired = repair(given.file(), {.platform = "emscripten_3_1_46"});
  CHECK(repaired.report.exit_code == 1);
  CHECK(repaired.outputs.empty());
  REQUIRE(repaired.report.wheels.size() == 1);
  CHECK_FALSE(repaired.report.wheels.front().repair->refusals.empty());
  CHECK(repaired.report.wheels.front().repair->output.empty());
}

TEST_CASE("two wheels with one result are both refused") {
  const Given given;
  const std::vector<File> files{
      given.file(),
      {.name = "other/ext-1.0-cp311-cp311-manylinux1_x86_64.whl", .bytes = given.bytes}};
  const Repaired repaired = repair(files, {.platform = "emscripten_3_1_46"});
  CHECK(repaired.report.exit_code == 2);
  CHECK(repaired.outputs.empty());
  REQUIRE(repaired.report.remarks.size() == 2);
  CHECK(repaired.report.remarks[0].message.find(files[1].name) != std::string::npos);
  CHECK(repaired.report.remarks[1].message.find(files[0].name) != std::string::npos);
}

TEST_CASE("several files are reported in their order, with any number of threads") {
  const Given given;
  std::vector<File> files;
  for (const char* folder : {"c", "a", "b"})
    files.push_back(
        {.name = std::string(folder) + "/" + given.wheel.file_name, .bytes = given.bytes});
  const Report one = check(files);
  CHECK(one.json() == check(files, {.threads = 3}).json());
  REQUIRE(one.wheels.size() == 3);
  CHECK(one.wheels[1].path == files[1].name);
}

TEST_CASE("calls from several threads do not disturb each other") {
  const Given given;
  const std::string expected = check(given.file()).json();
  std::vector<std::string> found(4);
  {
    std::vector<std::thread> threads;
    for (std::string& text : found)
      threads.emplace_back([&] { text = check(given.file()).json(); });
    for (std::thread& thread : threads) thread.join();
  }
  for (const std::string& text : found) CHECK(text == expected);
}

TEST_CASE("the name - stands for a wheel without a name") {
  Given given;
  const Report report = check({.name = "-", .bytes = given.bytes});
  REQUIRE(report.wheels.size() == 1);
  CHECK(report.wheels.front().path == "-");
  CHECK(report.wheels.front().version == "1.0");
}

TEST_CASE("bytes that are not a wheel are a finding, and no bytes too") {
  CHECK(check({.name = "x-1.0-py3-none-any.whl", .bytes = {}}).exit_code == 3);
  const ByteVector bytes = to_byte_vector("PK");
  const Report report = check({.name = "x-1.0-py3-none-any.whl", .bytes = bytes});
  REQUIRE(report.wheels.size() == 1);
  CHECK(report.wheels.front().verdict == Verdict::malformed);
  CHECK(report.exit_code == 3);
}

TEST_CASE("a limit of the options holds, and the finding names the limit") {
  const Given given;
  const Report report = check(given.file(), {.limits = {.entries = 2}});
  REQUIRE(report.wheels.size() == 1);
  CHECK(report.wheels.front().verdict == Verdict::malformed);
  CHECK(report.json().find("--max-entries") != std::string::npos);
}

TEST_CASE("profiles may come from files, under the name of the file") {
  const Given given;
  const std::string json = profile::write_profile(profile::built_in_profiles().front());
  const File profile{.name = "mine.json", .bytes = as_bytes(json)};
  const Report good = check(given.file(), {.profiles = {"mine.json"}, .profile_files = {profile}});
  CHECK_FALSE(good.error);
  const Report bad = check(
      given.file(), {.profiles = {"mine.json"},
                     .profile_files = {{.name = "mine.json", .bytes = as_bytes("{\"id\": 3}")}}});
  REQUIRE(bad.error);
  CHECK(bad.error->message.starts_with("mine.json: "));
}

TEST_CASE("wrong calls are errors that JSON tells too, and look at no file") {
  const Given given;
  const auto error_of = [&](const Report& report) {
    REQUIRE(report.error);
    CHECK(report.error->kind == ErrorKind::usage);
    CHECK(report.exit_code == 2);
    CHECK(report.wheels.empty());
    CHECK(report.json().find("\"error\": ") != std::string::npos);
    return report.error->message;
  };
  CHECK(error_of(check(std::vector<File>{})) == "no file to look at was given");
  CHECK(error_of(check(std::vector<File>{given.file(), given.file()})) ==
        "two files are called dist/ext-1.0-cp311-cp311-linux_x86_64.whl");
  CHECK(error_of(check({.name = "", .bytes = {}})) ==
        "a file has no name; - stands for a wheel without one");
  CHECK(error_of(check(given.file(), {.ignore = {"WA999"}})).starts_with("unknown rule WA999"));
  CHECK(error_of(check(given.file(), {.profiles = {"\x1b[31m"}})).find('\x1b') ==
        std::string::npos);
  CHECK(error_of(repair(given.file(), {.library_suffix = "../x"}).report)
            .starts_with("lib-sdir ../x: "));
  CHECK(error_of(repair(given.file(), {.compression_level = 10}).report) ==
        "compression level 10: expected 0 to 9");
  CHECK(error_of(repair(given.file(), {.add_tags = {"a"}, .only_platform = true}).report) ==
        "only-plat excludes add-tag");
}

}  // namespace
}  // namespace wheelaudit::api
