// WA101 to WA104: platform tags, Python tags and the index. Wording included.

#include <doctest/doctest.h>

#include "rules/rule.hpp"
#include "support/run_rule.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

TEST_CASE("WA101 fires: a tag of none of the forms, with the nearest named") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"pyodide_2024_wasm32"});
  const Finding finding = test::only(test::run_on_wheel("WA101", wheel, {"pyodide_2024_0"}));
  CHECK(finding.rule == "WA101"_rule);
  CHECK(rule_name(finding.rule) == "unknown-platform-tag");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.profile.empty());
  CHECK(finding.message == "unknown platform tag `pyodide_2024_wasm32`");
  CHECK(finding.expected == "pyodide_2024_0_wasm32");
  CHECK(finding.found == "pyodide_2024_wasm32");
  CHECK(test::has_detail(finding, "the nearest known tag is `pyodide_2024_0_wasm32`"));
  CHECK(finding.repairable);
  CHECK(finding.help ==
        "wheelaudit repair --plat pyodide_2024_0 "
        "example-1.0-cp312-cp312-pyodide_2024_wasm32.whl");
}

TEST_CASE("WA101 fires: nothing is repairable when no ABI fits the Python tag") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"wasi_0_2_wasm32"});
  const Finding finding = test::only(test::run_on_wheel("WA101", wheel));
  CHECK_FALSE(finding.repairable);
  CHECK(finding.help == "wheelaudit profile list names the known tags");
}

TEST_CASE("WA101 fires: a well-formed tag newer than every profile of its form") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"pyemscripten_2027_0_wasm32"});
  const Finding finding = test::only(test::run_on_wheel("WA101", wheel));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.message ==
        "platform tag `pyemscripten_2027_0_wasm32` is newer than this version's profiles (up to "
        "pyemscripten_2026_5)");
  CHECK_FALSE(finding.repairable);
  CHECK(finding.help ==
        "use a newer wheelaudit, or make the profile from its runtime (wheelaudit profile generate "
        "DIR -o FILE) and pass --profile FILE");
}

TEST_CASE(
    "WA101 fires: numbers are compared as numbers, emscripten_10 is newer than emscripten_6") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"emscripten_10_0_0_wasm32"});
  CHECK(test::only(test::run_on_wheel("WA101", wheel)).message ==
        "platform tag `emscripten_10_0_0_wasm32` is newer than this version's profiles (up to "
        "emscripten_6_0_5)");
}

TEST_CASE("WA101 fires: a mistyped tag of ours on a wheel without any module") {
  const wheel::Wheel wheel = test::with_platforms(test::pure_wheel(), {"pyodide_2024_wasm32"});
  CHECK(test::only(test::run_on_wheel("WA101", wheel)).rule == "WA101"_rule);
}

TEST_CASE("WA101 keeps quiet: known tags, native tags, any, and strangers without wasm") {
  for (const char* platform :
       {"pyodide_2024_0_wasm32", "emscripten_3_1_58_wasm32", "linux_x86_64", "any",
        "emscripten_3_1_39_wasm32", "emscripten_3_1_33_wasm32", "Pyodide_2024_0_WASM32"}) {
    CAPTURE(platform);
    CHECK(test::run_on_wheel("WA101",
                             test::with_platforms(test::good_wheel(test::abi_2024()), {platform}))
              .empty());
  }
  CHECK(test::run_on_wheel("WA101", test::with_platforms(test::pure_wheel(), {"haiku_1_x86_64"}))
            .empty());
}

TEST_CASE("WA102 fires: an ABI that is known and has no profile") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"emscripten_wasm32"});
  const Finding finding = test::only(test::run_on_wheel("WA102", wheel));
  CHECK(finding.rule == "WA102"_rule);
  CHECK(rule_name(finding.rule) == "uninstallable-tag");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.message == "no released runtime's installer takes `emscripten_wasm32`");
  REQUIRE(finding.details.size() == 2);
  CHECK(finding.details[0] == profile::unprofiled_abis()[0].remark);
  CHECK(finding.details[1] ==
        "there is no profile of this name, so the wheel was not judged for it");
  CHECK(finding.expected.empty());
  CHECK_FALSE(finding.repairable);
}

