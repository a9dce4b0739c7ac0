// A wheel as a whole: its members, its modules, and whether RECORD agrees with the members. Each
// case is one good wheel in memory with one change.

#include "wheel/wheel.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/parallel.hpp"
#include "support/corpus.hpp"

namespace wheelaudit::wheel {
namespace {

using Kind = RecordMismatch::Kind;
using Strings = std::vector<std::string>;

constexpr std::string_view file_name = "pkg-1.0-cp312-cp312-pyodide_2024_0_wasm32.whl";

// Magic, version, and a dylink.0 section that asks for nothing.
const std::string side_module(
    "\0asm\x01\0\0\0\0\x0f\x08"
    "dylink.0\x01\x04\0\0\0\0",
    25);

struct File {
  std::string name;
  std::string content;
};

std::string hash_of(std::string_view content) {
  return "sha256=" + base64_url(sha256(as_bytes(content)));
}

std::string record_of(const std::vector<File>& files) {
  std::string record;
  for (const File& file : files) {
    record += fmt::format("{},{},{}\n", file.name, hash_of(file.content), file.content.size());
  }
  return record + "pkg-1.0.dist-info/RECORD,,\n";
}

std::vector<File> good_files() {
  return {{"pkg/__init__.py", "from ._core import x\n"},
          {"pkg/_core.cpython-312-wasm32-emscripten.so", side_module},
          {"pkg-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\n"},
          {"pkg-1.0.dist-info/WHEEL",
           "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\n"
           "Tag: cp312-cp312-pyodide_2024_0_wasm32\n"}};
}

std::vector<File> with_record(std::vector<File> files, std::string record) {
  files.push_back({"pkg-1.0.dist-info/RECORD", std::move(record)});
  return files;
}

ByteVector zipped(const std::vector<File>& files, int level = 6) {
  std::vector<zip::NewMember> members;
  for (const File& file : files) {
    members.push_back({.name = file.name, .content = to_byte_vector(file.content)});
  }
  const auto pieces = zip::compose_archive(zip::Archive{}, members, level);
  REQUIRE(pieces.has_value());
  auto bytes = zip::assemble(memory_source({}), *pieces);
  REQUIRE(bytes.has_value());
  return std::move(*bytes);
}

Wheel read(Bytes bytes, const ReadOptions& options = {},
           std::string name = std::string(file_name)) {
  auto wheel = read_wheel(std::move(name), memory_source(bytes), options);
  REQUIRE(wheel.has_value());
  return std::move(*wheel);
}

ByteVector good_wheel() { return zipped(with_record(good_files(), record_of(good_files()))); }

std::vector<RecordMismatch> mismatches_of(const std::vector<File>& files) {
  const ByteVector bytes = zipped(files);
  return read(bytes).record_mismatches;
}

Strings fault_codes(const Wheel& wheel) {
  Strings codes;
  for (const zip::ArchiveFault& fault : wheel.content_faults) codes.push_back(fault.code);
  return codes;
}

TEST_CASE("names that a loader or CPython might take for a module") {
  for (const std::string_view name :
       {"a.so", "d/_core.cpython-312-wasm32-emscripten.so", "libx.so.1", "libx.so.1.22.333", ".so",
        "a.pyd", "a.PYD", "b.Dll", "c.dylib", "d.wasm"}) {
    CHECK_MESSAGE(is_module_name(name), name);
  }
  for (const std::string_view name :
       {"", "so", "a.so.", "a.so.x", "a.so.1a", "a.so.1.", "a.so/", "a.sox", "a.so.py", "1", ".1",
        "a.1", "a.dylib.1", "a.py", "dll"}) {
    CHECK_MESSAGE(!is_module_name(name), name);
  }
  CHECK(is_preloaded_name("libx.so.1.22"));
  CHECK(is_preloaded_name("a.so"));
  CHECK_FALSE(is_preloaded_name("a.so.1."));
  CHECK_FALSE(is_preloaded_name("a.SO"));
  CHECK_FALSE(is_preloaded_name("a.pyd"));
}

TEST_CASE("every index is worked on once, whatever the number of threads") {
  for (const unsigned threads : {0U, 1U, 2U, 7U, 64U}) {
    std::vector<std::atomic<int>> calls(50);
    for_each_index(calls.size(), threads, [&](std::size_t index) { ++calls[index]; });
    CHECK(std::all_of(calls.begin(), calls.end(), [](const auto& count) { return count == 1; }));
  }
  for_each_index(0, 4, [](std::size_t) { FAIL("there is nothing to work on"); });
}

TEST_CASE("a good wheel is read whole and agrees with itself") {
  const ByteVector bytes = good_wheel();
  const Wheel wheel = read(bytes, {}, "some/folder/" + std::string(file_name));
  CHECK(wheel.path == "some/folder/" + std::string(file_name));
  CHECK(wheel.size == bytes.size());
  CHECK(wheel.sha256 == hex(sha256(bytes)));
  CHECK(wheel.readable());
  REQUIRE(wheel.filename.has_value());
  CHECK(wheel.filename->name == "pkg");
  CHECK_FALSE(wheel.filename_fault.has_value());
  CHECK(wheel.archive.faults.empty());
  CHECK(wheel.content_faults.empty());
  CHECK(wheel.record_mismatches.empty());
  CHECK(wheel.contents_verified);
  CHECK(wheel.depth == wasm::Depth::full);
  CHECK(wheel.dist_info.directory == "pkg-1.0.dist-info");
  CHECK(wheel.dist_info.faults.empty());
  CHECK(wheel.dist_info.record.entries.size() == 5);
  CHECK(wheel.tags() == std::vector<Tag>{{"cp312", "cp312", "pyodide_2024_0_wasm32"}});
  REQUIRE(wheel.modules.size() == 1);
  CHECK(wheel.modules[0].facts.kind == wasm::ModuleKind::side_module);
  CHECK(wheel.archive.members[wheel.modules[0].member].name == wheel.modules[0].path);
  CHECK(wheel.find_module("pkg/_core.cpython-312-wasm32-emscripten.so") == &wheel.modules[0]);
  CHECK(wheel.find_module("pkg/_core") == nullptr);
  CHECK(wheel.has_member("pkg/__init__.py"));
  CHECK_FALSE(wheel.has_member("pkg"));
  CHECK(wheel.has_loadable_wasm());
}

TEST_CASE("without verification no member but modules and dist-info is read") {
  ByteVector bytes = good_wheel();
  const Wheel whole = read(bytes);
  // Damage a member that is neither.
  bytes[whole.archive.members[0].data_offset] ^= std::byte{0xff};
  const Wheel wheel = read(bytes, {.depth = wasm::Depth::head, .verify_contents = false});
  CHECK(wheel.content_faults.empty());
  CHECK_FALSE(wheel.contents_verified);
  CHECK(wheel.record_mismatches.empty());
  CHECK(wheel.depth == wasm::Depth::head);
  REQUIRE(wheel.modules.size() == 1);
  CHECK(wheel.modules[0].facts.kind == wasm::ModuleKind::side_module);
  CHECK(read(bytes, {.verify_contents = false, .digest_file = false}).sha256.empty());
}

TEST_CASE("RECORD is held against the members") {
  const std::vector<File> files = good_files();
  const std::string record = record_of(files);
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string text = record;
    const std::size_t place = text.find(from);
    REQUIRE(place != std::string::npos);
    return mismatches_of(with_record(files, text.replace(place, from.size(), to)));
  };
  const auto only = [](const std::vector<RecordMismatch>& mismatches) {
    REQUIRE(mismatches.size() == 1);
    return mismatches.front();
  };
  const std::string init_hash = hash_of(files[0].content);
  const std::string wrong_hash = hash_of("something else");

