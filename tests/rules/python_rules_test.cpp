// WA701, from the bytes of a wheel to the finding: what Python sources want from the extension
// modules beside them.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "audit/audit.hpp"
#include "rules/rule.hpp"
#include "support/corpus.hpp"
#include "support/small_wheel.hpp"
#include "support/wasm_builder.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

namespace {

/// The small wheel with this source and a module whose data holds `text`.
test::SmallWheel wheel_with(std::string source, std::string text) {
  test::SmallWheel wheel;
  wheel.file("ext/__init__.py").content = std::move(source);
  test::ModuleParts parts = test::good_module();
  parts.dylink = test::section(1, test::leb(16) + test::leb(4) + test::leb(2) + test::leb(0));
  parts.data = test::list({test::bytes({0, 0x23, 0, 0x0b}) + test::name(text)});
  wheel.file("ext/_core.cpython-311-x86_64-linux-gnu.so").content = parts.bytes();
  return wheel;
}

test::Findings judge(const test::SmallWheel& files) {
  const ByteVector archive = files.bytes();
  const wheel::Wheel wheel = test::read_bytes(archive, files.file_name);
  REQUIRE(wheel.modules.size() >= 1);
  return test::run_on_wheel("WA701", wheel);
}

}  // namespace

TEST_CASE("WA701 fires: a name whose text is nowhere in the module") {
  const Finding finding = test::only(
      judge(wheel_with("\"\"\"Doc.\"\"\"\nfrom ._core import Answer, Question\n", "..Answer..")));
  CHECK(finding.rule == "WA701"_rule);
  CHECK(rule_name(finding.rule) == "name-not-in-extension");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.profile.empty());
  CHECK(finding.place.member == "ext/_core.cpython-311-x86_64-linux-gnu.so");
  CHECK(finding.symbol == "Question");
  CHECK(finding.message ==
        "`ext/__init__.py` imports `Question` from `_core`, which does not hold that name");
  CHECK(test::has_detail(finding, "line 2: `Question`"));
  CHECK(test::has_detail(finding,
                         "importing the package runs that line: \"ImportError: cannot import name "
                         "'Question' from …\""));
  CHECK(finding.help ==
        "the module and the Python sources are of different builds or configurations: build both "
        "again, with the features that the sources expect, and import the wheel in Pyodide");
}

TEST_CASE("WA701 fires: one finding for each source, absolute names, a package that is a module") {
  test::SmallWheel wheel =
      wheel_with("from ._core import A1\nfrom ext._core import B2, B3\n", "B2");
  wheel.files.push_back({"ext/sub/mod.py", "from .._core import C4\n"});
  const auto findings = judge(wheel);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].message ==
        "`ext/__init__.py` imports `A1` and `B3` from `_core`, which does not hold these names");
  CHECK(findings[1].message ==
        "`ext/sub/mod.py` imports `C4` from `_core`, which does not hold that name");

  test::SmallWheel package = wheel_with("", "");
  package.file("ext/__init__.py") = {"ext/user.py", "from . import gone, sub\n"};
  package.files.push_back({"ext/sub.py", ""});
  package.file("ext/_core.cpython-311-x86_64-linux-gnu.so").name =
      "ext/__init__.cpython-311-wasm32-emscripten.so";
  CHECK(test::only(judge(package)).message ==
        "`ext/user.py` imports `gone` from `ext`, which does not hold that name");
}

TEST_CASE("WA701 fires: an error only where importing the package runs the statement") {
  const auto severity_with = [](const std::string& init) {
    test::SmallWheel wheel = wheel_with(init, "");
    wheel.files.push_back({"ext/user.py", "x = 1; from ._core import Gone\n"});
    return test::only(judge(wheel)).severity;
  };
  CHECK(severity_with("") == Severity::warning);
  CHECK(severity_with("from . import user\n") == Severity::error);
  CHECK(severity_with("import ext.user\n") == Severity::error);
  CHECK(severity_with("from .user import x\n") == Severity::error);
  CHECK(severity_with("try:\n  from . import user\nexcept ImportError: pass\n") ==
        Severity::warning);
}

TEST_CASE("WA701 fires: a warning where another object gets an attribute of that name") {
  const Finding finding = test::only(
      judge(wheel_with("from . import _core\nother.Gone = 1\nfrom ._core import Gone\n", "")));
  CHECK(finding.severity == Severity::warning);
  CHECK(test::has_detail(finding,
                         "when that line runs: \"ImportError: cannot import name 'Gone' from …\""));
}

TEST_CASE("WA701 keeps quiet: names that Python sets, that every module has, replaced modules") {
  CHECK(judge(wheel_with("from . import _core\n_core.Gone = 1\nfrom ._core import Gone\n", ""))
            .empty());
  CHECK(judge(wheel_with("from ._core import __class__, __dir__, __doc__\n", "")).empty());
  test::SmallWheel replaced = wheel_with("from ._core import Gone\n", "");
  replaced.files.push_back({"ext/shim.py", "sys.modules['ext._core'] = Shim()\n"});
  CHECK(judge(replaced).empty());
}

