// The second plan of a repair: what the sessions of the loader's model ask for. The wheels are made
// by hand, and each case changes one thing that makes the sessions right.

#include "repair/mending.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/linking_facts.hpp"
#include "support/session_wheels.hpp"

namespace wheelaudit::repair {

namespace {

using test::extension;
using test::library;
using test::needing;
using wheel::WheelModule;

/// The modules stand in the archive in the order given; RECORD has a SHA-256 of zeros for each.
wheel::Wheel wheel_in_order(const std::vector<WheelModule>& modules) {
  wheel::Wheel wheel = test::in_archive_order(modules);
  for (const WheelModule& module : wheel.modules) {
    wheel.dist_info.record.entries.push_back(
        {.path = module.path, .algorithm = "sha256", .digest = std::string(43, 'A'), .size = {}});
  }
  return wheel;
}

/// Each edit as "kind member: from -> to".
std::vector<std::string> texts(const RepairPlan& plan) {
  std::vector<std::string> result;
  for (const Edit& edit : plan.edits) {
    result.push_back(std::string(edit_kind_name(edit.kind)) + " " + edit.member + ": " + edit.from +
                     " -> " + edit.to);
  }
  return result;
}

using Texts = std::vector<std::string>;

/// Releases that keep paths as spelled, as 0.28 and 0.29.
profile::AbiProfile as_spelled(bool spelled = true) {
  profile::AbiProfile profile = test::wasm_profile();
  for (profile::Runtime& runtime : profile.runtimes) runtime.loader.keys_as_spelled = spelled;
  return profile;
}

/// Two modules at two depths with liba.so in x.libs, which needs libb.so beside it.
std::vector<WheelModule> two_depths(std::uint32_t memory = 16) {
  return {library("x.libs/libb.so", test::side_module(), {"b_fn"}, memory),
          library("x.libs/liba.so", needing({"libb.so"}, {"$ORIGIN"}), {"a_fn"}, memory),
          extension("pkg/_m.so", needing({"liba.so"}, {"$ORIGIN/../x.libs"}), {"a_fn"}),
          extension("pkg/sub/_n.so", needing({"liba.so"}, {"$ORIGIN/../../x.libs"}), {"a_fn"})};
}

}  // namespace

TEST_CASE("libraries that are loaded twice move to the top, under a name with a hash") {
  const RepairPlan plan = plan_mending(wheel_in_order(two_depths()), as_spelled(), {});
  CHECK(plan.obstacles.empty());
  CHECK(texts(plan) == Texts{"rename x.libs/liba.so: x.libs/liba.so -> liba-00000000.so",
                             "rename x.libs/libb.so: x.libs/libb.so -> libb-00000000.so",
                             "needed pkg/_m.so: liba.so -> liba-00000000.so",
                             "needed pkg/sub/_n.so: liba.so -> liba-00000000.so",
                             "needed x.libs/liba.so: libb.so -> libb-00000000.so"});
  CHECK(std::ranges::all_of(
      plan.edits, [](const Edit& edit) { return rules::rule_id_text(edit.why) == "WA407"; }));
}

TEST_CASE("nothing moves where paths are shortened, or where nothing can differ") {
  CHECK(plan_mending(wheel_in_order(two_depths()), as_spelled(false), {}).edits.empty());
  CHECK(plan_mending(wheel_in_order(two_depths(0)), as_spelled(), {}).edits.empty());
}

TEST_CASE("with --no-mangle libraries move below the modules, and run paths lead down") {
  const RepairOptions options{.mangle = false};
  const RepairPlan plan = plan_mending(wheel_in_order(two_depths()), as_spelled(), options);
  CHECK(plan.obstacles.empty());
  const std::string folder = "pkg/sub/example.libs/";
  CHECK(texts(plan) == Texts{"rename x.libs/liba.so: x.libs/liba.so -> " + folder + "liba.so",
                             "rename x.libs/libb.so: x.libs/libb.so -> " + folder + "libb.so",
                             "runtime-path pkg/_m.so:  -> $ORIGIN/sub/example.libs",
                             "runtime-path pkg/sub/_n.so:  -> $ORIGIN/example.libs"});

  std::vector<WheelModule> apart = two_depths();
  apart.push_back(extension("other/_o.so", needing({"liba.so"}, {"$ORIGIN/../x.libs"}), {"a_fn"}));
  const RepairPlan refused = plan_mending(wheel_in_order(apart), as_spelled(), options);
  REQUIRE(refused.obstacles.size() == 1);
  CHECK(refused.obstacles[0].find("leave out --no-mangle") != std::string::npos);
}

TEST_CASE("an extension module stays where it is imported") {
  std::vector<WheelModule> modules = two_depths();
  modules[0].facts.exports.push_back(test::function_export("PyInit_libb", 0));
  modules[1].facts.exports.push_back(test::function_export("PyInit_liba", 0));
  CHECK(plan_mending(wheel_in_order(modules), as_spelled(), {}).edits.empty());
}

TEST_CASE("a module names the library whose function it finds only in some orders") {
  const auto modules = [](std::vector<std::string> second_needs) {
    return std::vector<WheelModule>{
        library("libb.so", test::side_module(), {"b_fn"}),
        library("liba.so", needing({"libb.so"}), {"a_fn"}),
        extension("pkg/_m.so", needing({"liba.so"}), {"a_fn"}),
        extension("pkg/_n.so", needing(std::move(second_needs)), {"b_fn"})};
  };
  const RepairPlan plan = plan_mending(wheel_in_order(modules({"liba.so"})), as_spelled(), {});
  CHECK(texts(plan) == Texts{"needed pkg/_n.so:  -> libb.so"});
  CHECK(rules::rule_id_text(plan.edits.at(0).why) == "WA408");
  CHECK(plan_mending(wheel_in_order(modules({"liba.so", "libb.so"})), as_spelled(), {})
            .edits.empty());
}

TEST_CASE("a run path comes with the name where the library does not lie at the top") {
  const std::vector<WheelModule> modules{
      library("pkg/in/libb.so", test::side_module(), {"b_fn"}),
      library("pkg/liba.so", needing({"libb.so"}, {"$ORIGIN/in"}), {"a_fn"}),
      extension("pkg/_m.so", needing({"liba.so"}, {"$ORIGIN"}), {"a_fn"}),
      extension("pkg/_n.so", needing({"liba.so"}, {"$ORIGIN"}), {"b_fn"})};
  CHECK(texts(plan_mending(wheel_in_order(modules), as_spelled(), {})) ==
        Texts{"needed pkg/_n.so:  -> libb.so", "runtime-path pkg/_n.so:  -> $ORIGIN/in"});
}

TEST_CASE("a library comes in front of its users where the package loader would load it again") {
  profile::AbiProfile profile = test::js_profile();
  for (profile::Runtime& runtime : profile.runtimes) {  // as 0.27
    runtime.loader.library_search = profile::LibrarySearch::wheel_libs;
    runtime.loader.needed_anywhere_in_wheel = false;
    runtime.loader.run_path = false;
  }
  std::vector<WheelModule> modules{extension("pkg/_m.so", needing({"liba.so"}), {"a_fn"}),
                                   library("pkg/liba.so", test::side_module(), {"a_fn"})};
  const RepairPlan plan = plan_mending(wheel_in_order(modules), profile, {});
  REQUIRE(plan.edits.size() == 1);
  CHECK(texts(plan) == Texts{"order pkg/liba.so:  -> pkg/_m.so"});
  std::swap(modules[0], modules[1]);
  CHECK(plan_mending(wheel_in_order(modules), profile, {}).edits.empty());
  // Where the order decides nothing, the archive is left as it is.
  std::swap(modules[0], modules[1]);
  CHECK(plan_mending(wheel_in_order(modules), as_spelled(), {}).edits.empty());
}

}  // namespace wheelaudit::repair
