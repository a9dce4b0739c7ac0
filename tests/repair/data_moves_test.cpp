// Files of `.data/platlib` and `.data/purelib` move into the root; what cannot move is an obstacle.

#include "repair/data_moves.hpp"

#include <doctest/doctest.h>

#include "repair/apply.hpp"
#include "support/linking_facts.hpp"
#include "support/small_wheel.hpp"

namespace wheelaudit::repair {

namespace {

test::SmallWheel with_data() {
  test::SmallWheel small;
  small.files.push_back({"ext-1.0.data/platlib/ext/extra.py", "x = 1\n"});
  small.files.push_back({"ext-1.0.data/purelib/more/__init__.py", ""});
  small.files.push_back({"ext-1.0.data/scripts/run", "#!python\n"});
  return small;
}

}  // namespace

TEST_CASE("each file moves to where pip would put it; other folders of .data stay") {
  const test::SmallWheel small = with_data();
  const ByteVector bytes = small.bytes();
  const wheel::Wheel wheel = test::read_bytes(bytes, small.file_name);
  RepairPlan plan{.edits = {}, .obstacles = {}, .output_name = small.file_name};
  DataMoves moves = plan_data_moves(wheel, {});
  CHECK(moves.obstacles.empty());
  REQUIRE(moves.edits.size() == 2);
  CHECK(moves.edits[0].to == "ext/extra.py");
  CHECK(moves.edits[1].to == "more/__init__.py");
  plan.edits = std::move(moves.edits);
  const auto pieces = apply_plan(wheel, plan, {});
  REQUIRE(pieces);
  const ByteVector after_bytes = *zip::assemble(wheel.archive.source, *pieces);
  const wheel::Wheel after = test::read_bytes(after_bytes, small.file_name);
  CHECK(after.record_mismatches.empty());
  CHECK(test::content_of(after, "ext/extra.py") == "x = 1\n");
  CHECK(after.has_member("ext-1.0.data/scripts/run"));
  CHECK_FALSE(after.has_member("ext-1.0.data/platlib/ext/extra.py"));
  CHECK(test::compressed_bytes(after, "ext/extra.py") ==
        test::compressed_bytes(wheel, "ext-1.0.data/platlib/ext/extra.py"));
  CHECK(plan_data_moves(after, {}).edits.empty());
}

TEST_CASE("a file does not take the place of another, nor of what installers read") {
  test::SmallWheel small = with_data();
  small.files.push_back({"ext-1.0.data/purelib/ext/Extra.py", "x = 2\n"});
  small.files.push_back({"ext-1.0.data/platlib/ext/__init__.py", ""});
  small.files.push_back({"ext-1.0.data/platlib/ext-1.0.dist-info/METADATA", ""});
  const ByteVector bytes = small.bytes();
  const DataMoves moves = plan_data_moves(test::read_bytes(bytes, small.file_name), {});
  REQUIRE(moves.obstacles.size() == 3);
  CHECK(moves.obstacles[0] ==
        "ext-1.0.data/purelib/ext/Extra.py would be installed as ext/Extra.py, which "
        "ext-1.0.data/platlib/ext/extra.py is already; leave one of them out of the wheel");
  CHECK(moves.obstacles[1] ==
        "ext-1.0.data/platlib/ext/__init__.py would be installed as ext/__init__.py, which "
        "ext/__init__.py is already; leave one of them out of the wheel");
  CHECK(moves.obstacles[2] ==
        "ext-1.0.data/platlib/ext-1.0.dist-info/METADATA would be installed as "
        "ext-1.0.dist-info/METADATA, a folder that installers read themselves; leave the file out "
        "of the wheel");
}

TEST_CASE("what another edit renames or drops does not move") {
  const test::SmallWheel small = with_data();
  const ByteVector bytes = small.bytes();
  const std::vector<Edit> planned{{.kind = EditKind::drop,
                                   .member = "ext-1.0.data/platlib/ext/extra.py",
                                   .from = "ext-1.0.data/platlib/ext/extra.py",
                                   .to = ""},
                                  {.kind = EditKind::rename,
                                   .member = "ext-1.0.data/purelib/more/__init__.py",
                                   .from = "ext-1.0.data/purelib/more/__init__.py",
                                   .to = "more/__init__.py"}};
  CHECK(plan_data_moves(test::read_bytes(bytes, small.file_name), planned).edits.empty());
}

}  // namespace wheelaudit::repair