TEST_CASE("WA701 keeps quiet: a name that the code makes of constants") {
  const auto with_code = [](const std::string& instructions) {
    test::SmallWheel wheel = wheel_with("from ._core import Quax\n", "");
    test::ModuleParts parts = test::module_with_bodies(2, {test::body(instructions)});
    parts.dylink = test::section(1, test::leb(16) + test::leb(4) + test::leb(2) + test::leb(0));
    wheel.file("ext/_core.cpython-311-x86_64-linux-gnu.so").content = parts.bytes();
    return judge(wheel).size();
  };
  const std::string drop = test::bytes({0x1a});
  CHECK(with_code(test::bytes({0x41, 0x01}) + drop) == 1);
  // "Quax" as one number, and letter by letter.
  CHECK(with_code(test::bytes({0x41, 0xd1, 0xea, 0x85, 0xc3, 0x07}) + drop) == 0);
  CHECK(with_code(test::bytes({0x41, 0xd1, 0x00}) + drop + test::bytes({0x41, 0xf5, 0x00}) + drop +
                  test::bytes({0x41, 0xe1, 0x00}) + drop + test::bytes({0x41, 0xf8, 0x00}) +
                  drop) == 0);
}

TEST_CASE("WA701 keeps quiet: names that are there, may be made, or may be missing") {
  CHECK(judge(wheel_with("from ._core import Answer\n", "FortyAnswers")).empty());
  CHECK(judge(wheel_with("from ._core import PyInit_example\n", "")).empty());
  CHECK(judge(wheel_with("from ._core import Gone\n", "..__getattr__..")).empty());
  CHECK(judge(wheel_with("from ._core import ffi, lib\n", "_cffi_backend")).empty());
  CHECK(judge(wheel_with("from ._core import Gone\n", "cython_3_2 zlib decompress")).empty());
  CHECK(judge(wheel_with("from ._core import __doc__, __file__\n", "")).empty());
  CHECK(
      judge(wheel_with("try:\n  from ._core import Gone\nexcept ImportError: pass\n", "")).empty());
  CHECK(judge(wheel_with("from ._core import *\nfrom .elsewhere import Gone\n", "")).empty());
}

TEST_CASE("WA701 keeps quiet: submodules, sources beside the module, tests, needed libraries") {
  test::SmallWheel submodule = wheel_with("from ._core import part\n", "");
  submodule.files.push_back({"ext/_core/part.py", ""});
  CHECK(judge(submodule).empty());
  test::SmallWheel beside = wheel_with("from ._core import Gone\n", "");
  beside.files.push_back({"ext/_core.py", ""});
  CHECK(judge(beside).empty());
  test::SmallWheel tests = wheel_with("", "");
  tests.files.push_back({"ext/tests/test_core.py", "from .._core import Gone\n"});
  CHECK(judge(tests).empty());
  test::SmallWheel needing = wheel_with("from ._core import Gone\n", "");
  needing.file("ext/_core.cpython-311-x86_64-linux-gnu.so").content = test::good_module().bytes();
  CHECK(judge(needing).empty());
}

TEST_CASE("the same names are absent whatever the threads, and none when contents are not read") {
  test::SmallWheel files = wheel_with("from ._core import A1, B2\n", "");
  for (int i = 0; i < 20; ++i) {
    files.files.push_back({fmt::format("ext/m{}.py", i), "from ._core import C3\n"});
  }
  const ByteVector archive = files.bytes();
  const auto read = [&](wheel::ReadOptions options) {
    const auto wheel = wheel::read_wheel(files.file_name, memory_source(archive), options);
    REQUIRE(wheel.has_value());
    return wheel->absent_names;
  };
  const auto alone = read({.threads = 1});
  CHECK(alone.size() == 22);
  CHECK(read({.threads = 4}) == alone);
  CHECK(read({.verify_contents = false}).empty());
  CHECK(read({.depth = wasm::Depth::head}).empty());
}

TEST_CASE("the wheels of the corpus give no cause to WA108, WA109, WA2 payload, WA7 and WA8") {
  const std::vector<profile::AbiProfile> catalog = profile::built_in_profiles();
  for (const auto& path : test::corpus_wheels("emscripten")) {
    CAPTURE(path.filename().string());
    const ByteVector bytes = test::read_file(path);
    const wheel::Wheel wheel = test::read_bytes(bytes, path.filename().string());
    for (const Finding& finding : audit::audit(wheel, catalog, {.matrix = false}).findings) {
      const bool ours = finding.rule == "WA108"_rule || finding.rule == "WA109"_rule ||
                        finding.rule == "WA207"_rule || finding.rule == "WA208"_rule ||
                        finding.rule == "WA209"_rule || finding.rule >= "WA700"_rule;
      CAPTURE(finding.message);
      if (ours) CHECK(finding.severity == Severity::note);
    }
  }
}

}  // namespace wheelaudit::rules
