// WA207 to WA209: what a wheel carries twice, for no use, or under a name that nobody looks for.

#include <doctest/doctest.h>

#include "rules/rule.hpp"
#include "support/small_wheel.hpp"
#include "support/wheel_facts.hpp"
#include "wheel/member_format.hpp"

namespace wheelaudit::rules {

namespace {

/// The small wheel with more files, read whole.
wheel::Wheel wheel_with(std::vector<test::SmallFile> files) {
  test::SmallWheel wheel;
  for (test::SmallFile& file : files) wheel.files.push_back(std::move(file));
  static std::vector<ByteVector> kept;  // a wheel reads from bytes that outlive it
  kept.push_back(wheel.bytes());
  return test::read_bytes(kept.back(), wheel.file_name);
}

std::string large(char filling, std::size_t size = 100'000) { return std::string(size, filling); }

wasm::SideModule library() {
  wasm::SideModule facts = test::extension_facts();
  facts.exports.clear();
  return facts;
}

/// A wheel whose members have these names, sizes and check sums.
wheel::Wheel wheel_of_members(std::vector<zip::ArchiveMember> members) {
  wheel::Wheel wheel = test::good_wheel(test::abi_2025());
  for (zip::ArchiveMember& member : members) wheel.archive.members.push_back(std::move(member));
  return wheel;
}

}  // namespace

TEST_CASE("members are known by their first bytes") {
  using Kind = wheel::MemberFormatKind;
  const auto check = [](std::string_view path, std::string_view content, Kind kind,
                        std::string_view text, std::optional<std::uint8_t> python_minor = {}) {
    const auto format = wheel::member_format(path, as_bytes(content));
    REQUIRE(format.has_value());
    CHECK(format->path == path);
    CHECK(format->kind == kind);
    CHECK(format->text == text);
    CHECK(format->python_minor == python_minor);
  };
  check("bin/tool", test::elf_file(), Kind::program, "elf x86-64");
  check("lib/libx.a", "!<arch>\nlibx.o/", Kind::archive, "ar archive");
  check("lib/x.bc", "BC\xc0\xde....", Kind::archive, "llvm bitcode");
  check("a.pyc", "\xcb\x0d\r\n....", Kind::bytecode, "cpython 3.12 bytecode", 12);
  check("a.pyc", "\x6f\x0d\r\n....", Kind::bytecode, "cpython 3.10 bytecode", 10);
  check("a.pyc", "\x42\x0d\r\n....", Kind::bytecode, "python bytecode");
  check("a.pyc", "", Kind::bytecode, "python bytecode");
  for (const auto& [path, content] :
       {std::pair{"a.py", "import os"}, std::pair{"MOTD", "My text"}, std::pair{"empty", ""}}) {
    CHECK_FALSE(wheel::member_format(path, as_bytes(content)).has_value());
  }
}

TEST_CASE("WA207 fires: libraries that were symbolic links, and the name to keep") {
  wheel::Wheel wheel = wheel_of_members({});
  wasm::SideModule user = test::extension_facts();
  user.dylink->needed = {"libx.so.1"};
  wheel =
      test::with_module(std::move(wheel), "example/_core.cpython-313-wasm32-emscripten.so", user);
  for (const char* path :
       {"example.libs/libx.so", "example.libs/libx.so.1", "example.libs/libx.so.1.2"}) {
    wheel = test::and_module(std::move(wheel), path, library());
  }
  for (zip::ArchiveMember& member : wheel.archive.members) {
    if (!member.name.starts_with("example.libs")) continue;
    member.size = 300'000;
    member.compressed_size = 90'000;
    member.crc = 7;
  }
  const Finding finding = test::only(test::run_on_wheel("WA207", wheel));
  CHECK(finding.rule == "WA207"_rule);
  CHECK(rule_name(finding.rule) == "duplicate-file");
  CHECK(finding.severity == Severity::note);
  CHECK(finding.consequence == Consequence::style);
  CHECK(finding.place.member == "example.libs/libx.so");
  CHECK(finding.message == "3 identical files of 300000 bytes");
  CHECK(test::has_detail(finding,
                         "the same as `example.libs/libx.so.1` and `example.libs/libx.so.1.2`"));
  CHECK(test::has_detail(finding, "keeping one saves 180000 bytes of the wheel, 600000 installed"));
  CHECK(test::has_detail(
      finding,
      "each name is loaded as a library of its own, with data of its own: what is set "
      "in one copy the others do not see"));
  CHECK(finding.help == "keep `example.libs/libx.so.1`, the name that modules of the wheel need");
}

TEST_CASE("WA207 fires: data files of a real archive") {
  const wheel::Wheel wheel = wheel_with({{"ext/a.bin", large('a')}, {"ext/b.bin", large('a')}});
  const Finding finding = test::only(test::run_on_wheel("WA207", wheel));
  CHECK(finding.message == "2 identical files of 100000 bytes");
  CHECK(finding.help == "keep one and read it from there: a wheel holds no symbolic links");
}

TEST_CASE("WA207 keeps quiet: small copies, other content, and a hash that differs") {
  CHECK(test::run_on_wheel("WA207", wheel_with({{"ext/a", large('a', 60'000)},
                                                {"ext/b", large('a', 60'000)},
                                                {"ext/c", large('c')},
                                                {"ext/d", large('d')}}))
            .empty());
  wheel::Wheel wheel = wheel_of_members(
      {{.name = "a", .size = 100'000, .crc = 1}, {.name = "b", .size = 100'000, .crc = 1}});
  CHECK(test::run_on_wheel("WA207", wheel).size() == 1);
  wheel.dist_info.record.entries = {
      {.path = "a", .algorithm = "sha256", .digest = "x", .size = {}},
      {.path = "b", .algorithm = "sha256", .digest = "y", .size = {}}};
  CHECK(test::run_on_wheel("WA207", wheel).empty());
}

TEST_CASE("WA208 fires: programs, archives and headers, with what dropping them saves") {
  const wheel::Wheel wheel = wheel_with({{"ext/bin/tool", test::elf_file()},
                                         {"ext/lib/libx.a", "!<arch>\n"},
                                         {"ext/lib/x.o", "anything"},
                                         {"ext/include/x.h", large('h')}});
  const auto findings = test::run_on_wheel("WA208", wheel);
  REQUIRE(findings.size() == 3);
  const Finding& program = findings[0];
  CHECK(program.rule == "WA208"_rule);
  CHECK(rule_name(program.rule) == "payload");
  CHECK(program.severity == Severity::note);
  CHECK(program.consequence == Consequence::style);
  CHECK(program.place.member == "ext/bin/tool");
  CHECK(program.message == "a program or library of another machine");
  CHECK(test::has_detail(program, "`ext/bin/tool`, 64 bytes: elf x86-64"));
  CHECK(test::has_detail(program, "WebAssembly cannot run them, and Pyodide starts no processes"));
  CHECK(findings[1].message == "2 static archives or object files");
  CHECK(findings[1].place.member.empty());
  CHECK(test::has_detail(findings[1], "`ext/lib/libx.a`, 8 bytes: ar archive"));
  CHECK(findings[2].message == "a C or C++ header");
  CHECK(findings[2].details.back().text().ends_with(" bytes of the wheel, 100000 installed"));
}

TEST_CASE("WA208 fires: bytecode of another CPython, and worse, without a source") {
  const wheel::Wheel wheel =
      wheel_with({{"ext/__pycache__/__init__.cpython-310.pyc", "\x6f\x0d\r\n"},
                  {"ext/old.pyc", "\x6f\x0d\r\n"},
                  {"ext/old.py", ""},
                  {"ext/lost.pyc", "\x6f\x0d\r\n"}});
  const auto findings = test::run_on_wheel("WA208", wheel, {"emscripten_3_1_45"});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].message == "2 files of bytecode for another CPython");
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[1].message == "a module in bytecode of another CPython");
  CHECK(findings[1].severity == Severity::warning);
  CHECK(findings[1].consequence == Consequence::latent);
  CHECK(findings[1].place.member == "ext/lost.pyc");
  CHECK(test::has_detail(findings[1],
                         "there is no source beside them: \"ImportError: bad magic number\""));
}

TEST_CASE("WA208 fires: debug sections of a module") {
  wasm::SideModule facts = test::extension_facts();
  facts.size = 80'000;
  facts.sections = {
      {.id = 0, .name = "dylink.0", .offset = 8, .payload_offset = 10, .payload_size = 9},
      {.id = 0, .name = ".debug_info", .offset = 0, .payload_offset = 0, .payload_size = 30'000},
      {.id = 0, .name = "name", .offset = 0, .payload_offset = 0, .payload_size = 5'000}};
  const std::string path = "example/_core.cpython-313-wasm32-emscripten.so";
  const Finding finding = test::only(test::run_on_wheel(
      "WA208", test::with_module(test::good_wheel(test::abi_2025()), path, facts)));
  CHECK(finding.place.member == path);
  CHECK(finding.message == "35000 bytes of debug sections in a module of 80000");
  CHECK(test::has_detail(finding, "`.debug_info` and `name`"));
  CHECK(finding.help ==
        "link with -g0 or -Wl,--strip-all, or strip the module (wasm-strip, llvm-strip)");
}

TEST_CASE(
    "WA208 keeps quiet: text, few headers, own bytecode, installed headers, small name sections") {
  const wheel::Wheel wheel = wheel_with({{"ext/data.txt", "MZ is a beginning too\n"},
                                         {"ext/small.h", "int x;"},
                                         {"ext-1.0.data/headers/x.h", large('h')},
                                         {"ext/own.pyc", "\xa7\x0d\r\n"},
                                         {"ext/__pycache__/own.cpython-311.pyc", "\xa7\x0d\r\n"}});
  CHECK(test::run_on_wheel("WA208", wheel, {"emscripten_3_1_45"}).empty());
  wasm::SideModule facts = test::extension_facts();
  facts.sections = {
      {.id = 0, .name = "name", .offset = 0, .payload_offset = 0, .payload_size = 100}};
  CHECK(test::run_on_wheel("WA208", test::with_module(test::good_wheel(test::abi_2025()),
                                                      "example/_core.so", facts))
            .empty());
}

TEST_CASE("WA209 fires: side modules under the names of other platforms") {
  const wheel::Wheel wheel =
      test::and_module(test::good_wheel(test::abi_2025()), "example/libx.dylib", library());
  const Finding finding = test::only(test::run_on_wheel("WA209", wheel));
  CHECK(finding.rule == "WA209"_rule);
  CHECK(rule_name(finding.rule) == "native-name");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.consequence == Consequence::latent);
  CHECK(finding.place.member == "example/libx.dylib");
  CHECK(finding.message == "a side module whose name ends in `.dylib`");
  CHECK(finding.expected == "libx.so");
  CHECK(test::has_detail(
      finding,
      "installing loads only names that end in `.so` or `.so.N`, and CPython imports "
      "only its own suffixes"));
  CHECK(finding.help == "call it `libx.so`, or open it by its full path (ctypes.CDLL)");
}

TEST_CASE("WA209 fires: numbered libraries that nobody needs so, and `.wasm`, are notes") {
  const Finding numbered =
      test::only(test::run_on_wheel("WA209", test::and_module(test::good_wheel(test::abi_2025()),
                                                              "example/libx.so.1.2", library())));
  CHECK(numbered.severity == Severity::note);
  CHECK(numbered.message == "a side module whose name ends in `.so.1.2`");
  CHECK(numbered.expected == "libx.so");
  CHECK(test::has_detail(
      numbered, "it is loaded on install, and nothing in this wheel needs it by this name"));
  CHECK(test::only(test::run_on_wheel("WA209", test::and_module(test::good_wheel(test::abi_2025()),
                                                                "example/libx.wasm", library())))
            .severity == Severity::note);
  CHECK(test::only(test::run_on_wheel("WA209", test::and_module(test::good_wheel(test::abi_2025()),
                                                                "example/x.pyd", library())))
            .severity == Severity::warning);
}

TEST_CASE("WA209 keeps quiet: names that are needed, Emscripten's own, foreign files, WA205's") {
  wasm::SideModule user = test::extension_facts();
  user.dylink->needed = {"libx.so.1", "liby.dylib"};
  wheel::Wheel wheel =
      test::with_module(test::good_wheel(test::abi_2025()), "example/_core.so", user);
  wheel = test::and_module(std::move(wheel), "example.libs/libx.so.1", library());
  wheel = test::and_module(std::move(wheel), "example.libs/liby.dylib", library());
  wheel = test::and_module(std::move(wheel), "example/libz.so", library());
  wheel = test::and_module(std::move(wheel), "example/native.dll",
                           test::foreign_facts(wasm::ModuleKind::not_wasm, "pe x86-64"));
  wheel = test::and_module(std::move(wheel), "example/_other.pyd",
                           test::extension_facts("PyInit__other"));
  CHECK(test::run_on_wheel("WA209", wheel).empty());
}

}  // namespace wheelaudit::rules
