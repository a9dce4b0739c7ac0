// Which installer takes which tag for which release, as tests/interop observes with the real pip
// and uv. (audit_test.cpp tests `links`.)

#include <doctest/doctest.h>

#include "audit/audit.hpp"
#include "support/wheel_facts.hpp"

namespace wheelaudit::loader {

namespace {

/// `0.28.0: micropip uv` and so on, one text per release of `profile`.
std::vector<std::string> installers(const profile::AbiProfile& profile, const std::string& platform,
                                    bool pure = false) {
  const std::vector<profile::AbiProfile> catalog{profile};
  wheel::Wheel wheel = test::with_platforms(test::good_wheel(profile), {platform});
  if (pure) wheel = test::with_python(std::move(wheel), "py3", "none");
  std::vector<std::string> lines;
  for (const RuntimeRow& row : audit::audit(wheel, catalog, {}).runtimes) {
    std::string line = row.pyodide + ":";
    if (row.micropip) line += " micropip";
    if (row.pip) line += " pip";
    if (row.uv) line += " uv";
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("pip takes pyemscripten only where the runtime states the platform's version") {
  CHECK(installers(test::abi_2025(), "pyemscripten_2025_0_wasm32") ==
        Lines{"0.28.0: uv", "0.29.3: uv", "0.29.5: micropip pip uv"});
}

TEST_CASE("pip takes what sysconfig calls the platform, and never pyodide") {
  CHECK(installers(test::abi_2025(), "emscripten_4_0_9_wasm32") ==
        Lines{"0.28.0: micropip pip", "0.29.3: micropip pip", "0.29.5: micropip pip"});
  CHECK(installers(test::abi_2025(), "pyodide_2025_0_wasm32") ==
        Lines{"0.28.0: micropip uv", "0.29.3: micropip uv", "0.29.5: micropip uv"});
}

TEST_CASE("uv takes both spellings of a version it knows, even one nobody else takes") {
  CHECK(installers(test::abi_2024(), "pyodide_2024_0_wasm32") ==
        Lines{"0.26.4: uv", "0.27.7: micropip uv"});
  CHECK(installers(test::abi_2024(), "pyemscripten_2024_0_wasm32") ==
        Lines{"0.26.4: uv", "0.27.7: uv"});
  CHECK(installers(test::abi_2024(), "pyemscripten_2025_0_wasm32") == Lines{"0.26.4:", "0.27.7:"});
}

TEST_CASE("uv does not know runtimes before pyodide_2024_0, not even for a pure wheel") {
  CHECK(installers(test::abi_3_1_45(), "emscripten_3_1_45_wasm32") ==
        Lines{"0.24.0: micropip pip", "0.24.1: micropip pip"});
  CHECK(installers(test::abi_3_1_45(), "any", true) ==
        Lines{"0.24.0: micropip pip", "0.24.1: micropip pip"});
  CHECK(installers(test::abi_2024(), "any", true) ==
        Lines{"0.26.4: micropip pip uv", "0.27.7: micropip pip uv"});
}

TEST_CASE("nobody takes the platform any with an ABI tag, and tags are compared in lower case") {
  CHECK(installers(test::abi_2024(), "any") == Lines{"0.26.4:", "0.27.7:"});
  CHECK(installers(test::abi_2024(), "PYODIDE_2024_0_WASM32") ==
        Lines{"0.26.4: uv", "0.27.7: micropip uv"});
}

}  // namespace wheelaudit::loader
