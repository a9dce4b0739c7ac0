// Plans applied to real bytes: what changes, what stays byte for byte, and that a second repair
// finds nothing to do. Small wheels first, then every wheel of the corpus.

#include "repair/apply.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "support/corpus.hpp"
#include "support/linking_facts.hpp"
#include "support/small_wheel.hpp"
#include "support/zip_builder.hpp"

namespace wheelaudit::wheel {
bool operator==(const RecordMismatch& left, const RecordMismatch& right) {
  return left.kind == right.kind && left.path == right.path;
}
}  // namespace wheelaudit::wheel

namespace wheelaudit::repair {

using rules::operator""_rule;

using wheelaudit::test::compressed_bytes;
using wheelaudit::test::content_of;
using wheelaudit::test::read_bytes;
using wheelaudit::test::SmallWheel;

namespace {

using Names = std::vector<std::string>;

/// A profile that takes `platform` and runs this CPython.
profile::AbiProfile profile_for(const std::string& platform, const std::string& python) {
  profile::AbiProfile profile = test::js_profile();
  profile.id = platform.substr(0, platform.rfind("_wasm32"));
  profile.tags = {platform};
  profile.python = python;
  std::string digits = python;
  std::erase(digits, '.');
  profile.extension_suffixes = {fmt::format(".cpython-{}-wasm32-emscripten.so", digits), ".abi3.so",
                                ".so"};
  return profile;
}

const profile::AbiProfile target = profile_for("emscripten_3_1_45_wasm32", "3.11");
const RepairOptions options{
    .platform = "emscripten_3_1_45_wasm32", .add_tags = {}, .source_date_epoch = {}};

struct Repaired {
  RepairPlan plan;
  std::vector<zip::OutputPiece> pieces;
  ByteVector bytes;
};

Repaired repair(const wheel::Wheel& wheel, const profile::AbiProfile& profile,
                const RepairOptions& asked) {
  Repaired result{.plan = plan_repair(wheel, profile, asked), .pieces = {}, .bytes = {}};
  REQUIRE_MESSAGE(result.plan.obstacles.empty(), result.plan.obstacles.front());
  auto pieces = apply_plan(wheel, result.plan, asked);
  REQUIRE(pieces);
  result.pieces = std::move(*pieces);
  auto bytes = zip::assemble(wheel.archive.source, result.pieces);
  REQUIRE(bytes);
  result.bytes = std::move(*bytes);
  return result;
}

Names names_of(const wheel::Wheel& wheel) {
  Names names;
  for (const zip::ArchiveMember& member : wheel.archive.members) names.push_back(member.name);
  return names;
}

/// Everything about a member but its place, its name and its content.
std::vector<std::uint64_t> marks_of(const zip::ArchiveMember& member) {
  return {member.dos_time, member.dos_date, member.external_attributes, member.version_made_by};
}

void check_sound(const wheel::Wheel& wheel) {
  CHECK(wheel.archive.faults.empty());
  CHECK(wheel.content_faults.empty());
  CHECK(wheel.record_mismatches.empty());
}

/// A repair of the result changes not one byte.
void check_idempotent(const Repaired& once, const profile::AbiProfile& profile,
                      const RepairOptions& asked) {
  const wheel::Wheel wheel = test::read_bytes(once.bytes, once.plan.output_name);
  const Repaired twice = repair(wheel, profile, asked);
  CHECK(twice.plan.edits.empty());
  CHECK(twice.plan.output_name == once.plan.output_name);
  REQUIRE(twice.pieces.size() == 1);
  CHECK(twice.pieces[0].input_offset == 0);
  CHECK(twice.bytes == once.bytes);
}

}  // namespace

TEST_CASE("a repaired wheel says the target in its name, WHEEL and RECORD") {
  const test::SmallWheel small;
  const ByteVector bytes = small.bytes();
  const wheel::Wheel before = test::read_bytes(bytes, small.file_name);
  const Repaired repaired = repair(before, target, options);
  CHECK(repaired.plan.output_name == "ext-1.0-cp311-cp311-emscripten_3_1_45_wasm32.whl");

  const wheel::Wheel after = test::read_bytes(repaired.bytes, repaired.plan.output_name);
  check_sound(after);
  CHECK(names_of(after) == Names{"ext/__init__.py", "ext/_core.cpython-311-wasm32-emscripten.so",
                                 "ext-1.0.dist-info/METADATA", "ext-1.0.dist-info/WHEEL",
                                 "ext-1.0.dist-info/RECORD"});
  CHECK(test::content_of(after, "ext-1.0.dist-info/WHEEL") ==
        "Wheel-Version: 1.0\nGenerator: test (1.0)\nRoot-Is-Purelib: false\n"
        "Tag: cp311-cp311-emscripten_3_1_45_wasm32\n");
  test::SmallWheel expected = small;
  expected.files[1].name = "ext/_core.cpython-311-wasm32-emscripten.so";
  expected.files[3].content = test::content_of(after, "ext-1.0.dist-info/WHEEL");
  CHECK(test::content_of(after, "ext-1.0.dist-info/RECORD") == expected.right_record());
  CHECK(test::compressed_bytes(after, "ext/_core.cpython-311-wasm32-emscripten.so") ==
        test::compressed_bytes(before, "ext/_core.cpython-311-x86_64-linux-gnu.so"));
  for (std::size_t i = 0; i < after.archive.members.size(); ++i) {
    CHECK(marks_of(after.archive.members[i]) == marks_of(before.archive.members[i]));
  }
  check_idempotent(repaired, target, options);
}

TEST_CASE("a wheel that needs nothing is one piece of the input") {
  test::SmallWheel small;
  const ByteVector first = small.bytes();
  const Repaired repaired = repair(test::read_bytes(first, small.file_name), target, options);
  check_idempotent(repaired, target, options);
  SUBCASE("a note about the archive is nothing either") {
    test::ZipParts parts;
    for (const auto& file : small.files)
      parts.entries.push_back(test::deflated_entry(file.name, file.content));
    parts.entries.push_back(test::deflated_entry("ext-1.0.dist-info/RECORD", small.right_record()));
    const ByteVector stamp =
        test::extra_field(0x5455, as_bytes(std::string_view("\x01\0\0\0\0", 5)));
    parts.entries[0].local_extra = stamp;
    parts.entries[0].central_extra = stamp;
    const ByteVector bytes = test::build(parts);
    const wheel::Wheel wheel = test::read_bytes(bytes, small.file_name);
    REQUIRE(wheel.readable());
    REQUIRE_FALSE(wheel.archive.faults.empty());
    RepairOptions keep;
    const RepairPlan plan = plan_repair(wheel, target, keep);
    CHECK(std::ranges::find(plan.edits, EditKind::rezip, &Edit::kind) == plan.edits.end());
  }
}

TEST_CASE("what PyPI refuses in an archive is written clean") {
  test::SmallWheel small;
  small.file_name = "ext-1.0-cp311-cp311-emscripten_3_1_45_wasm32.whl";
  small.files[1].name = "ext/_core.abi3.so";
  small.files[3].content =
      "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-emscripten_3_1_45_wasm32\n";
  test::ZipParts parts;
  for (const auto& file : small.files)
    parts.entries.push_back(test::deflated_entry(file.name, file.content));
  parts.entries.push_back(test::deflated_entry("ext-1.0.dist-info/RECORD", small.right_record()));
  for (test::ZipEntry& entry : parts.entries) {
    entry.local.flags = entry.central.flags = 0x8;
    entry.descriptor = test::descriptor_of(entry);
    entry.local.crc = entry.local.compressed_size = entry.local.size = 0;
  }
  const ByteVector bytes = test::build(parts);
  const wheel::Wheel wheel = test::read_bytes(bytes, small.file_name);
  REQUIRE(wheel.readable());
  const Repaired repaired = repair(wheel, target, options);
  for (const Edit& edit : repaired.plan.edits) {
    CAPTURE(edit.from);
    CHECK(edit.kind == EditKind::rezip);
    CHECK(edit.why == "WA510"_rule);
  }
  CHECK_FALSE(repaired.plan.edits.empty());
  const wheel::Wheel after = test::read_bytes(repaired.bytes, repaired.plan.output_name);
  check_sound(after);
  CHECK(names_of(after) == names_of(wheel));
  CHECK(test::compressed_bytes(after, "ext/_core.abi3.so") ==
        test::compressed_bytes(wheel, "ext/_core.abi3.so"));
  CHECK(test::content_of(after, "ext-1.0.dist-info/RECORD") ==
        test::content_of(wheel, "ext-1.0.dist-info/RECORD"));
  check_idempotent(repaired, target, options);
}

TEST_CASE("RECORD is mended entry by entry") {
  test::SmallWheel small;
  small.file_name = "ext-1.0-cp311-cp311-emscripten_3_1_45_wasm32.whl";
  small.files[1].name = "ext/_core.abi3.so";
  small.files[3].content =
      "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-emscripten_3_1_45_wasm32\n";
  const std::string right = small.right_record();
  const std::string init_line = right.substr(0, right.find('\n') + 1);
  const std::string rest = right.substr(init_line.size());
  const std::string record_line = "ext-1.0.dist-info/RECORD,,\n";
  const std::string others = rest.substr(0, rest.size() - record_line.size());
  struct Case {
    std::string before;
    std::string after;
  };
  for (const Case& record :
       {Case{rest, others + init_line + record_line}, Case{"gone.py,,\n" + right, right},
        Case{"ext/__init__.py,,\n" + rest, right}, Case{init_line + right, right},
        Case{right.substr(0, right.size() - record_line.size()), right},
        Case{"ext/__init__.py,md5=rYXqKtUPhhoLfQjDyNG_UQ,26\r\n" + rest, right}}) {
    small.record = record.before;
    const ByteVector bytes = small.bytes();
    const Repaired repaired = repair(test::read_bytes(bytes, small.file_name), target, options);
    const wheel::Wheel after = test::read_bytes(repaired.bytes, repaired.plan.output_name);
    CHECK(test::content_of(after, "ext-1.0.dist-info/RECORD") == record.after);
    check_sound(after);
    check_idempotent(repaired, target, options);
  }
}

TEST_CASE("further tags, a build tag and purelib arrive in WHEEL, its other lines stay") {
  test::SmallWheel small;
  small.file_name = "ext-1.0-7-cp311-cp311-linux_x86_64.whl";
  small.files[3].content =
      "Wheel-Version: 1.0\r\nX-Own:  spaced \r\nRoot-Is-Purelib: true\r\n"
      "Tag: cp311-cp311-linux_x86_64\r\nGenerator: test\r\n\r\n";
  profile::AbiProfile two_tags = target;
  two_tags.tags.push_back("pyodide_2023_0_wasm32");
  RepairOptions both = options;
  both.add_tags = {"pyodide_2023_0_wasm32"};
  const ByteVector bytes = small.bytes();
  const Repaired repaired = repair(test::read_bytes(bytes, small.file_name), two_tags, both);
  CHECK(repaired.plan.output_name ==
        "ext-1.0-7-cp311-cp311-emscripten_3_1_45_wasm32.pyodide_2023_0_wasm32.whl");
  const wheel::Wheel after = test::read_bytes(repaired.bytes, repaired.plan.output_name);
  CHECK(test::content_of(after, "ext-1.0.dist-info/WHEEL") ==
        "Wheel-Version: 1.0\r\nX-Own:  spaced \r\nRoot-Is-Purelib: false\r\n"
        "Tag: cp311-cp311-emscripten_3_1_45_wasm32\r\nTag: cp311-cp311-pyodide_2023_0_wasm32\r\n"
        "Generator: test\r\nBuild: 7\r\n\r\n");
  check_sound(after);
  check_idempotent(repaired, two_tags, both);
}

TEST_CASE("a signature goes with the RECORD it signed") {
  test::SmallWheel small;
  small.record = small.right_record();
  small.files.push_back({"ext-1.0.dist-info/RECORD.jws", "{}"});
  const ByteVector bytes = small.bytes();
  const Repaired repaired = repair(test::read_bytes(bytes, small.file_name), target, options);
  const wheel::Wheel after = test::read_bytes(repaired.bytes, repaired.plan.output_name);
  CHECK_FALSE(after.has_member("ext-1.0.dist-info/RECORD.jws"));
  check_sound(after);
}

TEST_CASE("a plan with obstacles is not carried out") {
  const test::SmallWheel small;
  const ByteVector bytes = small.bytes();
  const wheel::Wheel wheel = test::read_bytes(bytes, small.file_name);
  RepairPlan plan = plan_repair(wheel, target, options);
  plan.obstacles = {"no"};
  const auto applied = apply_plan(wheel, plan, options);
  REQUIRE_FALSE(applied);
  CHECK(applied.error().kind == ErrorKind::internal);
  CHECK(applied.error().message == "a repair with obstacles (1) is not carried out: no");
}

namespace {

constexpr std::string_view emscripten_suffix = "-wasm32-emscripten.so";
constexpr std::string_view linux_suffix = "-x86_64-linux-gnu.so";

std::string with_replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// The wheel as a build that does not know about Emscripten would name it: file name, WHEEL,
/// module suffixes and RECORD of linux_x86_64. Kept members are copied as they are.
struct NativeForm {
  std::string file_name;
  ByteVector bytes;
};
NativeForm native_form(const wheel::Wheel& wheel) {
  const std::string platform = wheel.filename->tags.platforms.front();
  const std::string dist_info = wheel.dist_info.directory;
  const std::string text =
      with_replaced(test::content_of(wheel, dist_info + "/WHEEL"), platform, "linux_x86_64");
  wheel::Record record = wheel.dist_info.record;
  for (wheel::RecordEntry& entry : record.entries) {
    if (entry.path == dist_info + "/WHEEL") {
      entry.digest = base64_url(sha256(as_bytes(text)));
      entry.size = text.size();
    }
    entry.path = with_replaced(entry.path, emscripten_suffix, linux_suffix);
  }
  std::vector<zip::NewMember> members;
  for (std::size_t i = 0; i < wheel.archive.members.size(); ++i) {
    const zip::ArchiveMember& member = wheel.archive.members[i];
    zip::NewMember made{.name = with_replaced(member.name, emscripten_suffix, linux_suffix),
                        .original = i,
                        .content = {},
                        .dos_time = member.dos_time,
                        .dos_date = member.dos_date,
                        .external_attributes = member.external_attributes,
                        .version_made_by = member.version_made_by};
    const bool is_wheel = member.name == dist_info + "/WHEEL";
    if (is_wheel || member.name == dist_info + "/RECORD") {
      made.original.reset();
      made.content = to_byte_vector(is_wheel ? text : record.str());
    }
    members.push_back(std::move(made));
  }
  const auto pieces = zip::compose_archive(wheel.archive, members);
  REQUIRE(pieces);
  auto bytes = zip::assemble(wheel.archive.source, *pieces);
  REQUIRE(bytes);
  wheel::WheelFilename filename = *wheel.filename;
  filename.tags.platforms = {"linux_x86_64"};
  return {.file_name = filename.str(), .bytes = std::move(*bytes)};
}

std::string python_of(const wheel::Wheel& wheel) {
  const std::string& tag = wheel.filename->tags.pythons.front();
  const bool exact = wheel.filename->tags.abis.front() == tag;
  return exact ? "3." + tag.substr(3) : "3.13";
}

void check_round_trip(const std::filesystem::path& path) {
  CAPTURE(path.filename().string());
  const ByteVector original_bytes = test::read_file(path);
  const wheel::Wheel original = test::read_bytes(original_bytes, path.filename().string());
  REQUIRE(original.readable());
  const NativeForm native = native_form(original);
  const wheel::Wheel before = test::read_bytes(native.bytes, native.file_name);
  REQUIRE(before.record_mismatches == original.record_mismatches);

  const std::string platform = original.filename->tags.platforms.front();
  const profile::AbiProfile own = profile_for(platform, python_of(original));
  RepairOptions asked;
  asked.platform = platform;
  const Repaired repaired = repair(before, own, asked);
  CHECK(repaired.plan.output_name == original.filename->str());
  const wheel::Wheel after = test::read_bytes(repaired.bytes, repaired.plan.output_name);
  check_sound(after);
  CHECK(names_of(after) == names_of(original));
  CHECK(after.dist_info.wheel.str() == original.dist_info.wheel.str());
  if (original.record_mismatches.empty()) {
    CHECK(after.dist_info.record.entries == original.dist_info.record.entries);
  }
  const std::string own_wheel = original.dist_info.directory + "/WHEEL";
  const std::string own_record = original.dist_info.directory + "/RECORD";
  for (const zip::ArchiveMember& member : original.archive.members) {
    const zip::ArchiveMember& kept = after.archive.members[*after.archive.find(member.name)];
    CHECK(marks_of(kept) == marks_of(member));
    if (member.name == own_wheel || member.name == own_record) continue;
    CHECK(test::compressed_bytes(after, member.name) ==
          test::compressed_bytes(original, member.name));
  }
  check_idempotent(repaired, own, asked);
}

}  // namespace

TEST_CASE("every wheel of the corpus comes back from its native form") {
  const auto wheels = test::corpus_wheels("emscripten");
  if (wheels.empty()) MESSAGE("skipped: no corpus");
  for (const auto& path : wheels) check_round_trip(path);
}

TEST_CASE("native wheels of the corpus are refused by file, format and processor") {
  const auto wheels = test::corpus_wheels("native");
  if (wheels.empty()) MESSAGE("skipped: no corpus");
  for (const auto& path : wheels) {
    CAPTURE(path.filename().string());
    const ByteVector bytes = test::read_file(path);
    const wheel::Wheel wheel = test::read_bytes(bytes, path.filename().string());
    RepairOptions asked;
    asked.platform = "pyemscripten_2025_0_wasm32";
    const RepairPlan plan = plan_repair(wheel, profile_for(asked.platform, "3.13"), asked);
    const bool named = std::ranges::any_of(plan.obstacles, [](const std::string& text) {
      return text.find(", not WebAssembly: build it with Emscripten") != std::string::npos;
    });
    CHECK(named);
  }
}

}  // namespace wheelaudit::repair
