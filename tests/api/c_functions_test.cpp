// The C interface: every command through its one function, and a result for every wrong call.

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/version.hpp"
#include "compare/link_list.hpp"
#include "report/profile_summary.hpp"
#include "support/small_wheel.hpp"
#include "wheelaudit/wheelaudit.h"
#include "wheelaudit/wheelaudit.hpp"

namespace wheelaudit::api {
namespace {

using test::SmallWheel;

/// The result of a call, copied out of the handle.
struct Called {
  int exit_code = -1;
  std::string text;
  std::vector<Output> outputs;

  /// The member `error` of the report; fails the test when the text is not such a report.
  [[nodiscard]] std::string error() const {
    const auto json = parse_json(text, "report");
    REQUIRE(json);
    const JsonValue* error = json->find("error");
    REQUIRE(error);
    CHECK(json->find("exit_code")->number == 2);
    CHECK(exit_code == 2);
    return error->text;
  }
};

Called call(const char* command, const char* options, const std::vector<File>& files) {
  std::vector<wheelaudit_file> given;
  for (const File& file : files)
    given.push_back(
        {.name = file.name.c_str(), .bytes = file.bytes.data(), .size = file.bytes.size()});
  const std::unique_ptr<wheelaudit_run_result, decltype(&wheelaudit_free)> run(
      wheelaudit_run(command, options, given.size(), given.data()), wheelaudit_free);
  REQUIRE(run);
  Called called;
  const char* text = nullptr;
  std::size_t size = 0;
  called.exit_code = wheelaudit_result(run.get(), &text, &size);
  CHECK(text[size] == '\0');
  called.text.assign(text, size);
  const char* name = nullptr;
  const void* bytes = nullptr;
  for (std::size_t i = 0; wheelaudit_output(run.get(), i, &name, &bytes, &size) == 1; ++i) {
    const auto* first = static_cast<const std::byte*>(bytes);
    called.outputs.push_back({.name = name, .bytes = {first, first + size}});
  }
  return called;
}

struct Given {
  SmallWheel wheel;
  ByteVector bytes = wheel.bytes();