  RecordMismatch wrong = only(changed(init_hash, wrong_hash));
  CHECK(wrong.kind == Kind::hash);
  CHECK(wrong.path == "pkg/__init__.py");
  CHECK(wrong.expected == wrong_hash);
  CHECK(wrong.found == init_hash);

  wrong = only(changed(init_hash + ",21", init_hash + ",22"));
  CHECK(wrong.kind == Kind::size);
  CHECK(wrong.expected == "22");
  CHECK(wrong.found == "21");
  CHECK(changed(init_hash + ",21", init_hash + ",").empty());

  wrong = only(changed("pkg/__init__.py," + init_hash + ",21\n", ""));
  CHECK(wrong.kind == Kind::missing_entry);
  CHECK(wrong.path == "pkg/__init__.py");
  wrong = only(changed("pkg-1.0.dist-info/RECORD,,\n", ""));
  CHECK(wrong.kind == Kind::missing_entry);
  CHECK(wrong.path == "pkg-1.0.dist-info/RECORD");

  wrong = only(changed("pkg/__init__.py,", "pkg/gone.py,,\npkg/__init__.py,"));
  CHECK(wrong.kind == Kind::missing_member);
  CHECK(wrong.path == "pkg/gone.py");

  wrong = only(changed(init_hash, ""));
  CHECK(wrong.kind == Kind::no_hash);
  CHECK(wrong.expected == init_hash);

