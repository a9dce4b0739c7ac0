// The dylink section: the facts that are read, and one changed field per way to be wrong.

#include <doctest/doctest.h>

#include "support/wasm_builder.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

namespace {

const std::string mem_info =
    test::section(1, test::leb(16) + test::leb(4) + test::leb(2) + test::leb(0));

SideModule with_dylink(std::string payload) {
  test::ModuleParts parts = test::good_module();
  parts.dylink = std::move(payload);
  return test::read(parts, Depth::head);
}

/// The good module with an old `dylink` section instead of `dylink.0`.
SideModule with_legacy_dylink(std::string_view payload) {
  test::ModuleParts parts = test::good_module();
  parts.dylink.clear();
  std::string module = parts.bytes();
  module.insert(test::preamble.size(), test::custom_section("dylink", payload));
  return test::read(module, Depth::head);
}

}  // namespace

TEST_CASE("all sub-sections of dylink.0 are read") {
  const SideModule module = with_dylink(
      mem_info + test::section(2, test::list({test::name("libx.so"), test::name("libyß.so")})) +
      test::section(3, test::list({test::name("answer") + test::leb(0x100)})) +
      test::section(4, test::list({test::name("env") + test::name("puts") + test::leb(1)})) +
      test::section(5, test::list({test::name("$ORIGIN/../example.libs"), test::name("$ORIGIN")})));
  REQUIRE(test::fault_of(module) == "sound");
  REQUIRE(module.dylink);
  const DylinkInfo& dylink = *module.dylink;
  CHECK_FALSE(dylink.legacy);
  CHECK(dylink.section_offset == 8);
  CHECK(dylink.memory_size == 16);
  CHECK(dylink.memory_alignment == 4);
  CHECK(dylink.table_size == 2);
  CHECK(dylink.table_alignment == 0);
  CHECK(dylink.needed == std::vector<std::string>{"libx.so", "libyß.so"});
  CHECK(dylink.runtime_path == std::vector<std::string>{"$ORIGIN/../example.libs", "$ORIGIN"});
  REQUIRE(dylink.exports.size() == 1);
  CHECK(dylink.exports[0].module.empty());
  CHECK(dylink.exports[0].name == "answer");
  CHECK(dylink.exports[0].flags == 0x100);
  REQUIRE(dylink.imports.size() == 1);
  CHECK(dylink.imports[0].module == "env");
  CHECK(dylink.imports[0].name == "puts");
  CHECK(dylink.imports[0].flags == 1);
}

TEST_CASE("sub-sections keep their places, unknown ones too") {
  const SideModule module =
      with_dylink(mem_info + test::section(77, "anything") + test::section(2, test::leb(0)));
  REQUIRE(test::fault_of(module) == "sound");
  const auto& subsections = module.dylink->subsections;
  REQUIRE(subsections.size() == 3);
  // 8 bytes of preamble, id and size of the section, and its name with its length.
  CHECK(subsections[0].offset == 8 + 2 + 9);
  CHECK(subsections[0].id == 1);
  CHECK(subsections[0].payload_offset == subsections[0].offset + 2);
  CHECK(subsections[0].payload_size == 4);
  CHECK(subsections[1].id == 77);
  CHECK(subsections[1].payload_size == 8);
  CHECK(subsections[2].id == 2);
  CHECK(module.dylink->section_size == 2 + 9 + 6 + 10 + 3);
}

TEST_CASE("the old dylink section has the same facts and no sub-sections") {
  const SideModule module = with_legacy_dylink(test::leb(1024) + test::leb(3) + test::leb(5) +
                                               test::leb(1) + test::list({test::name("libx.so")}));
  REQUIRE(test::fault_of(module) == "sound");
  CHECK(module.kind == ModuleKind::side_module);
  CHECK(module.dylink->legacy);
  CHECK(module.dylink->memory_size == 1024);
  CHECK(module.dylink->memory_alignment == 3);
  CHECK(module.dylink->table_size == 5);
  CHECK(module.dylink->table_alignment == 1);
  CHECK(module.dylink->needed == std::vector<std::string>{"libx.so"});
  CHECK(module.dylink->subsections.empty());
}

