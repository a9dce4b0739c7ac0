// Edits that let loaders find libraries: vendor, lead to by a run path, move to `<name>.libs`. One
// wheel whose extension needs `libanswer.so`; each case changes where that library is, or what the
// target reads.

#include "repair/library_edits.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "repair/apply.hpp"
#include "repair/find_libraries.hpp"
#include "repair/in_memory.hpp"
#include "repair/layout.hpp"
#include "support/linking_facts.hpp"
#include "support/small_wheel.hpp"
#include "support/wasm_builder.hpp"

namespace wheelaudit::repair {

namespace {

constexpr std::string_view module_path = "ext/_core.cpython-311-wasm32-emscripten.so";

std::string names(const std::vector<std::string>& words) {
  std::string text = test::leb(words.size());
  for (const std::string& word : words) text += test::leb(word.size()) + word;
  return text;
}

std::string block(char id, const std::string& payload) {
  return std::string(1, id) + test::leb(payload.size()) + payload;
}

/// A side module without code; `needed` and `paths` as given.
std::string library(const std::vector<std::string>& needed,
                    const std::vector<std::string>& paths = {}) {
  std::string parts = block(1, std::string("\x00\x00\x00\x00", 4));
  if (!needed.empty()) parts += block(2, names(needed));
  if (!paths.empty()) parts += block(5, names(paths));
  return std::string("\0asm\1\0\0\0", 8) + test::custom_section("dylink.0", parts);
}

/// The extension of the small wheel, needing more.
std::string extension(const std::vector<std::string>& needed,
                      const std::vector<std::string>& paths = {}) {
  const std::string plain = test::extension_module("PyInit__core");
  const wasm::SideModule facts = wasm::read_side_module(as_bytes(plain), wasm::Depth::full);
  const auto end = facts.dylink->section_offset + facts.dylink->section_size;
  return library(needed, paths) + plain.substr(static_cast<std::size_t>(end));
}

test::SmallWheel wheel_needing(const std::vector<std::string>& needed,
                               const std::vector<std::string>& paths = {}) {
  test::SmallWheel small;
  small.file_name = "ext-1.0-cp311-cp311-js_abi_wasm32.whl";
  test::SmallFile& module = small.file("ext/_core.cpython-311-x86_64-linux-gnu.so");
  module.name = module_path;
  module.content = extension(needed, paths);
  std::string& wheel = small.file("ext-1.0.dist-info/WHEEL").content;
  wheel.replace(wheel.find("linux_x86_64"), 12, "js_abi_wasm32");
  return small;
}

wheel::OfferedLibrary offered(std::string name, const std::string& content) {
  wheel::OfferedLibrary library{.name = name, .path = "libs/" + name, .content = {}, .facts = {}};
  library.content = std::make_shared<const ByteVector>(to_byte_vector(content));
  library.facts = wasm::read_side_module(*library.content, wasm::Depth::full);
  return library;
}

profile::AbiProfile with_search(profile::LibrarySearch search) {
  profile::AbiProfile profile =
      search == profile::LibrarySearch::run_path ? test::wasm_profile() : test::js_profile();
  profile.id = "js_abi";
  profile.tags = {"js_abi_wasm32"};
  profile.python = "3.11";
  profile.extension_suffixes = {".cpython-311-wasm32-emscripten.so", ".so"};
  for (profile::Runtime& runtime : profile.runtimes) {
    runtime.loader.library_search = search;
    runtime.loader.run_path = search == profile::LibrarySearch::run_path;
    runtime.loader.needed_anywhere_in_wheel = false;
    runtime.loader.keys_as_spelled = false;
  }
  return profile;
}

const profile::AbiProfile reads_run_paths = with_search(profile::LibrarySearch::run_path);
const profile::AbiProfile reads_as_spelled = [] {
  profile::AbiProfile profile = with_search(profile::LibrarySearch::run_path);
  for (profile::Runtime& runtime : profile.runtimes) runtime.loader.keys_as_spelled = true;
  return profile;
}();
const profile::AbiProfile reads_libs_folder = with_search(profile::LibrarySearch::wheel_libs);

struct Repaired {
  RepairPlan plan;
  ByteVector bytes;
};

Repaired repaired(const test::SmallWheel& small, const profile::AbiProfile& target,
                  const RepairOptions& options) {
  const ByteVector before = small.bytes();
  const wheel::Wheel wheel = test::read_bytes(before, small.file_name);
  Repaired outcome{.plan = plan_repair(wheel, target, options), .bytes = {}};
  REQUIRE_MESSAGE(outcome.plan.obstacles.empty(), outcome.plan.obstacles.front());
  const auto pieces = apply_plan(wheel, outcome.plan, options);
  REQUIRE(pieces.has_value());
  outcome.bytes = *zip::assemble(wheel.archive.source, *pieces);
  return outcome;
}

const wasm::DylinkInfo& dylink_of(const wheel::Wheel& wheel, std::string_view path) {
  const wheel::WheelModule* module = wheel.find_module(path);
  REQUIRE(module != nullptr);
  CHECK(module->facts.sound());
  return *module->facts.dylink;
}

std::vector<std::string> states(const wheel::Wheel& wheel, const profile::AbiProfile& target) {
  const loader::LinkIndex index = loader::index_for_linking(wheel);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < wheel.modules.size(); ++i) {
    const loader::ModuleBindings bindings = test::link_module(wheel, index, i, target, 0);
    for (std::size_t n = 0; n < bindings.needed.size(); ++n) {
      if (bindings.needed[n].state == loader::NeededBinding::State::found) continue;
      result.push_back(wheel.modules[i].facts.dylink->needed[n]);
    }
  }
  return result;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a library is vendored under a name of its hash, and the modules led to it") {
  const std::string content = library({});
  const std::string name =
      fmt::format("libanswer-{}.so", hex(sha256(as_bytes(content))).substr(0, 8));
  const RepairOptions options{.libraries = {offered("libanswer.so.3", content)}};
  for (const profile::AbiProfile* target : {&reads_run_paths, &reads_libs_folder}) {
    const Repaired result = repaired(wheel_needing({"libanswer.so.3"}), *target, options);
    const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
    CHECK(after.record_mismatches.empty());
    CHECK(states(after, *target).empty());
    CHECK(test::content_of(after, "ext.libs/" + name) == content);
    const wasm::DylinkInfo& dylink = dylink_of(after, module_path);
    CHECK(dylink.needed == Names{name});
    CHECK(dylink.runtime_path ==
          (target == &reads_run_paths ? Names{"$ORIGIN/../ext.libs"} : Names{}));
    // In front, because Pyodide 0.21 loads in the order of the archive.
    CHECK(after.archive.members.front().name == "ext.libs/" + name);
    CHECK(after.archive.members.back().name == "ext-1.0.dist-info/RECORD");
    // A second plan has nothing to do.
    const RepairPlan again = plan_repair(after, *target, options);
    CHECK(again.edits.empty());
  }
}

TEST_CASE("where paths are kept as spelled, vendored libraries lie at the top, without run paths") {
  const std::string inner = library({});
  const std::string outer = library({"libinner.so"});
  const RepairOptions options{
      .libraries = {offered("libinner.so", inner), offered("libouter.so", outer)}};
  const Repaired result = repaired(wheel_needing({"libouter.so"}), reads_as_spelled, options);
  const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
  const std::string inner_name = mangled_name("libinner.so", as_bytes(inner));
  const std::string outer_name = mangled_name("libouter.so", as_bytes(outer));
  CHECK(after.archive.members[0].name == inner_name);
  CHECK(after.archive.members[1].name == outer_name);
  CHECK(dylink_of(after, module_path).needed == Names{outer_name});
  CHECK(dylink_of(after, module_path).runtime_path.empty());
  CHECK(dylink_of(after, outer_name).needed == Names{inner_name});
  CHECK(dylink_of(after, outer_name).runtime_path.empty());
  CHECK(states(after, reads_as_spelled).empty());
  CHECK(plan_repair(after, reads_as_spelled, options).edits.empty());
  // One of several ABIs is enough.
  RepairOptions of_another = options;
  of_another.keys_as_spelled = true;
  const Repaired older = repaired(wheel_needing({"libouter.so"}), reads_libs_folder, of_another);
  CHECK(test::read_bytes(older.bytes, older.plan.output_name).has_member(outer_name));
}

TEST_CASE("a name without a hash lies below the modules that need it, if one folder holds them") {
  const RepairOptions options{.libraries = {offered("libanswer.so", library({}))}, .mangle = false};
  test::SmallWheel small = wheel_needing({"libanswer.so"});
  small.files.push_back({"ext/sub/_deep.so", extension({"libanswer.so"})});
  const Repaired result = repaired(small, reads_as_spelled, options);
  const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
  CHECK(after.has_member("ext/sub/ext.libs/libanswer.so"));
  CHECK(dylink_of(after, module_path).runtime_path == Names{"$ORIGIN/sub/ext.libs"});
  CHECK(dylink_of(after, "ext/sub/_deep.so").runtime_path == Names{"$ORIGIN/ext.libs"});
  CHECK(states(after, reads_as_spelled).empty());

  small.files.push_back({"other/_core.so", extension({"libanswer.so"})});
  const ByteVector bytes = small.bytes();
  const wheel::Wheel apart = test::read_bytes(bytes, small.file_name);
  const RepairPlan plan = plan_repair(apart, reads_as_spelled, options);
  REQUIRE(plan.obstacles.size() == 1);
  CHECK(plan.obstacles[0] ==
        "modules in other and in ext/sub need the same libraries, and Pyodide 0.28 and 0.29 would "
        "load these once for each folder; leave out --no-mangle: then the libraries lie at the top "
        "of site-packages");
  const RepairOptions suffix{.libraries = options.libraries, .library_suffix = "_v"};
  const RepairPlan named = plan_repair(apart, reads_as_spelled, suffix);
  REQUIRE(named.obstacles.size() == 1);
  CHECK(named.obstacles[0].find("leave out --lib-sdir") != std::string::npos);
}

TEST_CASE("what a vendored library needs is vendored too, in front of it, and found from there") {
  const std::string inner = library({}, {"/home/builder/lib"});
  const std::string outer = library({"libinner.so"}, {"/home/builder/lib"});
  const RepairOptions options{
      .libraries = {offered("libinner.so", inner), offered("libouter.so", outer)}, .mangle = false};
  const Repaired result = repaired(wheel_needing({"libouter.so"}), reads_run_paths, options);
  const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
  CHECK(states(after, reads_run_paths).empty());
  CHECK(after.archive.members[0].name == "ext.libs/libinner.so");
  CHECK(after.archive.members[1].name == "ext.libs/libouter.so");
  CHECK(dylink_of(after, "ext.libs/libouter.so").runtime_path == Names{"$ORIGIN"});
  CHECK(dylink_of(after, "ext.libs/libinner.so").runtime_path.empty());
}

TEST_CASE("without a hash a library keeps the name of its file; under two needed names it is one") {
  wheel::OfferedLibrary plain = offered("libanswer.so", library({}));
  wheel::OfferedLibrary versioned = offered("libanswer.so.3.1", library({}));
  versioned.path = plain.path;
  for (const bool mangle : {false, true}) {
    const RepairOptions options{.libraries = {plain, versioned}, .mangle = mangle};
    const Repaired result =
        repaired(wheel_needing({"libanswer.so.3.1", "libanswer.so"}), reads_libs_folder, options);
    CHECK(std::ranges::count(result.plan.edits, EditKind::vendor, &Edit::kind) == 1);
    const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
    CHECK(states(after, reads_libs_folder).empty());
    if (!mangle)
      CHECK(dylink_of(after, module_path).needed == Names{"libanswer.so", "libanswer.so"});
  }
  wheel::OfferedLibrary wasm = offered("libanswer.so", library({}));
  wasm.path = "libs/libanswer.wasm";
  const RepairOptions options{.libraries = {wasm}, .mangle = false};
  const Repaired result = repaired(wheel_needing({"libanswer.so"}), reads_libs_folder, options);
  CHECK(
      test::read_bytes(result.bytes, result.plan.output_name).has_member("ext.libs/libanswer.so"));
}

TEST_CASE("libraries that need one another are vendored once each") {
  const RepairOptions options{.libraries = {offered("liba.so", library({"libb.so"})),
                                            offered("libb.so", library({"liba.so"}))}};
  const Repaired result = repaired(wheel_needing({"liba.so"}), reads_run_paths, options);
  CHECK(std::ranges::count(result.plan.edits, EditKind::vendor, &Edit::kind) == 2);
  CHECK(states(test::read_bytes(result.bytes, result.plan.output_name), reads_run_paths).empty());
}

TEST_CASE("a wheel for two ABIs gets what either loader needs, in whatever order they are named") {
  profile::AbiProfile newer = reads_run_paths;
  newer.id = "newer_abi";
  newer.tags = {"newer_abi_wasm32"};
  const auto two_tags = [](test::SmallWheel small) {
    small.file_name = "ext-1.0-cp311-cp311-js_abi_wasm32.newer_abi_wasm32.whl";
    std::string& wheel = small.file("ext-1.0.dist-info/WHEEL").content;
    wheel += "Tag: cp311-cp311-newer_abi_wasm32\n";
    return small;
  };
  test::SmallWheel vendors = two_tags(wheel_needing({"libanswer.so"}));
  test::SmallWheel moves = two_tags(wheel_needing({"libanswer.so"}));
  moves.files.push_back({"other/libanswer.so", library({})});
  const RepairOptions options{.libraries = {offered("libanswer.so", library({}))}, .mangle = false};
  for (const test::SmallWheel& small : {vendors, moves}) {
    ByteVector first;
    for (const bool reversed : {false, true}) {
      const ByteVector before = small.bytes();
      const wheel::Wheel wheel = test::read_bytes(before, small.file_name);
      std::vector<const profile::AbiProfile*> targets{&reads_libs_folder, &newer};
      if (reversed) std::swap(targets[0], targets[1]);
      const auto repaired = repair_in_memory(wheel, targets, options, {});
      REQUIRE(repaired);
      REQUIRE(repaired->obstacles.empty());
      CHECK(repaired->output_name == small.file_name);
      const ByteVector bytes = *zip::assemble(wheel.archive.source, repaired->pieces);
      const wheel::Wheel after = test::read_bytes(bytes, repaired->output_name);
      CHECK(after.record_mismatches.empty());
      CHECK(after.has_member("ext.libs/libanswer.so"));
      CHECK(dylink_of(after, module_path).runtime_path == Names{"$ORIGIN/../ext.libs"});
      CHECK(states(after, reads_libs_folder).empty());
      CHECK(states(after, newer).empty());
      CHECK(test::compressed_bytes(after, "ext/__init__.py") ==
            test::compressed_bytes(wheel, "ext/__init__.py"));
      if (!reversed) first = bytes;
      CHECK(bytes == first);
      const auto again = repair_in_memory(after, targets, options, {});
      REQUIRE(again);
      CHECK(again->edits.empty());
    }
  }
}

TEST_CASE("of two ABIs the one that stands against it is named") {
  profile::AbiProfile other = reads_run_paths;
  other.id = "other_abi";
  other.python = "3.12";
  const test::SmallWheel small = wheel_needing({});
  const ByteVector bytes = small.bytes();
  const wheel::Wheel wheel = test::read_bytes(bytes, small.file_name);
  const auto repaired = repair_in_memory(wheel, {&reads_libs_folder, &other}, {}, {});
  REQUIRE(repaired);
  REQUIRE(repaired->obstacles.size() == 1);
  CHECK(repaired->obstacles[0].starts_with("other_abi: cp311-cp311 does not fit CPython 3.12"));
  CHECK_FALSE(repaired->result.has_value());
}

TEST_CASE("libraries lie in another folder only where every loader reads run paths") {
  const RepairOptions options{.libraries = {offered("libanswer.so", library({}))},
                              .mangle = false,
                              .library_suffix = "_vendored"};
  const test::SmallWheel small = wheel_needing({"libanswer.so"});
  const Repaired result = repaired(small, reads_run_paths, options);
  const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
  CHECK(dylink_of(after, module_path).runtime_path == Names{"$ORIGIN/../ext_vendored"});
  CHECK(states(after, reads_run_paths).empty());
  const ByteVector bytes = small.bytes();
  const RepairPlan plan =
      plan_repair(test::read_bytes(bytes, small.file_name), reads_libs_folder, options);
  REQUIRE(plan.obstacles.size() == 1);
  CHECK(plan.obstacles[0] ==
        fmt::format("Pyodide {} reads no run paths and looks for libraries in ext.libs, not in "
                    "ext_vendored: leave out --lib-sdir",
                    reads_libs_folder.runtimes.front().version));
}

TEST_CASE("a list of what was vendored goes into dist-info, the same every time") {
  const std::string content = library({});
  RepairOptions options{.libraries = {offered("libanswer.so", content)}};
  const Repaired first = repaired(wheel_needing({"libanswer.so"}), reads_run_paths, options);
  const wheel::Wheel after = test::read_bytes(first.bytes, first.plan.output_name);
  const std::string text = test::content_of(after, "ext-1.0.dist-info/sboms/wheelaudit.cdx.json");
  CHECK(text.find("\"bomFormat\": \"CycloneDX\"") != std::string::npos);
  CHECK(text.find(hex(sha256(as_bytes(content)))) != std::string::npos);
  CHECK(text.find("\"name\": \"libanswer.so\"") != std::string::npos);
  CHECK(repaired(wheel_needing({"libanswer.so"}), reads_run_paths, options).bytes == first.bytes);
  options.sbom = false;
  const Repaired without = repaired(wheel_needing({"libanswer.so"}), reads_run_paths, options);
  CHECK(std::ranges::find(without.plan.edits, EditKind::sbom, &Edit::kind) ==
        without.plan.edits.end());
}

TEST_CASE("a library left out by --exclude, or offered by nobody, is left as it is") {
  const RepairOptions excluded{.libraries = {offered("libanswer.so", library({}))},
                               .exclude = {"libans*"}};
  CHECK(repaired(wheel_needing({"libanswer.so"}), reads_run_paths, excluded).plan.edits.empty());
  CHECK(repaired(wheel_needing({"libanswer.so"}), reads_run_paths, {}).plan.edits.empty());
}

TEST_CASE("an offered library that is not a side module is refused, with its format") {
  const RepairOptions options{.libraries = {offered("libanswer.so", test::elf_file())}};
  const test::SmallWheel small = wheel_needing({"libanswer.so"});
  const ByteVector bytes = small.bytes();
  const RepairPlan plan =
      plan_repair(test::read_bytes(bytes, small.file_name), reads_run_paths, options);
  REQUIRE(plan.obstacles.size() == 1);
  CHECK(plan.obstacles[0] == "the library libs/libanswer.so is elf x86-64, not a side module");
}

TEST_CASE("a library that the wheel holds already gets a run path, or moves to <name>.libs") {
  test::SmallWheel small = wheel_needing({"libanswer.so"});
  small.files.push_back({"other/libanswer.so", library({})});
  {
    const Repaired result = repaired(small, reads_run_paths, {});
    const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
    CHECK(dylink_of(after, module_path).runtime_path == Names{"$ORIGIN/../other"});
    CHECK(states(after, reads_run_paths).empty());
  }
  const Repaired result = repaired(small, reads_libs_folder, {});
  const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
  CHECK(after.has_member("ext.libs/libanswer.so"));
  CHECK_FALSE(after.has_member("other/libanswer.so"));
  CHECK(dylink_of(after, module_path).runtime_path.empty());
  CHECK(after.record_mismatches.empty());
  CHECK(states(after, reads_libs_folder).empty());
}

TEST_CASE("an extension module is not moved from where it is imported") {
  test::SmallWheel small = wheel_needing({"_other.so"});
  small.files.push_back({"other/_other.so", test::extension_module("PyInit__other")});
  const ByteVector bytes = small.bytes();
  const RepairPlan plan =
      plan_repair(test::read_bytes(bytes, small.file_name), reads_libs_folder, {});
  REQUIRE(plan.obstacles.size() == 1);
  CHECK(plan.obstacles[0] ==
        "other/_other.so is needed by other modules and would have to lie in ext.libs, but it is "
        "an extension module, imported where it lies");
}

TEST_CASE("run paths and needed names are written as loaders read them") {
  test::SmallWheel small = wheel_needing({"lib/libanswer.so"}, {"${ORIGIN}/../ext.libs"});
  small.files.push_back({"ext.libs/libanswer.so", library({})});
  const Repaired result = repaired(small, reads_run_paths, {});
  const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
  CHECK(dylink_of(after, module_path).needed == Names{"libanswer.so"});
  CHECK(dylink_of(after, module_path).runtime_path == Names{"$ORIGIN/../ext.libs"});
  CHECK(states(after, reads_run_paths).empty());
}

TEST_CASE("what the wheel and its libraries need is asked for once, by bare name") {
  const test::SmallWheel small = wheel_needing({"x/libouter.so", "libouter.so", "libmissing.so"});
  const ByteVector bytes = small.bytes();
  const wheel::Wheel wheel = test::read_bytes(bytes, small.file_name);
  Names asked;
  const auto libraries = find_libraries(
      wheel, [&](const std::string& name) -> Result<std::optional<wheel::OfferedLibrary>> {
        asked.push_back(name);
        if (name == "libouter.so") return offered(name, library({"libinner.so", "libouter.so"}));
        return std::nullopt;
      });
  REQUIRE(libraries.has_value());
  CHECK(libraries->size() == 1);
  CHECK(asked == Names{"libouter.so", "libmissing.so", "libinner.so"});
}

TEST_CASE("members are dropped by glob, never those of dist-info") {
  test::SmallWheel small = wheel_needing({});
  small.files.push_back({"ext/include/ext.h", "int f(void);\n"});
  const Repaired result = repaired(small, reads_run_paths, {.drop = {"*.h"}});
  const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
  CHECK_FALSE(after.has_member("ext/include/ext.h"));
  CHECK(after.record_mismatches.empty());
  const ByteVector bytes = small.bytes();
  const RepairPlan plan = plan_repair(test::read_bytes(bytes, small.file_name), reads_run_paths,
                                      {.drop = {"*METADATA", "*.nothing"}});
  CHECK(plan.obstacles ==
        Names{"--drop *METADATA would drop ext-1.0.dist-info/METADATA, which belongs to the wheel "
              "itself"});
}

TEST_CASE("new files get the date of SOURCE_DATE_EPOCH") {
  const RepairOptions options{.libraries = {offered("libanswer.so", library({}))},
                              .source_date_epoch = 1'700'000'000};  // 2023-11-14 22:13:20 UTC
  const Repaired result = repaired(wheel_needing({"libanswer.so"}), reads_run_paths, options);
  const wheel::Wheel after = test::read_bytes(result.bytes, result.plan.output_name);
  const zip::ArchiveMember& added = after.archive.members.front();
  CHECK(added.dos_date == ((2023 - 1980) << 9 | 11 << 5 | 14));
  CHECK(added.dos_time == (22 << 11 | 13 << 5 | 20 / 2));
}

}  // namespace wheelaudit::repair
