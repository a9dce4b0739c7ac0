// METADATA, WHEEL and entry_points.txt: what is read from them, which faults they have, wording
// included, and that a file comes back byte for byte. One good set of files, one change each.

#include "wheel/dist_info.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>

namespace wheelaudit::wheel {
namespace {

using Strings = std::vector<std::string>;
using Views = std::vector<std::string_view>;

template <class AnyFault>
Strings messages(const std::vector<AnyFault>& faults) {
  Strings texts;
  for (const AnyFault& fault : faults) texts.push_back(fault.message);
  return texts;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t place = text.find(from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

const std::string good_wheel =
    "Wheel-Version: 1.0\n"
    "Generator: maturin (1.8.1)\n"
    "Root-Is-Purelib: false\n"
    "Tag: cp312-cp312-pyodide_2024_0_wasm32\n";
const std::string good_metadata =
    "Metadata-Version: 2.1\n"
    "Name: Pkg.One\n"
    "Version: 1.0\n"
    "License-File: LICENSE\n"
    "\n"
    "The description: not a header\n";
const Strings good_members = {"pkg/__init__.py", "pkg_one-1.0.dist-info/METADATA",
                              "pkg_one-1.0.dist-info/WHEEL", "pkg_one-1.0.dist-info/RECORD",
                              "pkg_one-1.0.dist-info/LICENSE"};

DistInfo parsed(const DistInfoTexts& texts, const Strings& members = good_members,
                const Limits& limits = {}) {
  return parse_dist_info("pkg_one-1.0.dist-info", texts, {members.begin(), members.end()}, limits);
}
DistInfo with_wheel(std::string wheel, const Limits& limits = {}) {
  return parsed({.metadata = good_metadata, .wheel = std::move(wheel)}, good_members, limits);
}
DistInfo with_metadata(std::string metadata) {
  return parsed({.metadata = std::move(metadata), .wheel = good_wheel});
}

TEST_CASE("headers are keys and values, the body follows the first empty line") {
  const HeaderFile file = parse_headers(good_metadata);
  CHECK(file.faults.empty());
  REQUIRE(file.lines.size() == 5);
  CHECK(file.lines[1].key == "Name");
  CHECK(file.lines[1].value == "Pkg.One");
  CHECK(file.lines[1].raw == "Name: Pkg.One\n");
  CHECK(file.lines[4].key.empty());
  CHECK(file.lines[4].raw == "\n");
  CHECK(file.body == "The description: not a header\n");
  CHECK(file.get("nAME") == "Pkg.One");
  CHECK_FALSE(file.get("Summary").has_value());
}

TEST_CASE("the text of a header file comes back byte for byte") {
  for (const std::string_view text :
       {"", "\n", "A: b", "A: b\n", "A:b\r\nC :d\r\n", "A: b\rC: d\r\rbody\r", " x\nA: b\n",
        "A: b\n c\n\td\nE: f\n\nbody\n\nmore", ": x\nFrom me\nA: b\n", "no header\nA: b\n",
        "\xEF\xBB\xBF"
        "A: b\n",
        "A: \xff\n\n\xff", "A: b\nFrom me\n\nbody"}) {
    CHECK(parse_headers(text).str() == text);
  }
}

TEST_CASE("a folded header is one value, its lines joined") {
  const HeaderFile file = parse_headers("License: MIT\r\n\ttwo\r\n  three \r\nName: x\r\n");
  REQUIRE(file.lines.size() == 2);
  CHECK(file.lines[0].value == "MIT\n\ttwo\n  three");
  CHECK(file.lines[0].raw == "License: MIT\r\n\ttwo\r\n  three \r\n");
  CHECK(file.get("Name") == "x");
}

TEST_CASE("several headers of one key keep their order") {
  CHECK(parse_headers("Tag: b\nX: y\ntag: a\n").get_all("Tag") == Views{"b", "a"});
}

TEST_CASE("a line that is not a header ends the headers, as it does for installers") {
  const HeaderFile file = parse_headers("Name: x\nnonsense\nVersion: 1\n");
  CHECK_FALSE(file.get("Version").has_value());
  CHECK(file.body == "nonsense\nVersion: 1\n");
  REQUIRE(file.faults.size() == 1);
  CHECK(file.faults[0].message ==
        "line 'nonsense' is neither `Key: value` nor a continuation: readers take it and all that "
        "follows as the body");
  CHECK(file.faults[0].offset == 8);
}

TEST_CASE("what readers pass over or stumble at is a fault") {
  const std::array<std::pair<std::string_view, std::string_view>, 7> cases{{
      {" x\nName: x\n", "line ' x' continues no header, so readers pass over it"},
      {": x\nName: x\n", "line ': x' has no key, so readers pass over it"},
      {"Name: x\nFrom me\nName: y\n", "line 'From me' has no key, so readers pass over it"},
      {"Name: a\x1b[0m\n", "line 'Name: a\\x1b[0m' holds a control character"},
      {"Name: \xc3\x28\n", "it is not UTF-8"},
      {std::string_view("Name: x\n\nbody\0", 14), "its body holds a NUL byte"},
      {"Name: x\nSome Key: y\n",
       "line 'Some Key: y' is neither `Key: value` nor a continuation: readers take it and all "
       "that follows as the body"},
  }};
  for (const auto& [text, message] : cases) {
    CHECK(messages(parse_headers(text).faults) == Strings{std::string(message)});
  }
  CHECK(parse_headers("Name: x\ty\r\n").faults.empty());
  CHECK(parse_headers("Name: \xc3\x28\n").faults.at(0).offset == 6);
  CHECK(parse_headers("Name: \xc3\x28\n").faults.at(0).kind == HeaderFaultKind::encoding);
  CHECK(parse_headers("Name: x\nno header\n").faults.at(0).kind == HeaderFaultKind::oddity);
  CHECK(parse_headers("\xEF\xBB\xBFName: x\n").faults.at(0).message ==
        "it starts with a byte order mark, so its first header is lost");
}

TEST_CASE("header lines and their faults are bounded") {
  std::string many;
  for (int i = 0; i < 65'537; ++i) many += "a:\n";
  const HeaderFile file = parse_headers(many);
  CHECK(file.lines.size() == 65'536);
  CHECK(file.body == "a:\n");
  CHECK(file.str() == many);
  CHECK(messages(file.faults) ==
        Strings{"more than 65536 header lines, the rest is taken as its body"});
  std::string bad;
  for (int i = 0; i < 105; ++i) bad += ":\n";
  CHECK(parse_headers(bad).faults.size() == 101);
  CHECK(parse_headers(bad).faults.back().message == "5 more lines of this kind");
}

const std::vector<Tag> two_tags = {{"cp312", "cp312", "a"}, {"cp312", "cp312", "b"}};

TEST_CASE("new tags stand where the first one stood, all else keeps its bytes") {
  const HeaderFile file = parse_headers("Wheel-Version:1.0 \nTag: x-y-z\ngenerator : odd\n");
  CHECK(with_tags(file, two_tags, false).str() ==
        "Wheel-Version:1.0 \nTag: cp312-cp312-a\nTag: cp312-cp312-b\nRoot-Is-Purelib: "
        "false\ngenerator : odd\n");
  CHECK(with_tags(parse_headers(good_wheel + "Tag: p-q-r\nBuild: 1\n"), two_tags, false).str() ==
        "Wheel-Version: 1.0\nGenerator: maturin (1.8.1)\nRoot-Is-Purelib: false\n"
        "Tag: cp312-cp312-a\nTag: cp312-cp312-b\nBuild: 1\n");
}

TEST_CASE("missing lines are added at the end of the headers") {
  CHECK(with_tags(parse_headers("Wheel-Version: 1.0\n\n"), two_tags, true).str() ==
        "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: cp312-cp312-a\nTag: cp312-cp312-b\n\n");
  CHECK(with_tags(parse_headers("Wheel-Version: 1.0"), {two_tags[0]}, true).str() ==
        "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: cp312-cp312-a\n");
  CHECK(with_tags(parse_headers(""), {two_tags[0]}, true).str() ==
        "Root-Is-Purelib: true\nTag: cp312-cp312-a\n");
}

TEST_CASE("rewritten lines end as the file's lines end") {
  CHECK(
      with_tags(parse_headers("Root-Is-Purelib: true\r\nTag: x-y-z\r\n"), two_tags, false).str() ==
      "Root-Is-Purelib: false\r\nTag: cp312-cp312-a\r\nTag: cp312-cp312-b\r\n");
}

TEST_CASE("a carriage return alone, in front of the empty line, does not swallow it") {
  // Found by fuzzing: "\r" of the line before and "\n" became one line end, and so the body was
  // read as headers.
  const HeaderFile added =
      with_tags(parse_headers("A: 1\rTag: x-y-z\n\nbody: 1\n"), two_tags, true);
  CHECK(added.str() ==
        "A: 1\rTag: cp312-cp312-a\rTag: cp312-cp312-b\rRoot-Is-Purelib: true\r\n\nbody: 1\n");
  CHECK(parse_headers(added.str()).body == "body: 1\n");
  const HeaderFile removed =
      with_tags(parse_headers("Tag: x-y-z\nA: 1\rTag: p-q-r\n\nbody: 1\n"), two_tags, true);
  CHECK(parse_headers(removed.str()).body == "body: 1\n");
  CHECK(with_tags(parse_headers(removed.str()), two_tags, true).str() == removed.str());
}

TEST_CASE("a WHEEL file that already says it stays as it is") {
  for (const std::string_view text :
       {"Root-Is-Purelib:true\nTag:cp312-cp312-a\nX: y\nTag: cp312-cp312-b",
        "Root-Is-Purelib: True\nTag: cp312-cp312-a\nTag: cp312-cp312-b\n\n"}) {
    CHECK(with_tags(parse_headers(text), two_tags, true).str() == text);
  }
  const HeaderFile once = with_tags(parse_headers(good_wheel), two_tags, true);
  CHECK(with_tags(once, two_tags, true).str() == once.str());
  CHECK(with_tags(parse_headers(once.str()), two_tags, true).str() == once.str());
}

TEST_CASE("entry points are read by group") {
  const EntryPoints points = parse_entry_points(
      "# comment\n[console_scripts]\nrun = pkg.cli:main\n run2=pkg:a.b [x, y] \r\n\n[plug.ins]\nm "
      "= "
      "pkg\n");
  CHECK(points.faults.empty());
  REQUIRE(points.entries.size() == 3);
  CHECK(points.entries[0].group == "console_scripts");
  CHECK(points.entries[0].name == "run");
  CHECK(points.entries[0].value == "pkg.cli:main");
  CHECK(points.entries[1].name == "run2");
  CHECK(points.entries[1].value == "pkg:a.b [x, y]");
  CHECK(points.entries[2].group == "plug.ins");
  CHECK(points.entries[2].value == "pkg");
}

TEST_CASE("entry points that a reader refuses are faults") {
  const std::array<std::pair<std::string_view, std::string_view>, 13> cases{{
      {"a = b:c\n", "line 'a = b:c' stands before the first [group]"},
      {"[g]\nnonsense\n", "line 'nonsense' is not of the form name = module:attribute"},
      {"[g]\n; note\n", "line '; note' is a comment to some readers only; comments start with '#'"},
      {"[g]\n= b:c\n", "an entry of [g] has no name"},
      {"[g]\na =\n", "'a' of [g] names '', expected module:attribute"},
      {"[g]\na = b:\n", "'a' of [g] names 'b:', expected module:attribute"},
      {"[g]\na = b c\n", "'a' of [g] names 'b c', expected module:attribute"},
      {"[g]\na = b:c [x\n", "'a' of [g] names 'b:c [x', expected module:attribute"},
      {"[g]\na = b/c:d\n", "'a' of [g] names 'b/c:d', expected module:attribute"},
      {"[g]\na = b:c\na = b:d\n", "'a' is there twice in [g], which configparser refuses"},
      {"[g]\n[g]\n", "the group 'g' is there twice, which configparser refuses"},
      {"[console_scripts]\na = b\n",
       "the script 'a' names 'b' without a callable, which pip refuses; expected module:attribute"},
      {"[console_scripts]\n../a = b:c\n",
       "the script '../a' has a name that PyPI refuses, and pip when it leads out of the folder of "
       "scripts; expected letters, digits, '.', '_' and '-'"},
  }};
  for (const auto& [text, message] : cases) {
    CHECK(messages(parse_entry_points(text).faults) == Strings{std::string(message)});
  }
  CHECK(parse_entry_points("[g]\na = b:c\nnonsense\n").faults.at(0).offset == 12);
  CHECK(messages(parse_entry_points("[g]\na\xff = b:c\n").faults) == Strings{"it is not UTF-8"});
}

TEST_CASE("requirements that pip, uv or PyPI refuse are faults of METADATA") {
  const auto faults_of = [](const std::string& line) {
    DistInfoTexts texts;
    texts.metadata = "Metadata-Version: 2.1\nName: x\nVersion: 1\n" + line + "\n";
    return messages(parse_dist_info("x-1.dist-info", texts, {"x-1.dist-info/METADATA"}).faults);
  };
  for (const char* good :
       {"name", "name[extra,b.c] >= 1.0", "name (>=1.0,<2.0)", "a-b_c==1.*", "name @ file:///x",
        "name~=1.2 ; python_version < '3.9'", "name;extra=='x'", "name ===odd", "name[]", "n ()",
        "n>=1,", "n;(os_name in 'nt' or extra=='x') and 'a' not in sys.platform",
        "n @ a;b ; extra=='x'"}) {
    CHECK(faults_of(std::string("Requires-Dist: ") + good).empty());
  }
  for (const std::string bad : {"one two",
                                "",
                                "-x",
                                "x-",
                                "name[a",
                                "name (>=1",
                                "name>=1.*",
                                "name~=1",
                                "name=1.0",
                                "name>=",
                                "name @",
                                "n,>=1",
                                "n>=1,,<2",
                                "n @ a b",
                                "n;",
                                "n;extra",
                                "n;extra=='x",
                                "n;extra=='x')",
                                "n;(extra=='x'",
                                "n;extra=='x' extra=='y'",
                                "n;wish=='x'",
                                "n;extra=='x' and",
                                "n;extra not 'x'"}) {
    CHECK(faults_of("Requires-Dist: " + bad) ==
          Strings{"the Requires-Dist '" + bad +
                  "' is not a requirement, expected one such as name>=1.0"});
  }
  for (const char* good : {">=3.8", ">=3.8, !=3.9.*,<4", "", "~=3.7"}) {
    CHECK(faults_of(std::string("Requires-Python: ") + good).empty());
  }
  CHECK(faults_of("Requires-Python: banana") ==
        Strings{"the Requires-Python 'banana' is not a version specifier, expected one such "
                "as >=3.9"});
}

TEST_CASE("dist-info directories are those at the top, each once") {
  CHECK(dist_info_directories({"b-1.dist-info/METADATA", "a/x.dist-info/METADATA", "a-1.dist-info/",
                               "b-1.dist-info/WHEEL", "c.dist-info"}) ==
        Strings{"b-1.dist-info", "a-1.dist-info"});
  CHECK(dist_info_directories({}).empty());
}

TEST_CASE("a good dist-info directory has no faults") {
  const DistInfo info = parsed({.metadata = good_metadata,
                                .wheel = good_wheel,
                                .record = "a,,\n",
                                .entry_points = "[g]\na = b:c\n"});
  CHECK(info.directory == "pkg_one-1.0.dist-info");
  CHECK(info.directories == Strings{"pkg_one-1.0.dist-info"});
  CHECK(info.has_metadata);
  CHECK(info.has_wheel);
  CHECK(info.has_record);
  CHECK(info.faults.empty());
  CHECK(info.missing_licenses.empty());
  CHECK(info.signatures.empty());
  CHECK(info.tags == std::vector<Tag>{{"cp312", "cp312", "pyodide_2024_0_wasm32"}});
  CHECK(info.root_is_purelib == false);
  CHECK(info.generator == "maturin (1.8.1)");
  CHECK(info.build.empty());
  CHECK(info.record.entries.size() == 1);
  CHECK(info.entry_points.entries.size() == 1);
}

TEST_CASE("a missing file leaves its part empty") {
  const DistInfo info = parse_dist_info("a-1.dist-info", {}, {"a-1.dist-info/RECORD.p7s"});
  CHECK_FALSE(info.has_metadata);
  CHECK_FALSE(info.has_wheel);
  CHECK_FALSE(info.has_record);
  CHECK(info.faults.empty());
  CHECK(info.tags.empty());
  CHECK_FALSE(info.root_is_purelib.has_value());
  CHECK(info.signatures == Strings{"a-1.dist-info/RECORD.p7s"});
  CHECK(parse_dist_info("", {}, {"a/b"}).directories.empty());
}

TEST_CASE("METADATA that installers refuse") {
  const std::array<std::array<std::string_view, 3>, 11> cases{{
      {"Metadata-Version: 2.1\n", "", "there is no Metadata-Version"},
      {"Metadata-Version: 2.1", "Metadata-Version: 2",
       "the Metadata-Version '2' is not of the form 2.4"},
      {"Metadata-Version: 2.1", "Metadata-Version: 3.0",
       "the Metadata-Version '3.0' is of a series that installers refuse, expected 1.0 "
       "to 2.x"},
      {"Name: Pkg.One\n", "", "there is no Name"},
      {"Name: Pkg.One", "Name:", "the Name is empty"},
      {"Name: Pkg.One", "Name: Pkg.One\nname: other",
       "there are 2 Name lines, expected one: readers differ in which they take"},
      {"Name: Pkg.One", "Name: Pkg One",
       "the Name 'Pkg One' is not a project name, expected letters, digits, '.', '_' and "
       "'-' between letters or digits"},
      {"Name: Pkg.One", "Name: -pkg",
       "the Name '-pkg' is not a project name, expected letters, digits, '.', '_' and "
       "'-' "
       "between letters or digits"},
      {"Version: 1.0\n", "Versio: 1.0\n", "there is no Version"},
      {"\nVersion: 1.0", "\nVersion: 1.0x",
       "the Version '1.0x' is not a PEP 440 version, expected one such as 1.0.post1"},
      {"\nVersion: 1.0", "\nVersion: 1.0\nVersion: 1.0",
       "there are 2 Version lines, expected one: readers differ in which they take"},
  }};
  for (const auto& [from, to, message] : cases) {
    const std::string text =
        from.starts_with("Version")
            ? replaced(good_metadata, "\nVersion: 1.0\n", "\n" + std::string(to))
            : replaced(good_metadata, from, to);
    CHECK(messages(with_metadata(text).faults) == Strings{std::string(message)});
  }
}

TEST_CASE("WHEEL files that installers refuse or wonder at") {
  const std::array<std::array<std::string_view, 3>, 7> cases{{
      {"Wheel-Version: 1.0\n", "", "there is no Wheel-Version"},
      {"Wheel-Version: 1.0", "Wheel-Version: one",
       "the Wheel-Version 'one' is not of the form 1.0"},
      {"Wheel-Version: 1.0", "Wheel-Version: 2.0",
       "the Wheel-Version '2.0' is of a series that installers refuse, expected 1.0"},
      {"Wheel-Version: 1.0", "Wheel-Version: 0.9",
       "the Wheel-Version '0.9' is older than the format, expected 1.0"},
      {"Wheel-Version: 1.0", "Wheel-Version: 1.9",
       "the Wheel-Version '1.9' is newer than 1.0: installers take it with a warning"},
      {"Wheel-Version: 1.0", "Wheel-Version: 1.0\nWheel-Version: 1.0",
       "there are 2 Wheel-Version lines, expected one: readers differ in which they take"},
      {"cp312-cp312-pyodide_2024_0_wasm32", "cp312",
       "the tag 'cp312' has 1 parts between dashes, expected 3 (python-abi-platform)"},
  }};
  for (const auto& [from, to, message] : cases) {
    CHECK(messages(with_wheel(replaced(good_wheel, from, to)).faults) ==
          Strings{std::string(message)});
  }
}

TEST_CASE("faults of values say which value") {
  const auto kind_of = [](const DistInfo& info) {
    REQUIRE(info.faults.size() == 1);
    return info.faults.front().kind;
  };
  CHECK(kind_of(with_metadata(replaced(good_metadata, "Name: Pkg.One", "Name:"))) ==
        DistInfoFaultKind::metadata_field);
  CHECK(kind_of(with_wheel(replaced(good_wheel, "Wheel-Version: 1.0", "Wheel-Version: 2.0"))) ==
        DistInfoFaultKind::wheel_version);
  CHECK(kind_of(with_wheel(replaced(good_wheel, "cp312-cp312-pyodide_2024_0_wasm32", "cp312"))) ==
        DistInfoFaultKind::wheel_tag);
}

TEST_CASE("Tag lines are expanded, bounded together") {
  const std::string text = replaced(good_wheel, "Tag: cp312", "Tag: py2.py3-none-any\nTag: cp312");
  CHECK(with_wheel(text).tags == std::vector<Tag>{{"py2", "none", "any"},
                                                  {"py3", "none", "any"},
                                                  {"cp312", "cp312", "pyodide_2024_0_wasm32"}});
  const DistInfo bounded = with_wheel(text, {.expanded_tags = 2});
  CHECK(bounded.tags.size() == 2);
  CHECK(messages(bounded.faults) == Strings{"its Tag lines stand for more than 2 tags; "
                                            "--max-tags raises this limit"});
}

TEST_CASE("Root-Is-Purelib is true, false or neither") {
  const auto purelib = [](std::string_view line) {
    return with_wheel(replaced(good_wheel, "Root-Is-Purelib: false\n", line)).root_is_purelib;
  };
  CHECK(purelib("Root-Is-Purelib: true\n") == true);
  CHECK(purelib("root-is-purelib: True\n") == true);
  CHECK(purelib("Root-Is-Purelib: FALSE\n") == false);
  CHECK_FALSE(purelib("Root-Is-Purelib: yes\n").has_value());
  CHECK_FALSE(purelib("").has_value());
}

TEST_CASE("licence files are looked up where their Metadata-Version puts them") {
  const auto missing = [](std::string_view version, std::string_view value, Strings members) {
    const std::string text =
        replaced(replaced(good_metadata, "Version: 2.1", "Version: " + std::string(version)),
                 "License-File: LICENSE", "License-File: " + std::string(value));
    return parsed({.metadata = text}, members).missing_licenses;
  };
  const std::string folder = "pkg_one-1.0.dist-info/";
  CHECK(missing("2.4", "LICENSE", {folder + "licenses/LICENSE"}).empty());
  CHECK(missing("2.10", "sub/LICENSE", {folder + "licenses/sub/LICENSE"}).empty());
  CHECK(missing("2.4", "LICENSE", {folder + "LICENSE"}) == Strings{"LICENSE"});
  CHECK(missing("2.4", "sub/LICENSE", {folder + "licenses/LICENSE"}) == Strings{"sub/LICENSE"});
  CHECK(missing("2.3", "LICENSE", {folder + "LICENSE"}).empty());
  CHECK(missing("2.3", "LICENSE", {folder + "licenses/LICENSE"}).empty());
  CHECK(missing("2.1", "sub/LICENSE", {folder + "LICENSE"}).empty());
  CHECK(missing("2.1", "LICENSE", {folder + "license_files/LICENSE"}).empty());
  CHECK(missing("2.4", "LICENSE", {folder + "license_files/LICENSE"}) == Strings{"LICENSE"});
  CHECK(missing("2.1", "LICENSE", {"LICENSE"}) == Strings{"LICENSE"});
}

}  // namespace
}  // namespace wheelaudit::wheel