TEST_CASE("weak flags come to the imports by name, as the loader reads them") {
  const std::string weak_puts =
      test::section(4, test::list({test::name("env") + test::name("puts") + test::leb(1)}));
  const std::string weak_stdout =
      test::section(4, test::list({test::name("env") + test::name("stdout") + test::leb(0x11)}));
  const std::string local_puts =
      test::section(4, test::list({test::name("env") + test::name("puts") + test::leb(2)}));
  const auto weak_names = [](const SideModule& module) {
    std::string names;
    for (const ImportedSymbol& import : module.imports) {
      if (import.weak) names += import.module.str() + "." + import.name + " ";
    }
    return names;
  };
  CHECK(weak_names(with_dylink(mem_info + weak_puts)) == "env.puts ");
  // The linker writes the symbol's own module, `env`; the import of the address is from GOT.mem.
  CHECK(weak_names(with_dylink(mem_info + weak_stdout)) == "GOT.mem.stdout ");
  CHECK(weak_names(with_dylink(mem_info + local_puts)).empty());
  CHECK(weak_names(with_dylink(mem_info)).empty());
}

namespace {

std::string import_entry(std::string_view module, std::string_view field) {
  return test::name(module) + test::name(field) + test::leb(1);
}

SideModule with_import_info(std::string payload) {
  return with_dylink(mem_info + test::section(4, std::move(payload)) +
                     test::section(5, test::list({test::name("$ORIGIN")})));
}

}  // namespace

TEST_CASE("a count of module names instead of entries is a fact, and all entries are there") {
  const std::string entries =
      import_entry("env", "puts") + import_entry("env", "one") + import_entry("GOT.mem", "stdout");
  const SideModule module = with_import_info(test::leb(2) + entries);
  REQUIRE(test::fault_of(module) == "sound");
  REQUIRE(module.dylink->imports.size() == 3);
  CHECK(module.dylink->imports[2].module == "GOT.mem");
  CHECK(module.dylink->imports[2].name == "stdout");
  CHECK(module.dylink->runtime_path == std::vector<std::string>{"$ORIGIN"});
  REQUIRE(module.dylink->miscount);
  CHECK(module.dylink->miscount->declared == 2);
  CHECK(module.dylink->miscount->offset == module.dylink->subsections[1].payload_offset);
  CHECK(module.dylink->miscount->size == 1);
  for (const ImportedSymbol& import : module.imports) {
    if (import.name == "puts" || import.name == "stdout") CHECK(import.weak);
  }
  const SideModule right = with_import_info(test::leb(3) + entries);
  REQUIRE(test::fault_of(right) == "sound");
  CHECK_FALSE(right.dylink->miscount);
}

TEST_CASE("any other wrong count of import-info is malformed") {
  const std::string entries =
      import_entry("env", "puts") + import_entry("env", "one") + import_entry("GOT.mem", "stdout");
  // Three entries of two modules: only a count of 2 is the known one.
  CHECK(test::fault_of(with_import_info(test::leb(1) + entries))
            .ends_with("bytes are left over at the end of the dylink sub-section 4"));
  CHECK(test::fault_of(with_import_info(test::leb(0) + entries))
            .ends_with("the dylink sub-section 4"));
  CHECK(test::fault_of(with_import_info(test::leb(4) + entries)) != "sound");
  // The entries behind the count are damaged, or those of one module do not stand together.
  CHECK(test::fault_of(with_import_info(test::leb(2) + entries + "x")) != "sound");
  CHECK(test::fault_of(with_import_info(test::leb(2) + import_entry("env", "puts") +
                                        import_entry("GOT.mem", "stdout") +
                                        import_entry("env", "one"))) != "sound");
}

