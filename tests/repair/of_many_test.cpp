// Wheels with very many of one thing: what repair keeps in memory and reports is bounded, what it
// fixes is not.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "repair/apply.hpp"
#include "repair/candidates.hpp"
#include "support/linking_facts.hpp"
#include "support/small_wheel.hpp"
#include "support/wasm_builder.hpp"

namespace wheelaudit::repair {

using rules::operator""_rule;

using wheelaudit::test::read_bytes;
using wheelaudit::test::SmallWheel;

namespace {

constexpr std::string_view module_name = "ext/_core.cpython-311-x86_64-linux-gnu.so";

profile::AbiProfile target() {
  profile::AbiProfile profile = test::js_profile();
  profile.id = "emscripten_3_1_45";
  profile.tags = {"emscripten_3_1_45_wasm32"};
  profile.python = "3.11";
  profile.extension_suffixes = {".cpython-311-wasm32-emscripten.so", ".so"};
  for (profile::Runtime& runtime : profile.runtimes) runtime.installer_tags = profile.tags;
  return profile;
}

RepairOptions to_the_target() {
  RepairOptions options;
  options.platform = "emscripten_3_1_45_wasm32";
  return options;
}

/// The extension, asking `env` for so many functions that nobody has.
std::string module_of_imports(std::size_t count) {
  std::vector<std::string> imports;
  for (std::size_t i = 0; i < count; ++i) {
    imports.push_back(test::import_of("env", fmt::format("absent_{:05}", i), 0, test::leb(0)));
  }
  const auto index = static_cast<std::uint32_t>(count);
  test::ModuleParts parts;
  parts.dylink = test::section(1, test::bytes({0, 0, 0, 0}));  // no needed library offers them
  parts.types = test::list({test::type_of("", "i")});
  parts.imports = test::list(imports);
  parts.functions = test::list({test::leb(0)});
  parts.exports = test::list({test::export_of("PyInit__core", 0, index)});
  parts.code = test::list({test::body(test::bytes({0x41, 0}))});
  return parts.bytes();
}

}  // namespace

TEST_CASE("RECORD is mended whole, and told entry by entry up to 5,000") {
  test::SmallWheel small;
  small.record = small.right_record();
  for (int i = 0; i < 5'003; ++i) small.files.push_back({fmt::format("ext/{}.txt", i), ""});
  const ByteVector bytes = small.bytes();
  const wheel::Wheel wheel = test::read_bytes(bytes, small.file_name);
  REQUIRE(wheel.record_mismatches.size() == 5'003);
  const RepairPlan plan = plan_repair(wheel, target(), to_the_target());
  REQUIRE(plan.obstacles.empty());
  const auto told = std::ranges::count(plan.edits, EditKind::record, &Edit::kind);
  CHECK(told == 5'001);
  const auto rest = std::ranges::find_if(
      plan.edits, [](const Edit& edit) { return edit.from.ends_with("more entries"); });
  REQUIRE(rest != plan.edits.end());
  CHECK(*rest == Edit{.kind = EditKind::record,
                      .member = "",
                      .from = "3 more entries",
                      .to = "as the members are",
                      .why = "WA502"_rule});

  const auto pieces = apply_plan(wheel, plan, to_the_target());
  REQUIRE(pieces);
  const auto repaired = zip::assemble(wheel.archive.source, *pieces);
  REQUIRE(repaired);
  CHECK(test::read_bytes(*repaired, plan.output_name).record_mismatches.empty());
}

TEST_CASE("what stands against a candidate is told up to a megabyte, then counted") {
  constexpr std::size_t imports = 20'000;
  test::SmallWheel small;
  small.file(module_name).content = module_of_imports(imports);
  const ByteVector bytes = small.bytes();
  const wheel::Wheel wheel = test::read_bytes(bytes, small.file_name);
  const std::vector<profile::AbiProfile> catalog{target()};
  const auto candidates = repair_candidates(wheel, catalog, to_the_target(), {});
  REQUIRE(candidates);
  REQUIRE(candidates->size() == 1);
  const std::vector<std::string>& against = candidates->front().against;
  const auto missing = static_cast<std::size_t>(std::ranges::count_if(
      against, [](const std::string& text) { return text.find("`absent_") != std::string::npos; }));
  CHECK(missing > 100);
  CHECK(missing < 5'000);
  const std::string rest = fmt::format(
      "{} more findings of this rule, which are not listed one by one", imports - missing);
  CHECK(std::ranges::find(against, rest) != against.end());
}

}  // namespace wheelaudit::repair
