// WA105 to WA107: the file name against the WHEEL file, and tags against the kind of code.

#include <doctest/doctest.h>

#include "rules/rule.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::rules {

TEST_CASE("WA105 fires: the file was renamed and the WHEEL file was not") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.filename->tags.platforms = {"linux_x86_64"};
  const Finding finding = test::only(test::run_on_wheel("WA105", wheel));
  CHECK(finding.rule == "WA105"_rule);
  CHECK(rule_name(finding.rule) == "tags-disagree");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.place.member == "example-1.0.dist-info/WHEEL");
  CHECK(finding.message == "the file name and the WHEEL file have different tags");
  CHECK(finding.expected == "`cp312-cp312-linux_x86_64`");
  CHECK(finding.found == "`cp312-cp312-pyodide_2024_0_wasm32`");
  CHECK(test::has_detail(finding, "only in the file name: `cp312-cp312-linux_x86_64`"));
  CHECK(test::has_detail(finding, "only in the WHEEL file: `cp312-cp312-pyodide_2024_0_wasm32`"));
  CHECK(finding.repairable);
  CHECK(finding.help == "wheelaudit repair example-1.0-cp312-cp312-linux_x86_64.whl");
}

TEST_CASE("WA105 fires: a compressed set of which WHEEL lists only a part") {
  wheel::Wheel wheel = test::with_platforms(
      test::good_wheel(test::abi_2025()), {"pyemscripten_2025_0_wasm32", "pyodide_2025_0_wasm32"});
  wheel.dist_info.tags.pop_back();
  const Finding finding = test::only(test::run_on_wheel("WA105", wheel));
  CHECK(test::has_detail(finding, "only in the file name: `cp313-cp313-pyodide_2025_0_wasm32`"));
  CHECK(finding.details.size() == 2);
}

TEST_CASE("WA105 fires: no tag in the WHEEL file at all") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.dist_info.tags.clear();
  const Finding finding = test::only(test::run_on_wheel("WA105", wheel));
  CHECK(finding.message == "the WHEEL file has no readable tag, the file name has");
  CHECK(finding.found == "none");
}

TEST_CASE("WA105 fires: build tags differ") {
  wheel::Wheel wheel = test::good_wheel(test::abi_2024());
  wheel.filename->build = "1";
  const Finding finding = test::only(test::run_on_wheel("WA105", wheel));
  CHECK(finding.message == "the file name and the WHEEL file have different build tags");
  CHECK(finding.expected == "1");
  CHECK(finding.found == "none");
}

TEST_CASE("WA105 keeps quiet: the same tags in another order, the same build, or no WHEEL file") {
  wheel::Wheel wheel = test::with_platforms(
      test::good_wheel(test::abi_2025()), {"pyemscripten_2025_0_wasm32", "pyodide_2025_0_wasm32"});
  std::swap(wheel.dist_info.tags.front(), wheel.dist_info.tags.back());
  wheel.filename->build = wheel.dist_info.build = "1";
  CHECK(test::run_on_wheel("WA105", wheel).empty());
  wheel.dist_info.has_wheel = false;
  wheel.dist_info.tags.clear();
  CHECK(test::run_on_wheel("WA105", wheel).empty());
}

TEST_CASE("WA106 fires: side modules in a wheel for any platform") {
  const wheel::Wheel wheel =
      test::with_module(test::pure_wheel(), "example/_core.so", test::extension_facts());
  const Finding finding = test::only(test::run_on_wheel("WA106", wheel, {"pyodide_2024_0"}));
  CHECK(finding.rule == "WA106"_rule);
  CHECK(rule_name(finding.rule) == "pure-tag-native-code");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::load);
  CHECK(finding.place.member == "example/_core.so");
  CHECK(finding.message == "the tag says any, the code is WebAssembly");
  CHECK(finding.found == "any");
  CHECK(finding.repairable);
  CHECK(finding.help == "wheelaudit repair example-1.0-py3-none-any.whl");
}

TEST_CASE("WA106 keeps quiet: pure wheels, .wasm data, and wheels with a platform") {
  CHECK(test::run_on_wheel("WA106", test::pure_wheel()).empty());
  CHECK(test::run_on_wheel(
            "WA106", test::with_module(test::pure_wheel(), "example/parser.wasm",
                                       test::foreign_facts(wasm::ModuleKind::static_wasm, "wasm")))
            .empty());
  CHECK(test::run_on_wheel("WA106", test::good_wheel(test::abi_2024())).empty());
}

TEST_CASE("WA107 fires: WebAssembly under a Linux tag, in the runtime's own words") {
  const wheel::Wheel wheel =
      test::with_platforms(test::good_wheel(test::abi_2024()), {"linux_x86_64"});
  const Finding finding = test::only(test::run_on_wheel("WA107", wheel, {"pyodide_2024_0"}));
  CHECK(finding.rule == "WA107"_rule);
  CHECK(rule_name(finding.rule) == "native-platform-tag");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.consequence == Consequence::install);
  CHECK(finding.message == "the tag says linux_x86_64, the code is WebAssembly");
  CHECK(finding.found == "linux_x86_64");
  CHECK(test::has_detail(
      finding,
      "Pyodide 0.27.7 would say: \"Wheel platform 'linux_x86_64' is not compatible "
      "with Pyodide's platform 'emscripten-3.1.58-wasm32'\""));
  CHECK(finding.repairable);
  CHECK(finding.help == "wheelaudit repair example-1.0-cp312-cp312-linux_x86_64.whl");
}

TEST_CASE("WA107 fires: without a candidate the newest released runtime speaks, and no repair") {
  const wheel::Wheel wheel = test::with_python(
      test::with_platforms(test::good_wheel(test::abi_2024()), {"macosx_11_0_arm64"}), "cp38",
      "cp38");
  const Finding finding = test::only(test::run_on_wheel("WA107", wheel));
  CHECK(test::has_detail(finding,
                         "Pyodide 0.29.5 would say: \"Wheel platform 'macosx_11_0_arm64' is not "
                         "compatible with Pyodide's platform 'emscripten-4.0.9-wasm32'\""));
  CHECK_FALSE(finding.repairable);
  CHECK(finding.help ==
        "no ABI fits this wheel's Python tag: build it for one of `wheelaudit profile list`");
}

TEST_CASE("WA107 fires: once for a compressed set of native tags") {
  const wheel::Wheel wheel = test::with_platforms(
      test::good_wheel(test::abi_2024()), {"manylinux2014_x86_64", "manylinux_2_17_x86_64"});
  CHECK(test::only(test::run_on_wheel("WA107", wheel, {"pyodide_2024_0"})).message ==
        "the tags say manylinux2014_x86_64, manylinux_2_17_x86_64, the code is WebAssembly");
}

TEST_CASE("WA107 keeps quiet: right tags, native code, and native wheels with .wasm data") {
  CHECK(test::run_on_wheel("WA107", test::good_wheel(test::abi_2024())).empty());
  const wheel::Wheel native = test::with_platforms(test::pure_wheel(), {"linux_x86_64"});
  CHECK(
      test::run_on_wheel(
          "WA107", test::with_module(native, "example/_core.cpython-312-x86_64-linux-gnu.so",
                                     test::foreign_facts(wasm::ModuleKind::not_wasm, "elf x86-64")))
          .empty());
  CHECK(test::run_on_wheel("WA107",
                           test::with_module(native, "example/parser.wasm",
                                             test::foreign_facts(wasm::ModuleKind::wasi, "wasm")))
            .empty());
}

}  // namespace wheelaudit::rules