  [[nodiscard]] File file() const { return {.name = wheel.file_name, .bytes = bytes}; }
};

TEST_CASE("show, check and repair yield the reports of the C++ interface") {
  const Given given;
  CHECK(wheelaudit_version() == std::string(version()));
  CHECK(call("show", nullptr, {given.file()}).text == show(given.file()).json());
  const Called checked = call("check", "{}", {given.file()});
  CHECK(checked.text == check(given.file()).json());
  CHECK(checked.exit_code == 1);
  const Called repaired = call("repair", R"({"plat": "emscripten_3_1_46"})", {given.file()});
  const Repaired expected = repair(given.file(), {.platform = "emscripten_3_1_46"});
  CHECK(repaired.text == expected.report.json());
  CHECK(repaired.exit_code == 0);
  REQUIRE(repaired.outputs.size() == 1);
  CHECK(repaired.outputs.front().name == expected.outputs.front().name);
  CHECK(repaired.outputs.front().bytes == expected.outputs.front().bytes);
}

TEST_CASE("options have the names of the program's, with - or _") {
  const Given given;
  const Options options{.fail_on = Severity::note, .ignore = {"WA101", "WA2:*.so"}};
  const std::string expected = check(given.file(), options).json();
  CHECK(call("check", R"({"fail-on": "note", "ignore": ["WA101", "WA2:*.so"]})", {given.file()})
            .text == expected);
  CHECK(call("check", R"({"fail_on": "note", "ignore": ["WA101", "WA2:*.so"]})", {given.file()})
            .text == expected);
  const Called limited =
      call("check", R"({"max_entries": 2, "max-wheel-size": "64MiB"})", {given.file()});
  CHECK(limited.exit_code == 3);
  CHECK(call("check", R"({"format": "text", "quiet": true})", {given.file()})
            .text.starts_with(given.wheel.file_name + ": "));
  const Called dry =
      call("repair", R"({"plat": "emscripten_3_1_46", "dry_run": true})", {given.file()});
  CHECK(dry.exit_code == 0);
  CHECK(dry.outputs.empty());
  CHECK(dry.text.find("\"dry_run\": true") != std::string::npos);
}

TEST_CASE("a file that an option names is not an input") {
  const Given given;
  const std::string json = profile::write_profile(profile::built_in_profiles().front());
  const File profile{.name = "mine.json", .bytes = as_bytes(json)};
  const Called called = call("check", R"({"profile": "mine.json"})", {profile, given.file()});
  CHECK(called.text ==
        check(given.file(), {.profiles = {"mine.json"}, .profile_files = {profile}}).json());
  const ByteVector library = to_byte_vector(test::extension_module("x"));
  const Called repaired = call("repair", R"({"libdir": "libs/", "plat": "emscripten_3_1_46"})",
                               {{.name = "libs/lib/libx.so", .bytes = library}, given.file()});
  CHECK(repaired.exit_code == 0);
}

TEST_CASE("the profile commands") {
  const std::vector<profile::AbiProfile> profiles = profile::built_in_profiles();
  const std::string& id = profiles.front().id;
  CHECK(call("profile list", "", {}).text == report::profile_list_json(profiles));
  CHECK(call("profile list", R"({"format": "text"})", {}).text ==
        report::profile_list_text(profiles));
  const std::string profile_option = "{\"profile\": \"" + id + "\"}";
  CHECK(call("profile show", profile_option.c_str(), {}).text ==
        profile::write_profile(profiles.front()));

  const Called diff = call("profile diff", R"({"before": "0.27.7", "after": "0.28.0"})", {});
  CHECK(diff.exit_code == 0);
  const Given given;
  const Called used = call(
      "profile diff", R"({"before": "0.27.7", "after": "0.28.0", "used": true})", {given.file()});
  CHECK(used.text.find("\"scope\": \"used\"") != std::string::npos);

  const std::string json = profile::write_profile(profiles.front());
  const File file{.name = "mine.json", .bytes = as_bytes(json)};
  const Called valid = call("profile validate", "", {file});
  CHECK(valid.exit_code == 0);
  CHECK(valid.text.find("\"problems\": []") != std::string::npos);
  const Called invalid =
      call("profile validate", "", {{.name = "mine.json", .bytes = as_bytes("[]")}});
  CHECK(invalid.exit_code == 1);

  const Called list = call("profile link-list", profile_option.c_str(), {});
  REQUIRE(list.outputs.size() == 1);
  CHECK(as_text(list.outputs.front().bytes) ==
        compare::link_list(compare::side_of(profiles, {.profile = 0, .release = std::nullopt})));
}

TEST_CASE("wrong options name the key, what was expected, and the nearest key") {
  const Given given;
  const auto error = [&](const char* command, const std::string& options) {
    return call(command, options.c_str(), {given.file()}).error();
  };
  CHECK(error("chek", "") == "unknown command chek; the nearest is check");
  CHECK(error("", "").starts_with("unknown command"));
  CHECK(error("check", R"({"ignores": []})") ==
        "options: unknown key ignores; the nearest is ignore");
  CHECK(error("show", R"({"plat": "auto"})").starts_with("options: unknown key plat"));
  CHECK(error("check", R"({"output": "x"})").starts_with("options: output is an option of the"));
  CHECK(error("check", R"({"fail_on": "never"})") ==
        "options: fail_on: expected error or warning or note, found never");
  CHECK(error("check", R"({"quiet": 1})") ==
        "options: quiet: expected true or false, found a whole number");
  CHECK(error("check", R"({"jobs": 0})") ==
        "options: jobs: expected a number from 1 to 1024, found a whole number");
  CHECK(error("check", R"({"max_entries": -1})").starts_with("options: max_entries: expected"));
  CHECK(error("check", R"({"max_wheel_size": "999999999GiB0"})")
            .starts_with("options: max_wheel_size: expected"));
  CHECK(error("check", R"({"ignore": [["WA1"]]})").starts_with("options: ignore: expected"));
  CHECK(error("check", "[]") == "options: expected an object, found an array");
  CHECK(error("check", "{").starts_with("options: "));
  CHECK(error("check", R"({"ignore": [], "ignore": []})").starts_with("options: "));
  CHECK(error("profile diff", R"({"before": "0.27.7"})") == "options: after is missing");
  CHECK(error("profile list", "").starts_with("this command does not look at the file"));
}

TEST_CASE("hostile options are bounded") {
  const Given given;
  const auto error = [&](const std::string& options) {
    return call("check", options.c_str(), {given.file()}).error();
  };
  CHECK(error(std::string(100'000, '[')).starts_with("options: "));
  CHECK(error("{\"" + std::string(500'000, 'x') + "\": 1}").size() < 400);
  CHECK(error(std::string((1UL << 20) + 1, ' ')) == "options: 1048577 bytes, more than 1048576");
  CHECK(error("{\"\x1b[2J\": 1}").find('\x1b') == std::string::npos);
  CHECK(error("{\"\xff\": 1}").starts_with("options: "));
  const std::string command(500'000, 'x');
  CHECK(call(command.c_str(), "", {given.file()}).error().size() < 400);
}

TEST_CASE("null pointers and impossible sizes") {
  const Given given;
  const auto error = [](const char* command, std::size_t count, const wheelaudit_file* files) {
    const std::unique_ptr<wheelaudit_run_result, decltype(&wheelaudit_free)> run(
        wheelaudit_run(command, nullptr, count, files), wheelaudit_free);
    const char* text = nullptr;
    CHECK(wheelaudit_result(run.get(), &text, nullptr) == 2);
    CHECK(wheelaudit_output(run.get(), 0, nullptr, nullptr, nullptr) == 0);
    const auto json = parse_json(text, "report");
    REQUIRE(json);
    return json->find("error")->text;
  };
  CHECK(error(nullptr, 0, nullptr) == "the command is a null pointer");
  CHECK(error("check", 0, nullptr) == "no file to look at was given");
  CHECK(error("check", 1, nullptr) == "1 files at a null pointer");
  CHECK(error("check", SIZE_MAX, nullptr).find("more than 1048576") != std::string::npos);
  wheelaudit_file file{.name = nullptr, .bytes = given.bytes.data(), .size = 1};
  CHECK(error("check", 1, &file) == "file 0 has no name");
  file = {.name = "x.whl", .bytes = nullptr, .size = 7};
  CHECK(error("check", 1, &file) == "file 0, x.whl: 7 bytes at a null pointer");
  file = {.name = "x.whl", .bytes = given.bytes.data(), .size = SIZE_MAX};
  CHECK(error("check", 1, &file).find("bytes do not exist") != std::string::npos);
  const char* text = nullptr;
  std::size_t size = 1;
  CHECK(wheelaudit_result(nullptr, &text, &size) == 2);
  CHECK(size == 0);
  CHECK(std::string_view(text).empty());
  CHECK(wheelaudit_output(nullptr, 0, nullptr, nullptr, nullptr) == 0);
  wheelaudit_free(nullptr);
}

TEST_CASE("an empty file may be a null pointer") {
  const Called called = call("check", "", {{.name = "x-1.0-py3-none-any.whl", .bytes = {}}});
  CHECK(called.exit_code == 3);
}

}  // namespace
}  // namespace wheelaudit::api
