// What is kept of a wheel for its report: everything that reports print, and nothing that grows
// with members or symbols.

#include "wheel/wheel_summary.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "support/small_wheel.hpp"
#include "support/wasm_builder.hpp"

namespace wheelaudit::wheel {
namespace {

constexpr std::string_view module_name = "ext/_core.cpython-311-x86_64-linux-gnu.so";

/// The summary of a wheel that, like its bytes, no longer exists when the summary is used.
WheelSummary summary_of(const test::SmallWheel& small) {
  const ByteVector bytes = small.bytes();
  return summarise(test::read_bytes(bytes, small.file_name));
}

}  // namespace

TEST_CASE("a summary says of a wheel what the wheel said") {
  test::SmallWheel small;
  small.file(module_name).content = test::good_module().bytes();
  const ByteVector bytes = small.bytes();
  const Wheel wheel = test::read_bytes(bytes, small.file_name);
  const WheelSummary summary = summarise(wheel);
  CHECK(summary.path == wheel.path);
  CHECK(summary.size == wheel.size);
  CHECK(summary.sha256 == wheel.sha256);
  CHECK(summary.name() == "ext");
  CHECK(summary.version() == "1.0");
  CHECK(summary.tags() == wheel.tags());
  CHECK(summary.generator == wheel.dist_info.generator);
  CHECK(summary.root_is_purelib == wheel.dist_info.root_is_purelib);
  CHECK(summary.members == wheel.archive.members.size());
  CHECK(summary.depth == wheel.depth);
  REQUIRE(summary.modules.size() == 1);
  CHECK(summary.modules[0].path == module_name);
}

TEST_CASE("a summary of a module is its kind, its dylink facts and its counts") {
  test::SmallWheel small;
  small.file(module_name).content = test::good_module().bytes();
  const WheelSummary summary = summary_of(small);
  const wasm::ModuleSummary& facts = summary.modules.at(0).facts;
  CHECK(facts.kind == wasm::ModuleKind::side_module);
  CHECK(facts.format == "wasm");
  CHECK(facts.size == test::good_module().bytes().size());
  REQUIRE(facts.dylink);
  CHECK(facts.dylink->needed == std::vector<std::string>{"libx.so"});
  CHECK(facts.imports.functions == 1);
  CHECK(facts.imports.addresses == 1);
  CHECK(facts.imports.globals == 2);
  CHECK(facts.imports.any());
  CHECK(facts.init_functions == std::vector<std::string>{"PyInit_example"});
  CHECK_FALSE(wasm::ModuleSummary().imports.any());
}

TEST_CASE("without a file name that can be read, METADATA and WHEEL name the wheel") {
  test::SmallWheel small;
  small.file_name = "unnamed.whl";
  const WheelSummary summary = summary_of(small);
  REQUIRE_FALSE(summary.filename);
  CHECK(summary.name() == "ext");
  CHECK(summary.version() == "1.0");
  CHECK_FALSE(summary.tags().empty());
}

TEST_CASE("what is kept for a report is not a larger than the wheel") {
  CHECK(sizeof(WheelSummary) < sizeof(Wheel));
  CHECK(sizeof(WheelModuleSummary) < sizeof(WheelModule));
}

}  // namespace wheelaudit::wheel