TEST_CASE("WA102 fires: a well-formed tag between known ones that nobody ever shipped") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"emscripten_3_1_44_wasm32"});
  const Finding finding = test::only(test::run_on_wheel("WA102", wheel));
  CHECK(finding.message == "no released runtime's installer takes `emscripten_3_1_44_wasm32`");
  CHECK(finding.expected == "emscripten_3_1_45_wasm32");
  CHECK(finding.help ==
        "build it for a tag of `wheelaudit profile list`, or have it judged as another: "
        "--profile ID");
}

TEST_CASE("WA102 fires: the standard's name of an ABI whose runtimes know only the older name") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"pyemscripten_2024_0_wasm32"});
  const Finding finding = test::only(test::run_on_wheel("WA102", wheel));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.expected == "pyodide_2024_0_wasm32");
  CHECK(finding.help ==
        "the runtimes of this ABI take pyodide_2024_0_wasm32: wheelaudit repair --plat "
        "pyodide_2024_0_wasm32 example-1.0-cp312-cp312-pyemscripten_2024_0_wasm32.whl");
}

TEST_CASE("WA102 fires: beside the name that is taken it is only a note") {
  const wheel::Wheel wheel = test::with_platforms(
      test::good_wheel(test::abi_2024()),
      {"pyemscripten_2024_0_wasm32", "pyodide_2024_0_wasm32", "emscripten_3_1_58_wasm32"});
  const Finding finding = test::only(test::run_on_wheel("WA102", wheel));
  CHECK(finding.severity == Severity::note);
  CHECK(test::has_detail(finding, "the wheel's tag pyodide_2024_0_wasm32 names the same ABI"));
}

TEST_CASE("WA102 fires: a tag of a profile that no release's installer takes") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"pyodide_2024_0_wasm32"});
  profile::AbiProfile profile = test::abi_2024();
  for (profile::Runtime& runtime : profile.runtimes)
    runtime.installer_tags = {"emscripten_3_1_58_wasm32"};
  const std::vector<profile::AbiProfile> catalog{profile};
  const Finding finding = test::only(test::run_rule(
      "WA102", {.wheel = wheel, .index = loader::index_for_linking(wheel), .catalog = catalog}));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.profile == "pyodide_2024_0");
  CHECK(finding.releases == std::vector<std::string>{"0.26.4", "0.27.7"});
  CHECK(finding.message == "no released runtime's installer takes `pyodide_2024_0_wasm32`");
  CHECK(test::has_detail(finding,
                         "micropip of Pyodide 0.26.4 and 0.27.7 takes `emscripten_3_1_58_wasm32`"));
  CHECK(finding.help == "tag it emscripten_3_1_58_wasm32");
}

TEST_CASE("WA102 fires: a note names the first release when older ones refuse the tag") {
  const Finding finding =
      test::only(test::run_on_wheel("WA102", test::good_wheel(test::abi_2025())));
  CHECK(finding.severity == Severity::note);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.profile == "pyemscripten_2025_0");
  CHECK(finding.releases == std::vector<std::string>{"0.28.0", "0.29.3"});
  CHECK(finding.message ==
        "Pyodide 0.29.5 is the first whose installer takes `pyemscripten_2025_0_wasm32`");
  CHECK(test::has_detail(finding, "micropip of Pyodide 0.28.0 and 0.29.3 refuses it"));
  CHECK(test::has_detail(
      finding, "micropip takes `pyodide_2025_0_wasm32` and `emscripten_4_0_9_wasm32` there"));
  CHECK(finding.help ==
        "for these a wheel needs the tag pyodide_2025_0_wasm32 as well; PyPI takes only "
        "pyemscripten tags");
}

TEST_CASE("WA102 fires: a warning when only pre-releases take the tag") {
  const Finding finding =
      test::only(test::run_on_wheel("WA102", test::good_wheel(test::abi_2026_5())));
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.releases == std::vector<std::string>{"315.0.0-alpha.2"});
  CHECK(finding.message == "only pre-releases take `pyemscripten_2026_5_wasm32` so far");
}

