// WA506: what an installer of Pyodide does not put where Python looks. Wording included.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "rules/rule.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

namespace {

wheel::Wheel and_members(wheel::Wheel wheel, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    zip::ArchiveMember member;
    member.name = name;
    wheel.archive.members.push_back(std::move(member));
  }
  return wheel;
}

Finding only_placement(const wheel::Wheel& wheel) {
  return test::only(test::run_on_wheel("WA506", wheel));
}

}  // namespace

TEST_CASE("WA506 fires: Python code in `.data/purelib` is not found") {
  const Finding finding =
      only_placement(and_members(test::pure_wheel(), {"example-1.0.data/purelib/x/py.typed",
                                                      "example-1.0.data/purelib/x/__init__.py"}));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.repairable);
  CHECK(finding.profile.empty());
  CHECK(finding.place.member == "example-1.0.data/purelib/x/__init__.py");
  CHECK(finding.message ==
        "2 files stay in `example-1.0.data/purelib`, where Python does not look");
  CHECK(test::has_detail(finding,
                         "micropip and loadPackage of every Pyodide leave them there; pip "
                         "and uv move them to the top of site-packages"));
  CHECK(test::has_detail(finding, "importing it fails: no module of this name is found"));
  CHECK(finding.help == "wheelaudit repair example-1.0-py3-none-any.whl");
}

TEST_CASE("WA506 fires: a module in `.data/platlib` is not found") {
  const std::string path = "example-1.0.data/platlib/libx.so";
  const profile::AbiProfile abi = test::abi_2025();
  const Finding finding =
      only_placement(test::and_module(test::good_wheel(abi), path, test::extension_facts()));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.place.member == path);
  CHECK(finding.message ==
        "1 file stays in `example-1.0.data/platlib`, where Python does not look");
  CHECK(test::has_detail(finding, "importing it, or a module that needs it, fails"));
}

TEST_CASE("WA506 fires: data alone is a warning") {
  const Finding finding =
      only_placement(and_members(test::pure_wheel(), {"example-1.0.data/purelib/x/table.json"}));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(test::has_detail(finding, "a program that opens one by its path does not find it"));
}

TEST_CASE("WA506 fires: each of the two folders is one finding") {
  const auto findings = test::run_on_wheel(
      "WA506", and_members(test::pure_wheel(),
                           {"example-1.0.data/purelib/x.py", "example-1.0.data/platlib/y.py"}));
  CHECK(findings.size() == 2);
}

TEST_CASE("WA506 fires: Pyodide drops files whose names hold two dots in a row") {
  const Finding finding = only_placement(and_members(test::pure_wheel(), {"example/b..c.py"}));
  CHECK(finding.severity == Severity::error);
  CHECK_FALSE(finding.repairable);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.place.member == "example/b..c.py");
  CHECK(finding.message == "the name of this file holds `..`: Pyodide drops the file");
  CHECK(test::has_detail(finding,
                         "loadPackage of every Pyodide, and micropip from 0.28 on, unpack without "
                         "them; pip and uv install them"));
  const Finding data =
      only_placement(and_members(test::pure_wheel(), {"example/b..txt", "example/c..txt"}));
  CHECK(data.severity == Severity::warning);
  CHECK(data.message == "2 files have `..` in their names: Pyodide drops them");
  CHECK(test::has_detail(data, "`example/b..txt` and `example/c..txt`"));
}

TEST_CASE("WA506 keeps quiet: other folders of `.data`, and folders that only look like one") {
  CHECK(
      test::run_on_wheel(
          "WA506", and_members(test::pure_wheel(),
                               {"example-1.0.data/data/share/x.py", "example-1.0.data/scripts/x.py",
                                "example-1.0.data/headers/x.h", "example/platlib/x.py",
                                "example/x.data/platlib/y.py", "example/b.c.py"}))
          .empty());
}

TEST_CASE("WA506 keeps quiet: a component that is `..` is WA511's") {
  CHECK(test::run_on_wheel("WA506", and_members(test::pure_wheel(), {"example/../x.py"})).empty());
}

TEST_CASE("WA506 keeps quiet: a bare module") {
  wheel::Wheel wheel = and_members(test::pure_wheel(), {"example/b..c.py"});
  wheel.bare_module = true;
  CHECK(test::run_on_wheel("WA506", wheel).empty());
}

}  // namespace wheelaudit::rules
