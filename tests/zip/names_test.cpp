// Names of members: what one name may be, and which names collide.

#include "zip/names.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>

#include "base/utf8.hpp"
#include "support/zip_builder.hpp"
#include "zip/name_collisions.hpp"

namespace wheelaudit::zip {
namespace {

using Severity = ArchiveFaultSeverity;

ByteVector named(const std::vector<std::string>& names) {
  test::ZipParts parts;
  for (const std::string& name : names) {
    parts.entries.push_back(name.ends_with('/') ? test::directory_entry(name)
                                                : test::stored_entry(name, "x"));
  }
  return test::build(parts);
}

std::string codes_of(const std::vector<std::string>& names) {
  const ByteVector bytes = named(names);
  return test::codes(test::archive_of(bytes).faults);
}

ArchiveFault only_fault(const std::vector<std::string>& names) {
  const ByteVector bytes = named(names);
  std::vector<ArchiveFault> faults = test::archive_of(bytes).faults;
  INFO("faults: " << test::codes(faults));
  REQUIRE(faults.size() == 1);
  return faults.front();
}

}  // namespace

TEST_CASE("names that wheels have") {
  CHECK(codes_of({"a", "package/__init__.py", "package/_core.abi3.so", "p-1.0.dist-info/RECORD",
                  "a b/c~d/[e]/..f/g..", "dir/", "dir/sub/", "...", "xy:z", "1:2"}) == "");
  CHECK(codes_of({"p/\xc3\xa9t\xc3\xa9.py", "p/\xe6\x97\xa5.py", "p/\xf0\x9f\x90\x8d.py"}) == "");
}

TEST_CASE("names that leave the directory they are unpacked in") {
  const ArchiveFault parent = only_fault({"../evil.py"});
  CHECK(parent.code == "name-parent");
  CHECK(parent.kind == ArchiveFaultKind::path);
  CHECK(parent.severity == Severity::malformed);
  CHECK(parent.member == "../evil.py");
  CHECK(parent.message == "the name leaves the directory it is unpacked in");
  CHECK(parent.other_reader == "some readers write outside, some drop the component, pip refuses");
  for (const std::string name : {"a/../b", "a/..", "..", "../"}) {
    CAPTURE(name);
    CHECK(codes_of({name}) == "name-parent");
  }
  CHECK(only_fault({"/etc/passwd"}).message == "the name is an absolute path");
  CHECK(codes_of({"//host/share"}) == "name-absolute");
  CHECK(only_fault({"C:/evil.py"}).message == "the name begins with a drive");
  CHECK(codes_of({"c:evil.py"}) == "name-drive");
  CHECK(only_fault({"a\\b"}).message == "the name holds a backslash");
}

TEST_CASE("components that name nothing") {
  CHECK(only_fault({"a//b"}).message == "the name has an empty component");
  CHECK(codes_of({"a//"}) == "name-dot");
  CHECK(only_fault({"./a"}).message == "the name has the component '.'");
  CHECK(codes_of({"a/./b"}) == "name-dot");
  CHECK(codes_of({"a/."}) == "name-dot");
  CHECK(only_fault({""}).message == "an entry has no name");
}

TEST_CASE("control characters") {
  const ArchiveFault fault = only_fault({"a\x1b[31mb"});
  CHECK(fault.code == "name-control-character");
  CHECK(fault.found == "byte 0x1b");
  CHECK(fault.refused_by_pypi);
  CHECK(only_fault({std::string("a\0b", 3)}).found == "byte 0x00");
  CHECK(only_fault({"a\x7f"}).found == "byte 0x7f");
  const ArchiveFault c1 = only_fault({"a\xc2\x9b"});
  CHECK(c1.found == "U+009B");
  CHECK_FALSE(c1.refused_by_pypi);
}

TEST_CASE("names that are not UTF-8, or not marked as UTF-8") {
  const ArchiveFault invalid = only_fault({"\xff.py"});
  CHECK(invalid.code == "name-encoding");
  CHECK(invalid.kind == ArchiveFaultKind::structure);
  CHECK(invalid.message == "the name is not valid UTF-8");
  CHECK(invalid.refused_by_pypi);
  CHECK(codes_of({"\xc0\xaf"}) == "name-encoding");
  CHECK(codes_of({"\xed\xa0\x80"}) == "name-encoding");

  test::ZipParts parts;
  parts.entries.push_back(test::stored_entry("\xc3\xa9.py", "x"));
  parts.entries[0].local.flags = parts.entries[0].central.flags = 0;
  const ByteVector bytes = test::build(parts);
  const ArchiveFault unmarked = test::fault_with(test::archive_of(bytes).faults, "name-encoding");
  CHECK(unmarked.message == "the name has letters beyond ASCII, but is not marked as UTF-8");
  CHECK(unmarked.refused_by_pypi);
}

TEST_CASE("lengths and depth") {
  const auto deep = [](std::size_t depth) {
    std::string name = "d";
    for (std::size_t i = 1; i < depth; ++i) name += "/d";
    return name;
  };
  CHECK(codes_of({deep(64)}) == "");
  CHECK(codes_of({deep(64) + "/"}) == "");
  const ArchiveFault depth = only_fault({deep(65)});
  CHECK(depth.code == "name-too-long");
  CHECK(depth.message == "the name is too deep");
  CHECK(depth.expected == "at most 64 components");
  CHECK(depth.found == "65");

  CHECK(codes_of({std::string(255, 'x')}) == "");
  CHECK(only_fault({std::string(256, 'x')}).message == "a component of the name is too long");

  std::string long_name = std::string(255, 'x');
  for (int i = 0; i < 3; ++i) long_name += "/" + std::string(255, 'x');
  CHECK(long_name.size() == 1023);
  CHECK(codes_of({long_name}) == "");
  const ArchiveFault length = only_fault({long_name + "/y"});
  CHECK(length.message == "the name is too long");
  CHECK(length.found == "1025");
}

TEST_CASE("one name twice") {
  const ArchiveFault fault = only_fault({"a.py", "b.py", "a.py"});
  CHECK(fault.code == "duplicate-name");
  CHECK(fault.kind == ArchiveFaultKind::structure);
  CHECK(fault.message == "two entries have one name");
  CHECK(fault.refused_by_pypi);
  CHECK(codes_of({"a", "a", "a"}) == "duplicate-name duplicate-name");
}

TEST_CASE("a file that is a directory too") {
  const ArchiveFault fault = only_fault({"a/b", "a"});
  CHECK(fault.code == "file-and-directory");
  CHECK(fault.member == "a");
  CHECK(fault.found == "a/b");
  CHECK(fault.message == "a file is also the directory of another entry");
  CHECK(codes_of({"a", "a/b"}) == "file-and-directory");
  CHECK(codes_of({"a", "a/"}) == "file-and-directory");
  CHECK(codes_of({"a/b/c/d", "x", "a/b"}) == "file-and-directory");
  CHECK(codes_of({"a/b/c/d", "a/b/c/e", "a/b"}) == "file-and-directory");
  CHECK(codes_of({"\xc3\xa9/b", "\xc3\xa9"}) == "file-and-directory");
  CHECK(codes_of({"a", "ab", "a-b/c", "a.b/c", "b/a"}) == "");
}

TEST_CASE("the paths above a name out of bounds are not asked for") {
  // 32,767 paths, each of which would be folded again because of its first letter: that took 18 s.
  std::string slashes = "\xc3\xa9";
  for (int i = 0; i < 32'766; ++i) slashes += "/n";
  const auto begin = std::chrono::steady_clock::now();
  CHECK(only_fault({slashes}).message == "the name is too long");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  CHECK(codes_of({"n", "n" + slashes.substr(2, 140)}) == "name-too-long");
}

TEST_CASE("names that collide where case or Unicode form is not told apart") {
  const ArchiveFault fault = only_fault({"Readme.txt", "README.txt"});
  CHECK(fault.code == "name-collision");
  CHECK(fault.severity == Severity::warning);
  CHECK(fault.kind == ArchiveFaultKind::path);
  CHECK(fault.member == "README.txt");
  CHECK(fault.found == "Readme.txt");
  CHECK(fault.message == "two names are one file where case or Unicode form is not told apart");
  CHECK(codes_of({"\xc3\xa9.py", "e\xcc\x81.py"}) == "name-collision");
  CHECK(codes_of({"\xc3\x89.py", "\xc3\xa9.py"}) == "name-collision");
  CHECK(codes_of({"a.py", "A.PY", "a.Py"}) == "name-collision");
  CHECK(codes_of({"a.py", "b.py"}) == "");
}

TEST_CASE("what the collision key folds") {
  CHECK(collision_key("ABC/xyz_1") == "abc/xyz_1");
  CHECK(collision_key("\xc3\x85") == "a\xcc\x8a");
  CHECK(collision_key("\xc3\x86") == "\xc3\xa6");                      // AE
  CHECK(collision_key("\xe1\xba\xbf") == "e\xcc\x82\xcc\x81");         // Vietnamese, two marks
  CHECK(collision_key("\xd0\x99") == "\xd0\xb8\xcc\x86");              // Cyrillic short I
  CHECK(collision_key("\xce\xa3") == collision_key("\xcf\x82"));       // sigma, final sigma
  CHECK(collision_key("\xe3\x81\x8c") == "\xe3\x81\x8b\xe3\x82\x99");  // ga = ka + dakuten
  CHECK(collision_key("\xea\xb0\x80") == "\xe1\x84\x80\xe1\x85\xa1");  // Hangul ga
  CHECK(collision_key("\xea\xb0\x81") == "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8");
  CHECK(collision_key("\xc4\x80") == "a\xcc\x84");
  CHECK(collision_key("\xc5\x81") == "\xc5\x82");  // L with stroke: no decomposition
  CHECK(collision_key("\xff") == "\xff");
}

TEST_CASE("strict UTF-8") {
  CHECK(is_utf8("plain"));
  CHECK(is_utf8("\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
  for (const std::string_view text :
       {"\x80", "\xc2", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xe2\x28\xa1"}) {
    CAPTURE(text);
    CHECK_FALSE(is_utf8(text));
    CHECK(code_points(text) == std::nullopt);
  }
  CHECK(utf8(*code_points("a\xc3\xa9\xe6\x97\xa5\xf0\x9f\x90\x8d")) ==
        "a\xc3\xa9\xe6\x97\xa5\xf0\x9f\x90\x8d");
}

}  // namespace wheelaudit::zip