TEST_CASE("WA102 keeps quiet: every release takes one of the tags") {
  CHECK(test::run_on_wheel("WA102", test::good_wheel(test::abi_3_1_45())).empty());
  CHECK(test::run_on_wheel(
            "WA102", test::with_platforms(test::good_wheel(test::abi_2025()),
                                          {"pyemscripten_2025_0_wasm32", "pyodide_2025_0_wasm32"}))
            .empty());
  CHECK(test::run_on_wheel("WA102", test::pure_wheel()).empty());
  CHECK(test::run_on_wheel("WA102", test::with_platforms(test::pure_wheel(), {"linux_x86_64"}))
            .empty());
  // A tag newer than all profiles is WA101.
  CHECK(test::run_on_wheel("WA102",
                           test::with_platforms(test::pure_wheel(), {"pyemscripten_2027_0_wasm32"}))
            .empty());
}

TEST_CASE("WA103 fires: another CPython than the profile's") {
  const Finding finding = test::only(test::run_on_target(
      "WA103", test::with_python(test::good_wheel(test::abi_2025()), "cp312", "cp312"),
      test::abi_2025(), {"pyemscripten_2025_0_wasm32"}));
  CHECK(finding.rule == "WA103"_rule);
  CHECK(rule_name(finding.rule) == "python-tag");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.profile == "pyemscripten_2025_0");
  CHECK(finding.releases == std::vector<std::string>{"0.28.0", "0.29.3", "0.29.5"});
  CHECK(finding.message ==
        "`cp312-cp312` does not fit CPython 3.13, which pyemscripten_2025_0 runs");
  CHECK(finding.expected == "cp313-cp313");
  CHECK(finding.found == "cp312-cp312");
  CHECK(test::has_detail(finding,
                         "CPython 3.13 accepts cp313-cp313, cp3X-abi3 up to its own version, and "
                         "py3-none"));
  CHECK(finding.help == "build it with CPython 3.13 for pyemscripten_2025_0");
}

TEST_CASE("WA103 fires: a stable ABI floor above the runtime") {
  const Finding finding = test::only(test::run_on_target(
      "WA103", test::with_python(test::good_wheel(test::abi_2025()), "cp314", "abi3"),
      test::abi_2025()));
  CHECK(finding.message ==
        "`cp314-abi3` does not fit CPython 3.13, which pyemscripten_2025_0 runs");
  CHECK(test::has_detail(finding, "the stable ABI of `cp314` needs CPython 3.14 or newer"));
}

TEST_CASE("WA103 fires: free-threaded and PyPy wheels") {
  CHECK(test::has_detail(
      test::only(test::run_on_target(
          "WA103", test::with_python(test::good_wheel(test::abi_2025()), "cp313", "cp313t"),
          test::abi_2025())),
      "`cp313t` is the free-threaded build, Pyodide's CPython has the GIL"));
  CHECK(test::has_detail(
      test::only(test::run_on_target(
          "WA103", test::with_python(test::good_wheel(test::abi_2025()), "pp310", "pypy310_pp73"),
          test::abi_2025())),
      "`pp310` is PyPy, Pyodide is CPython"));
}

TEST_CASE("WA103 fires: an ABI tag with the platform any, which no installer takes") {
  const wheel::Wheel wheel = test::with_python(test::pure_wheel(), "CP314", "CP314");
  const Finding finding = test::only(test::run_on_wheel("WA103", wheel));
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.profile.empty());
  CHECK(finding.message == "no installer takes `cp314-cp314-any`: an ABI tag needs a platform");
  CHECK(finding.help ==
        "tag a wheel without compiled code py3-none-any; tag compiled code for the platform it was "
        "built for");
  CHECK(test::run_on_wheel("WA103", test::pure_wheel()).empty());
}

TEST_CASE("WA103 keeps quiet: tags in upper case are those in lower case") {
  CHECK(test::run_on_target("WA103",
                            test::with_python(test::good_wheel(test::abi_2025()), "CP313", "CP313"),
                            test::abi_2025(), {"pyemscripten_2025_0_wasm32"})
            .empty());
}