TEST_CASE("what is wrong in a dylink section is malformed and says where") {
  struct Case {
    std::string what;
    std::string payload;
    std::string message;
  };
  const Case cases[] = {
      {"a sub-section twice", mem_info + mem_info, "the dylink sub-section 1 occurs twice"},
      {"an unknown one twice", test::section(9, "") + test::section(9, ""),
       "the dylink sub-section 9 occurs twice"},
      {"bytes behind mem-info",
       test::section(1, test::leb(16) + test::leb(4) + test::leb(2) + test::leb(0) + test::leb(0)),
       "1 bytes are left over at the end of the dylink sub-section 1"},
      {"mem-info cut short", test::section(1, test::leb(16) + test::leb(4) + test::leb(2)),
       "the dylink sub-section 1 ends within the table alignment"},
      {"a memory alignment above 2^16",
       test::section(1, test::leb(16) + test::leb(17) + test::leb(2) + test::leb(0)),
       "a memory alignment of 2^17, expected at most 2^16"},
      {"a table alignment above 2^16",
       test::section(1, test::leb(16) + test::leb(4) + test::leb(2) + test::leb(200)),
       "a table alignment of 2^200, expected at most 2^16"},
      {"more memory than there is",
       test::section(1, test::leb(0xffffffff) + test::leb(4) + test::leb(2) + test::leb(0)),
       "a memory size of 4294967295 bytes: no runtime can give more than 4273995776"},
      {"more table than engines take",
       test::section(1, test::leb(16) + test::leb(4) + test::leb(10'000'001) + test::leb(0)),
       "a table size of 10000001 entries: no engine gives more than 10000000"},
      {"a size beyond the section", test::bytes({2}) + test::leb(100) + test::leb(0),
       "the sub-section takes 100 bytes, but only 1 bytes of the dylink section are left"},
      {"a name beyond its sub-section", test::section(2, test::leb(1) + test::leb(5) + "lib"),
       "the needed library is 5 bytes long, but the dylink sub-section 2 ends after 3"},
      {"a name that is not UTF-8", test::section(2, test::list({test::name("lib\xff.so")})),
       "the needed library is not UTF-8"},
      {"a run path that is not UTF-8", test::section(5, test::list({test::name("\xc0\x80")})),
       "the run path entry is not UTF-8"},
      {"a count beyond the sub-section", test::section(2, test::leb(4'000'000'000)),
       "the count of needed library names is 4000000000, but only 0 bytes of the dylink "
       "sub-section 2 are left"},
      {"a number of 33 bits",
       test::section(1, test::bytes({0xff, 0xff, 0xff, 0xff, 0x1f, 4, 2, 0})),
       "the memory size is a number of more than 32 bits"},
      {"an id without a size", test::bytes({2}),
       "the dylink section ends within the size of a sub-section"},
  };
  for (const Case& bad : cases) {
    CAPTURE(bad.what);
    const SideModule module = with_dylink(bad.payload);
    CHECK(test::fault_of(module) == bad.message);
    CHECK(module.kind == ModuleKind::malformed);
    REQUIRE(module.faults.size() == 1);
    REQUIRE(module.faults[0].offset);
    CHECK(*module.faults[0].offset >= 19);
    CHECK(*module.faults[0].offset <= 19 + bad.payload.size());
  }
}

TEST_CASE("an over-long number within its bits is taken") {
  const SideModule module =
      with_dylink(test::section(1, test::bytes({0x90, 0x80, 0x80, 0x80, 0x00, 4, 2, 0})));
  CHECK(test::fault_of(module) == "sound");
  CHECK(module.dylink->memory_size == 16);
}

TEST_CASE("bytes behind the old section are malformed") {
  CHECK(test::fault_of(with_legacy_dylink(test::leb(0) + test::leb(0) + test::leb(0) +
                                          test::leb(0) + test::leb(0) + "x")) ==
        "1 bytes are left over at the end of the dylink section");
}

TEST_CASE("a second dylink section is malformed") {
  test::ModuleParts parts = test::good_module();
  parts.tail = test::custom_section("dylink.0", mem_info);
  CHECK(test::fault_of(test::read(parts, Depth::head)) == "a second dylink section");
  parts.tail = test::custom_section("dylink", "");
  CHECK(test::fault_of(test::read(parts, Depth::head)) == "a second dylink section");
}

TEST_CASE("a dylink section that is not the first makes no side module") {
  test::ModuleParts parts = test::good_module();
  const std::string section_bytes = test::custom_section("dylink.0", parts.dylink);
  parts.dylink.clear();
  parts.tail = section_bytes;
  const SideModule module = test::read(parts, Depth::head);
  CHECK(module.kind == ModuleKind::static_wasm);
  CHECK(test::fault_of(module) ==
        "note: the dylink.0 section is section 9 of the module, the loader needs it to be the "
        "first");
  REQUIRE(module.dylink);
  CHECK(module.dylink->needed == std::vector<std::string>{"libx.so"});
}

TEST_CASE("as many names as a dylink section may hold") {
  const auto needed = [](std::size_t count) {
    return with_dylink(mem_info +
                       test::section(2, test::leb(count) + test::repeated(test::name("l"), count)));
  };
  const SideModule most = needed(100'000);
  CHECK(test::fault_of(most) == "sound");
  CHECK(most.dylink->needed.size() == 100'000);
  const SideModule more = needed(100'001);
  CHECK(test::fault_of(more) ==
        "limit: 100001 entries of the dylink section's needed library names, expected at most "
        "100000");
  CHECK(more.kind == ModuleKind::side_module);
}

}  // namespace wheelaudit::wasm