  wrong = only(changed(init_hash, "sha257=abc"));
  CHECK(wrong.kind == Kind::unknown_hash);
  CHECK(wrong.found == "sha257");

  wrong = only(changed("pkg-1.0.dist-info/RECORD,,\n",
                       "pkg-1.0.dist-info/RECORD,,\npkg-1.0.dist-info/RECORD,,\n"));
  CHECK(wrong.kind == Kind::duplicate_entry);
  CHECK(wrong.expected == "1");
  CHECK(wrong.found == "2");
}

TEST_CASE("other strong hashes are verified, weak ones told") {
  const std::vector<File> files = good_files();
  const auto with_hash = [&](std::string_view algorithm, std::string_view openssl_name) {
    const auto value = digest(openssl_name, as_bytes(files[0].content));
    REQUIRE(value.has_value());
    std::string text = record_of(files);
    const std::string usual = hash_of(files[0].content);
    text.replace(text.find(usual), usual.size(),
                 fmt::format("{}={}", algorithm, base64_url(*value)));
    return mismatches_of(with_record(files, text));
  };
  CHECK(with_hash("sha512", "sha512").empty());
  CHECK(with_hash("SHA384", "sha384").empty());
  CHECK(with_hash("blake2b", "blake2b512").empty());
  CHECK(with_hash("sha3_256", "sha3-256").empty());
  const auto weak = with_hash("md5", "md5");
  REQUIRE(weak.size() == 1);
  CHECK(weak[0].kind == Kind::weak_hash);
  CHECK(weak[0].found == "md5");
  CHECK(with_hash("sha1", "sha1").at(0).kind == Kind::weak_hash);
  const auto wrong = with_hash("sha512", "sha384");
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].kind == Kind::hash);
}

TEST_CASE("signatures need neither entry nor hash, directories are not listed") {
  std::vector<File> files = good_files();
  const std::string record = record_of(files);
  files.push_back({"pkg-1.0.dist-info/RECORD.jws", "{}"});
  files.push_back({"pkg/empty/", ""});
  const ByteVector bytes = zipped(with_record(files, record));
  const Wheel wheel = read(bytes);
  CHECK(wheel.record_mismatches.empty());
  CHECK(wheel.dist_info.signatures == Strings{"pkg-1.0.dist-info/RECORD.jws"});
  files.push_back({"pkg-1.0.dist-info/RECORD.txt", "{}"});
  const auto mismatches = mismatches_of(with_record(files, record));
  REQUIRE(mismatches.size() == 1);
  CHECK(mismatches[0].path == "pkg-1.0.dist-info/RECORD.txt");
}

TEST_CASE("mismatches are sorted by path") {
  std::vector<File> files = good_files();
  const std::string record = record_of(files) + "zz.py,,\naa.py,,\n";
  files[0].content += "#";
  const auto mismatches = mismatches_of(with_record(files, record));
  REQUIRE(mismatches.size() == 4);
  CHECK(mismatches[0].path == "aa.py");
  CHECK(mismatches[1].path == "pkg/__init__.py");
  CHECK(mismatches[1].kind == Kind::hash);
  CHECK(mismatches[2].kind == Kind::size);
  CHECK(mismatches[3].path == "zz.py");
}

TEST_CASE("without a RECORD nothing is held against it") {
  const ByteVector bytes = zipped(good_files());
  const Wheel wheel = read(bytes);
  CHECK_FALSE(wheel.dist_info.has_record);
  CHECK(wheel.record_mismatches.empty());
  CHECK(wheel.contents_verified);
}