TEST_CASE("WA103 keeps quiet: every form that CPython accepts, and sets with one of them") {
  const wheel::Wheel wheel = test::good_wheel(test::abi_2025());
  for (const auto& [python, abi] :
       {std::pair{"cp313", "cp313"}, std::pair{"cp310", "abi3"}, std::pair{"cp313", "abi3"},
        std::pair{"py3", "none"}, std::pair{"cp313", "none"}, std::pair{"py313", "none"}}) {
    CAPTURE(python);
    CAPTURE(abi);
    CHECK(test::run_on_target("WA103", test::with_python(wheel, python, abi), test::abi_2025())
              .empty());
  }
  wheel::Wheel several = wheel;
  several.filename->tags.pythons = {"cp312", "cp313"};
  several.filename->tags.abis = {"cp312", "cp313"};
  CHECK(test::run_on_target("WA103", several, test::abi_2025()).empty());
}

TEST_CASE("WA104 fires: PyPI takes none of the older names, and the ABI's standard one is named") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2025()), {"pyodide_2025_0_wasm32"});
  const Finding finding = test::only(test::run_on_wheel("WA104", wheel, {}, true));
  CHECK(finding.rule == "WA104"_rule);
  CHECK(rule_name(finding.rule) == "index-rejects-tag");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::index);
  CHECK(finding.message == "PyPI does not take the platform tag `pyodide_2025_0_wasm32`");
  CHECK(test::has_detail(finding,
                         "PyPI would say: \"Binary wheel "
                         "'example-1.0-cp313-cp313-pyodide_2025_0_wasm32.whl' has an unsupported "
                         "platform tag 'pyodide_2025_0_wasm32'.\""));
  CHECK(finding.expected == "pyemscripten_2025_0_wasm32");
  CHECK(finding.repairable);
  CHECK(finding.help ==
        "wheelaudit repair --plat pyemscripten_2025_0_wasm32 "
        "example-1.0-cp313-cp313-pyodide_2025_0_wasm32.whl");
}

TEST_CASE("WA104 fires: an ABI that PyPI has no installable tag for") {
  const Finding finding =
      test::only(test::run_on_wheel("WA104", test::good_wheel(test::abi_2024()), {}, true));
  CHECK_FALSE(finding.repairable);
  CHECK(finding.help ==
        "PyPI has no tag for this ABI that a runtime takes: host the wheel yourself, or build for "
        "a pyemscripten ABI (wheelaudit profile list)");
}

TEST_CASE("WA104 fires: native tags on WebAssembly, refused or not") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"linux_x86_64", "win_amd64"});
  const auto findings = test::run_on_wheel("WA104", wheel, {}, true);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].message == "PyPI does not take the platform tag `linux_x86_64`");
  CHECK(findings[1].message ==
        "PyPI would take `win_amd64` and offer this WebAssembly to machines that cannot run it");
}

TEST_CASE("WA104 fires: help for native tags names only tags that PyPI and a runtime take") {
  const auto help = [](const profile::AbiProfile& profile) {
    return test::only(test::run_on_wheel(
                          "WA104", test::with_platforms(test::good_wheel(profile), {"win_amd64"}),
                          {profile.id}, true))
        .help;
  };
  CHECK(
      help(test::abi_2024()) ==
      "PyPI has no tag for the ABIs of this Python that a runtime takes: host the wheel yourself, "
      "or build it for a newer Python");
  CHECK(help(test::abi_2025()) ==
        "wheelaudit repair --plat pyemscripten_2025_0_wasm32 "
        "example-1.0-cp313-cp313-win_amd64.whl");
}

TEST_CASE("WA101 fires: the tag of CPython for WASI is of another world") {
  const Finding finding = test::only(test::run_on_wheel(
      "WA101", test::with_platforms(test::good_wheel(test::abi_2025()), {"wasi_0_0_0_wasm32"})));
  CHECK(finding.message ==
        "`wasi_0_0_0_wasm32` is the tag of CPython for WASI, not of an Emscripten runtime");
  CHECK(finding.expected.empty());
}

TEST_CASE("WA104 keeps quiet: without --index, for the standard tag, any, and native wheels") {
  CHECK(test::run_on_wheel("WA104", test::good_wheel(test::abi_2024()), {}, false).empty());
  CHECK(test::run_on_wheel("WA104", test::good_wheel(test::abi_2025()), {}, true).empty());
  CHECK(test::run_on_wheel("WA104", test::pure_wheel(), {}, true).empty());
  CHECK(test::run_on_wheel("WA104", test::with_platforms(test::pure_wheel(), {"linux_x86_64"}), {},
                           true)
            .empty());
}

}  // namespace wheelaudit::rules
