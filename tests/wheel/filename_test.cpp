// File names, tags and versions: what parses, what is refused and in which words, and which names
// are equal.

#include "wheel/filename.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>

#include "support/corpus.hpp"

namespace wheelaudit::wheel {
namespace {

WheelFilename parsed(std::string_view text) {
  const auto filename = parse_wheel_filename(text);
  REQUIRE_MESSAGE(filename.has_value(), text);
  return *filename;
}

Fault refused(std::string_view text, const Limits& limits = {}) {
  const auto filename = parse_wheel_filename(text, limits);
  REQUIRE_MESSAGE(!filename.has_value(), text);
  return filename.error();
}

using Strings = std::vector<std::string>;

TEST_CASE("a wheel file name is taken apart") {
  const WheelFilename filename =
      parsed("pydantic_core-2.27.2-cp312-cp312-pyodide_2024_0_wasm32.whl");
  CHECK(filename.name == "pydantic_core");
  CHECK(filename.version == "2.27.2");
  CHECK_FALSE(filename.build.has_value());
  CHECK(filename.tags.pythons == Strings{"cp312"});
  CHECK(filename.tags.abis == Strings{"cp312"});
  CHECK(filename.tags.platforms == Strings{"pyodide_2024_0_wasm32"});
  CHECK(filename.tags.str() == "cp312-cp312-pyodide_2024_0_wasm32");
}

TEST_CASE("six parts hold a build tag behind the version") {
  const WheelFilename filename = parsed("a-1.0-1_gpu-py3-none-any.whl");
  CHECK(filename.build == "1_gpu");
  CHECK(filename.str() == "a-1.0-1_gpu-py3-none-any.whl");
}

TEST_CASE("a compressed tag set stands for every combination, in the file name's order") {
  const WheelFilename filename = parsed("a-1.0-py3.py2-none-win32.any.whl");
  const std::vector<Tag> tags = filename.tags.expand();
  REQUIRE(tags.size() == 4);
  CHECK(tags[0].str() == "py3-none-win32");
  CHECK(tags[1].str() == "py3-none-any");
  CHECK(tags[2].str() == "py2-none-win32");
  CHECK(tags[3].str() == "py2-none-any");
}

TEST_CASE("a file name that was parsed is written as it was read") {
  for (const std::string_view text :
       {"a-1.0-py3-none-any.whl", "A.b_c-1!2.0rc1+ubuntu.1-2-py2.py3-none.abi3-any.win32.whl",
        "Shapely-1.8.2-cp310-cp310-emscripten_3_1_14_wasm32.whl",
        "m-3-cp313-cp313-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", "a__b-x-py3-none-any.whl",
        "na\xc3\xafve-1-py3-none-any.whl"}) {
    CHECK(parsed(text).str() == text);
  }
}

TEST_CASE("a file name that cannot be split in one way is refused") {
  const std::array<std::pair<std::string_view, std::string_view>, 16> cases{{
      {"", "the file name '' does not end in '.whl'"},
      {"a-1.0-py3-none-any.zip", "the file name 'a-1.0-py3-none-any.zip' does not end in '.whl'"},
      {"a-1.0-py3-none-any.WHL", "the file name 'a-1.0-py3-none-any.WHL' does not end in '.whl'"},
      {"a-1.0-py3-none.whl",
       "the file name 'a-1.0-py3-none.whl' has 4 parts between dashes, expected 5 "
       "(name-version-python-abi-platform) or 6 (a build tag behind the version)"},
      {"a-b-1.0-1-py3-none-any.whl",
       "the file name 'a-b-1.0-1-py3-none-any.whl' has 7 parts between dashes, expected 5 "
       "(name-version-python-abi-platform) or 6 (a build tag behind the version)"},
      {"-1.0-py3-none-any.whl", "the name is empty"},
      {"a--py3-none-any.whl", "the version is empty"},
      {"a-1.0--py3-none-any.whl", "the build tag is empty"},
      {"a-1.0-b1-py3-none-any.whl", "the build tag 'b1' does not start with a digit"},
      {"a b-1.0-py3-none-any.whl", "the name 'a b' holds ' ', which may not stand there"},
      {"a/b-1.0-py3-none-any.whl", "the name 'a/b' holds '/', which may not stand there"},
      {"a-1.0:2-py3-none-any.whl", "the version '1.0:2' holds ':', which may not stand there"},
      {"a-1.0-py3--any.whl", "the ABI tag '' has an empty part"},
      {"a-1.0-py2..py3-none-any.whl", "the python tag 'py2..py3' has an empty part"},
      {"a-1.0-py3-none-any\n.whl",
       "the platform tag 'any\\x0a' holds '\\x0a', which may not stand "
       "there"},
      {"\xff-1.0-py3-none-any.whl", "the file name '\\xff-1.0-py3-none-any.whl' is not UTF-8"},
  }};
  for (const auto& [text, message] : cases) CHECK(refused(text).message == message);
}

TEST_CASE("a fault says where in the file name it is") {
  CHECK(refused("a-1.0-py3-none-a ny.whl").offset == 16);
  CHECK(refused("a-1.0-py3-none-x..y.whl").offset == 17);
}

TEST_CASE("tags are bounded before they are expanded") {
  std::string many = "a-1.0-p0";
  for (int i = 1; i < 32; ++i) many += ".p" + std::to_string(i);
  const std::string below = many + "-none-any.whl";
  std::string abis = "-a0";
  for (int i = 1; i < 32; ++i) abis += ".a" + std::to_string(i);
  CHECK(parsed(below).tags.expand().size() == 32);
  CHECK(refused(many + abis + "-any.whl").message ==
        "the tags stand for 1024 combinations, more than 1000; --max-tags raises this limit");
  CHECK(parse_wheel_filename(many + abis + "-any.whl", {.expanded_tags = 1024}).has_value());
  CHECK(refused(below, {.expanded_tags = 31}).message ==
        "the tags stand for 32 combinations, more than 31; --max-tags raises this limit");
}

TEST_CASE("a Tag line is a set of its own") {
  const auto set = parse_tag_set("cp35-abi3-pyodide_2024_0_wasm32");
  REQUIRE(set.has_value());
  CHECK(set->str() == "cp35-abi3-pyodide_2024_0_wasm32");
  CHECK(parse_tag_set("cp35-abi3").error().message ==
        "the tag 'cp35-abi3' has 2 parts between dashes, expected 3 (python-abi-platform)");
  CHECK(parse_tag_set("py3-none-").error().message == "the platform tag '' has an empty part");
}

TEST_CASE("what is readable but unusual is remarked on") {
  using Remarks = std::vector<FilenameRemark>;
  const auto remarks = [](std::string_view text) { return filename_remarks(parsed(text)); };
  CHECK(remarks("a_b-1.0-py2.py3-none-any.whl").empty());
  CHECK(remarks("Shapely-1.8.2-cp310-cp310-emscripten_3_1_14_wasm32.whl") ==
        Remarks{
            {FilenamePart::name, "the name 'Shapely' is not in normal form, expected 'shapely'"}});
  CHECK(remarks("a__b-1.0-py3-none-any.whl") ==
        Remarks{{FilenamePart::name,
                 "the name 'a__b' holds '__', which installers refuse; expected 'a_b'"}});
  CHECK(remarks("na\xc3\xafve-1.0-py3-none-any.whl") ==
        Remarks{{FilenamePart::name,
                 "the name 'na\xc3\xafve' holds letters beyond ASCII, which indexes refuse"}});
  CHECK(remarks("a-1.0.RC1-py3-none-any.whl") ==
        Remarks{{FilenamePart::version,
                 "the version '1.0.RC1' is not in normal form, expected '1.0rc1'"}});
  CHECK(remarks("a-latest-py3-none-any.whl") ==
        Remarks{
            {FilenamePart::version,
             "the version 'latest' is not a PEP 440 version, so installers refuse the file name"}});
  CHECK(
      remarks("a-1.0-py3.py2-none-any.whl") ==
      Remarks{{FilenamePart::tags, "the python tag 'py3.py2' is not sorted, expected 'py2.py3'"}});
  CHECK(remarks("a-1.0-py3-none.none-any.whl") ==
        Remarks{{FilenamePart::tags, "the ABI tag 'none.none' names 'none' more than once"}});
  CHECK(remarks("a-1.0-py3-none-Win32.whl") ==
        Remarks{{FilenamePart::tags,
                 "the platform tag 'Win32' is not in lower case, expected 'win32'"}});
}

TEST_CASE("project names have one normal form") {
  CHECK(normalize_name("Foo.Bar__baz--qux") == "foo-bar-baz-qux");
  CHECK(normalize_name("pydantic_core") == "pydantic-core");
  CHECK(normalize_name("_a_") == "-a-");
  CHECK(normalize_name("") == "");
}

TEST_CASE("versions have one normal form") {
  const std::array<std::pair<std::string_view, std::string_view>, 32> cases{{
      {"1.0", "1.0"},
      {"1.0.0", "1.0.0"},
      {"v1.0", "1.0"},
      {" 1.0\n", "1.0"},
      {"01.002", "1.2"},
      {"0!1.0", "1.0"},
      {"1!1.0", "1!1.0"},
      {"1.0.RC1", "1.0rc1"},
      {"1.0c1", "1.0rc1"},
      {"1.0-preview_2", "1.0rc2"},
      {"1.0pre", "1.0rc0"},
      {"1.0alpha", "1.0a0"},
      {"1.0_beta-03", "1.0b3"},
      {"1.0a.", "1.0a0"},
      {"1.0-1", "1.0.post1"},
      {"1.0post", "1.0.post0"},
      {"1.0.r4", "1.0.post4"},
      {"1.0-rev_4", "1.0.post4"},
      {"1.0a1-1", "1.0a1.post1"},
      {"1.0a-1", "1.0a1"},
      {"1.0a.post1", "1.0a0.post1"},
      {"1.0dev", "1.0.dev0"},
      {"1.dev1", "1.dev1"},
      {"1.0_dev_5", "1.0.dev5"},
      {"1.0a1.post2.dev3", "1.0a1.post2.dev3"},
      {"1.0+Ubuntu-1", "1.0+ubuntu.1"},
      {"1.0+001.x01", "1.0+1.x01"},
      {"1.0.post1+a_b", "1.0.post1+a.b"},
      {"2012.4", "2012.4"},
      {"0", "0"},
      {"00", "0"},
      {"99999999999999999999999.1", "99999999999999999999999.1"},
  }};
  for (const auto& [text, normal] : cases) {
    CHECK_MESSAGE(normalize_version(text) == std::string(normal), text);
    CHECK_MESSAGE(normalize_version(normal) == std::string(normal), normal);
  }
}

TEST_CASE("what is not a PEP 440 version has no normal form") {
  for (const std::string_view text : {"",
                                      "v",
                                      "a",
                                      "1.",
                                      "1..0",
                                      ".1",
                                      "1.0x",
                                      "1.0-",
                                      "1.0+",
                                      "1.0+a.",
                                      "1.0+a..b",
                                      "1.0+a!b",
                                      "1!",
                                      "1.0!2",
                                      "1.0a1a2",
                                      "1.0.post1.post2",
                                      "1.0.dev1.post1",
                                      "1.0 a1",
                                      "1,0",
                                      "-1",
                                      "1.0--1",
                                      "latest",
                                      "1.0\xc2\xb2"}) {
    CHECK_MESSAGE(!normalize_version(text).has_value(), text);
  }
}

TEST_CASE("versions are ordered as PEP 440 says") {
  const std::array<std::string_view, 26> ascending{"0",
                                                   "1.dev0",
                                                   "1.0.dev456",
                                                   "1.0a1",
                                                   "1.0a2.dev456",
                                                   "1.0a12.dev456",
                                                   "1.0a12",
                                                   "1.0b1.dev456",
                                                   "1.0b2",
                                                   "1.0b2.post345.dev456",
                                                   "1.0b2.post345",
                                                   "1.0rc1.dev456",
                                                   "1.0rc1",
                                                   "1.0",
                                                   "1.0+abc.5",
                                                   "1.0+abc.7",
                                                   "1.0+5",
                                                   "1.0+5.a",
                                                   "1.0+5.1",
                                                   "1.0.post456.dev34",
                                                   "1.0.post456",
                                                   "1.1.dev1",
                                                   "1.2",
                                                   "1.10",
                                                   "99999999999999999999",
                                                   "1!0.1"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      const int expected = i < j ? -1 : (i > j ? 1 : 0);
      CHECK_MESSAGE(compare_versions(ascending[i], ascending[j]) == expected,
                    ascending[i] << " against " << ascending[j]);
    }
  }
  CHECK(compare_versions("1", "1.0.0") == 0);
  CHECK(compare_versions("1.0-1", "1.0.post1") == 0);
  CHECK(compare_versions("1.0+A", "1.0+a") == 0);
  CHECK_FALSE(compare_versions("1.0", "x").has_value());
  CHECK_FALSE(compare_versions("x", "1.0").has_value());
}

TEST_CASE("platform tags belong to families") {
  const std::array<std::pair<std::string_view, PlatformFamily>, 25> cases{{
      {"any", PlatformFamily::any},
      {"emscripten_wasm32", PlatformFamily::emscripten},
      {"emscripten_3_1_58_wasm32", PlatformFamily::emscripten},
      {"Emscripten_3_1_58_wasm32", PlatformFamily::emscripten},
      {"emscripten_3_1_wasm32", PlatformFamily::unknown},
      {"emscripten_3_1_58_wasm64", PlatformFamily::unknown},
      {"emscripten_3_1_x_wasm32", PlatformFamily::unknown},
      {"pyodide_2024_0_wasm32", PlatformFamily::pyodide},
      {"pyodide_2024_wasm32", PlatformFamily::unknown},
      {"pyodide_2024_0_0_wasm32", PlatformFamily::unknown},
      {"pyodide_2024_0", PlatformFamily::unknown},
      {"pyemscripten_2026_0_wasm32", PlatformFamily::pyemscripten},
      {"pyemscripten__0_wasm32", PlatformFamily::unknown},
      {"linux_x86_64", PlatformFamily::native},
      {"manylinux2014_x86_64", PlatformFamily::native},
      {"manylinux_2_17_aarch64", PlatformFamily::native},
      {"musllinux_1_2_x86_64", PlatformFamily::native},
      {"macosx_11_0_arm64", PlatformFamily::native},
      {"win32", PlatformFamily::native},
      {"win_amd64", PlatformFamily::native},
      {"ios_13_0_arm64_iphoneos", PlatformFamily::native},
      {"android_21_arm64_v8a", PlatformFamily::native},
      {"wasi_0_0_0_wasm32", PlatformFamily::unknown},
      {"windows", PlatformFamily::unknown},
      {"", PlatformFamily::unknown},
  }};
  for (const auto& [tag, family] : cases) CHECK_MESSAGE(platform_family(tag) == family, tag);
}

TEST_CASE("of the Emscripten family PyPI takes one form only") {
  CHECK(pypi_takes_platform("pyemscripten_2025_0_wasm32"));
  CHECK_FALSE(pypi_takes_platform("pyemscripten_2025_0_wasm32_x"));
  CHECK_FALSE(pypi_takes_platform("xpyemscripten_2025_0_wasm32"));
  CHECK_FALSE(pypi_takes_platform("pyodide_2025_0_wasm32"));
  CHECK_FALSE(pypi_takes_platform("emscripten_4_0_9_wasm32"));
  CHECK_FALSE(pypi_takes_platform("PyEmscripten_2025_0_wasm32"));
}

TEST_CASE("the corpus' file names are read and written back") {
  const auto wheels = test::corpus_wheels();
  if (wheels.empty()) MESSAGE("skipped: no corpus");
  for (const auto& wheel : wheels) {
    const std::string name = wheel.filename().string();
    CHECK(parsed(name).str() == name);
  }
}

}  // namespace
}  // namespace wheelaudit::wheel