TEST_CASE("a module that does not inflate is malformed, never skipped") {
  ByteVector bytes = good_wheel();
  const zip::ArchiveMember module = read(bytes).archive.members[1];
  REQUIRE(module.name == "pkg/_core.cpython-312-wasm32-emscripten.so");
  bytes[module.data_offset] = std::byte{0xff};
  for (const ReadOptions& options :
       {ReadOptions{}, ReadOptions{.depth = wasm::Depth::head, .verify_contents = false},
        ReadOptions{.verify_contents = false}}) {
    const Wheel wheel = read(bytes, options);
    CHECK(wheel.readable());
    REQUIRE(wheel.content_faults.size() == 1);
    CHECK(wheel.content_faults[0].member == module.name);
    CHECK(wheel.content_faults[0].severity == zip::ArchiveFaultSeverity::malformed);
    REQUIRE(wheel.modules.size() == 1);
    CHECK(wheel.modules[0].facts.kind == wasm::ModuleKind::malformed);
    CHECK_FALSE(wheel.modules[0].facts.sound());
    CHECK(wheel.modules[0].facts.size == side_module.size());
    CHECK(wheel.modules[0].facts.faults.at(0).message.starts_with("its bytes cannot be read: "));
    CHECK(wheel.record_mismatches.empty());
  }
}

TEST_CASE("a dist-info file that does not inflate is a fault of its own") {
  ByteVector bytes = good_wheel();
  const zip::ArchiveMember metadata = read(bytes).archive.members[2];
  REQUIRE(metadata.name == "pkg-1.0.dist-info/METADATA");
  bytes[metadata.data_offset] = std::byte{0xff};
  const Wheel wheel = read(bytes);
  REQUIRE(wheel.content_faults.size() == 1);
  CHECK(wheel.content_faults[0].member == metadata.name);
  CHECK(wheel.dist_info.has_metadata);
  CHECK(wheel.dist_info.metadata.lines.empty());
  CHECK(wheel.dist_info.faults.empty());
}

TEST_CASE("each limit names its option, and what is over it is not read") {
  std::vector<File> files = good_files();
  files.push_back({"pkg-1.0.dist-info/entry_points.txt", "[g]\na = b:c\n"});
  const ByteVector bytes = zipped(with_record(files, record_of(files)));
  struct Case {
    Limits limits;
    std::string_view code;
    std::string_view option;
    std::string_view message;
  };
  const std::array<Case, 5> cases{{
      {{.metadata_size = 44},
       "metadata-size",
       "--max-metadata-size",
       "pkg-1.0.dist-info/METADATA inflates to 45 bytes, more than 44"},
      {{.wheel_file_size = 96},
       "wheel-file-size",
       "--max-wheel-file-size",
       "pkg-1.0.dist-info/WHEEL inflates to 97 bytes, more than 96"},
      {{.entry_points_size = 11},
       "entry-points-size",
       "--max-entry-points-size",
       "pkg-1.0.dist-info/entry_points.txt inflates to 12 bytes, more than 11"},
      {{.record_size = 99}, "record-size", "--max-record-size", ""},
      {{.expanded_tags = 0},
       "tag-count",
       "--max-tags",
       "the file name's tags stand for 1 combinations, more than 0"},
  }};
  for (const Case& one : cases) {
    const Wheel wheel = read(bytes, {.limits = one.limits});
    REQUIRE(!wheel.content_faults.empty());
    const zip::ArchiveFault& fault = wheel.content_faults.front();
    CHECK(fault.code == one.code);
    CHECK(fault.option == one.option);
    CHECK(fault.kind == zip::ArchiveFaultKind::limit);
    CHECK(fault.severity == zip::ArchiveFaultSeverity::malformed);
    if (!one.message.empty()) CHECK(fault.message == one.message);
  }
  CHECK(read(bytes).content_faults.empty());
  const Wheel oversized = read(bytes, {.limits = {.module_size = 24}});
  REQUIRE(oversized.modules.size() == 1);
  CHECK(oversized.modules[0].facts.kind == wasm::ModuleKind::malformed);
  CHECK(oversized.modules[0].facts.faults.at(0).kind == wasm::ModuleFaultKind::limit);
  CHECK(oversized.modules[0].facts.faults.at(0).option == "--max-module-size");
  CHECK(oversized.content_faults.empty());
  CHECK(oversized.has_loadable_wasm());
  CHECK(read(bytes, {.limits = {.record_size = 99}}).record_mismatches.empty());
}

TEST_CASE("a foreign file over the module limit is named, read whole and verified") {
  std::vector<File> files = good_files();
  files.push_back({"pkg/native.so",
                   "\x7f"
                   "ELF\x02\x01\x01" +
                       std::string(200, '\0')});
  const ByteVector bytes = zipped(with_record(files, record_of(files)));
  for (const wasm::Depth depth : {wasm::Depth::head, wasm::Depth::full}) {
    const Wheel wheel = read(bytes, {.limits = {.module_size = 100}, .depth = depth});
    const WheelModule* native = wheel.find_module("pkg/native.so");
    REQUIRE(native != nullptr);
    CHECK(native->facts.kind == wasm::ModuleKind::not_wasm);
    CHECK(native->facts.format.starts_with("elf"));
    CHECK(native->facts.faults.empty());
    CHECK(wheel.content_faults.empty());
    CHECK(wheel.record_mismatches.empty());
    CHECK(wheel.contents_verified);
  }
}

TEST_CASE("rows of RECORD and Tag lines have limits that show when they are read") {
  std::vector<File> files = good_files();
  files[3].content += "Tag: py2.py3-none-any\n";
  std::string record = record_of(files);
  for (int i = 0; i < 10; ++i) record += "pkg/__init__.py,,\n";
  const ByteVector bytes = zipped(with_record(files, record));
  CHECK(fault_codes(read(bytes, {.limits = {.entries = 14}})) == Strings{"record-rows"});
  CHECK(fault_codes(read(bytes, {.limits = {.entries = 15}})).empty());
  const Wheel wheel = read(bytes, {.limits = {.expanded_tags = 2}});
  CHECK(fault_codes(wheel) == Strings{"tag-count"});
  CHECK(wheel.content_faults[0].message == "the Tag lines of WHEEL stand for 3 tags, more than 2");
  CHECK(wheel.content_faults[0].member == "pkg-1.0.dist-info/WHEEL");
}

TEST_CASE("of several dist-info directories the one named like the file is read") {
  std::vector<File> files = good_files();
  files.insert(files.begin(), {"other-2.0.dist-info/METADATA", "Name: other\n"});
  const ByteVector bytes = zipped(with_record(files, record_of(files)));
  const Wheel wheel = read(bytes);
  CHECK(wheel.dist_info.directory == "pkg-1.0.dist-info");
  CHECK(wheel.dist_info.directories == Strings{"other-2.0.dist-info", "pkg-1.0.dist-info"});
  CHECK(wheel.dist_info.metadata.get("Name") == "pkg");
  const Wheel renamed = read(bytes, {}, "Other-2-py3-none-any.whl");
  CHECK(renamed.dist_info.directory == "other-2.0.dist-info");
  CHECK(read(bytes, {}, "-").dist_info.directory == "other-2.0.dist-info");
}

TEST_CASE("without a readable file name the tags are the WHEEL file's") {
  const ByteVector bytes = good_wheel();
  const Wheel wheel = read(bytes, {}, "-");
  CHECK_FALSE(wheel.filename.has_value());
  REQUIRE(wheel.filename_fault.has_value());
  CHECK(wheel.filename_fault->message == "the file name '-' does not end in '.whl'");
  CHECK(wheel.tags() == std::vector<Tag>{{"cp312", "cp312", "pyodide_2024_0_wasm32"}});
}

TEST_CASE("of an archive that is not sound no member is read") {
  ByteVector bytes = good_wheel();
  bytes.push_back(std::byte{'x'});
  const Wheel wheel = read(bytes);
  CHECK_FALSE(wheel.readable());
  CHECK_FALSE(wheel.archive.faults.empty());
  CHECK(wheel.modules.empty());
  CHECK(wheel.dist_info.directory.empty());
  CHECK_FALSE(wheel.contents_verified);
  CHECK(wheel.sha256 == hex(sha256(bytes)));
  CHECK(wheel.filename.has_value());
  CHECK_FALSE(read({}).readable());
  CHECK(read(bytes, {.limits = {.wheel_size = 10}}).sha256.empty());
}

TEST_CASE("a bare module is a wheel of one module") {
  for (const wasm::Depth depth : {wasm::Depth::head, wasm::Depth::full}) {
    const auto wheel =
        read_bare_module("lib/_core.so", memory_source(as_bytes(side_module)), {.depth = depth});
    REQUIRE(wheel.has_value());
    CHECK(wheel->bare_module);
    CHECK(wheel->readable());
    CHECK(wheel->tags().empty());
    CHECK(wheel->sha256 == hex(sha256(as_bytes(side_module))));
    REQUIRE(wheel->modules.size() == 1);
    CHECK(wheel->modules[0].path == "_core.so");
    CHECK(wheel->modules[0].facts.kind == wasm::ModuleKind::side_module);
    CHECK(wheel->has_member("_core.so"));
    CHECK(wheel->has_loadable_wasm());
  }
  const auto oversized = read_bare_module("_core.so", memory_source(as_bytes(side_module)),
                                          {.limits = {.module_size = 24}});
  REQUIRE(oversized.has_value());
  CHECK(oversized->modules.at(0).facts.kind == wasm::ModuleKind::malformed);
  CHECK(oversized->modules.at(0).facts.faults.at(0).message ==
        "a module of 25 bytes, more than 24; it was not read");
}

TEST_CASE("an input that cannot be read is an error, not a fault of the wheel") {
  const ByteVector bytes = good_wheel();
  ByteSource source = memory_source(bytes);
  source.read = [](std::uint64_t, std::size_t) -> Result<ByteChunk> {
    return fail(ErrorKind::io, "the disk is gone");
  };
  const auto wheel = read_wheel(std::string(file_name), source, {});
  REQUIRE_FALSE(wheel.has_value());
  CHECK(wheel.error().kind == ErrorKind::io);
  CHECK(wheel.error().message == "the disk is gone");
  const auto module = read_bare_module("a.so", source, {});
  REQUIRE_FALSE(module.has_value());
  CHECK(module.error().message == "the disk is gone");
}

// All facts in which two readings of one wheel could differ, as a text.
std::string facts_of(const Wheel& wheel) {
  std::string text = fmt::format("{} {} {}\n", wheel.sha256, wheel.size, wheel.dist_info.directory);
  for (const zip::ArchiveFault& fault : wheel.content_faults) {
    text += fmt::format("fault {} {} {}\n", fault.code, fault.member, fault.message);
  }
  for (const RecordMismatch& mismatch : wheel.record_mismatches) {
    text += fmt::format("record {} {} {} {}\n", static_cast<int>(mismatch.kind), mismatch.path,
                        mismatch.expected, mismatch.found);
  }
  for (const WheelModule& module : wheel.modules) {
    text += fmt::format("module {} {} {} {}\n", module.path, static_cast<int>(module.facts.kind),
                        module.facts.format, module.facts.faults.size());
    for (const wasm::ImportedSymbol& import : module.facts.imports) {
      text += fmt::format("import {} {} {}\n", import.module, import.name, import.type);
    }
    for (const wasm::ExportedSymbol& symbol : module.facts.exports) {
      text += fmt::format("export {} {} {}\n", symbol.name, symbol.index, symbol.type);
    }
  }
  return text;
}

TEST_CASE("every wheel of the corpus agrees with its RECORD and reads the same on any thread") {
  const auto wheels = test::corpus_wheels();
  if (wheels.empty()) MESSAGE("skipped: no corpus");
  for (const auto& path : wheels) {
    CAPTURE(path.filename().string());
    const ByteVector bytes = test::read_file(path);
    const std::string name = path.filename().string();
    const Wheel one = read(bytes, {.depth = wasm::Depth::head, .threads = 1}, name);
    const Wheel four = read(bytes, {.depth = wasm::Depth::head, .threads = 4}, name);
    CHECK(facts_of(one) == facts_of(four));
    CHECK(one.filename.has_value());
    CHECK(one.content_faults.empty());
    CHECK(one.record_mismatches.empty());
    CHECK(one.dist_info.faults.empty());
    CHECK(one.dist_info.metadata.faults.empty());
    CHECK(one.dist_info.wheel.faults.empty());
    CHECK(one.dist_info.record.faults.empty());
    CHECK(one.dist_info.entry_points.faults.empty());
    CHECK(one.dist_info.missing_licenses.empty());
    CHECK(one.dist_info.directories.size() == 1);
    const bool is_wasm = path.parent_path().filename() == "emscripten";
    CHECK(one.has_loadable_wasm() == is_wasm);
  }
}

TEST_CASE("the head of a corpus module read alone says what the whole module says") {
  const auto wheels = test::corpus_wheels("emscripten");
  if (wheels.empty()) MESSAGE("skipped: no corpus");
  for (const auto& path : wheels) {
    CAPTURE(path.filename().string());
    const ByteVector bytes = test::read_file(path);
    const std::string name = path.filename().string();
    const Wheel whole = read(bytes, {.depth = wasm::Depth::head}, name);
    const Wheel heads = read(bytes, {.depth = wasm::Depth::head, .verify_contents = false}, name);
    CHECK(facts_of(whole) == facts_of(heads));
    CHECK_FALSE(heads.contents_verified);
  }
}

}  // namespace
}  // namespace wheelaudit::wheel
