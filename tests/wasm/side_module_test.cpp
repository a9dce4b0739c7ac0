// What is read of a module's head: the facts of the good module, kinds, custom sections, and one
// changed field per way in which a head can be wrong.

#include "wasm/side_module.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "support/wasm_builder.hpp"
#include "wasm/call_graph.hpp"
#include "wasm/sections.hpp"

namespace wheelaudit::wasm {

namespace {

struct BadPart {
  std::string what;
  std::function<void(test::ModuleParts&)> change;
  std::string message;
};

void check_bad(const std::vector<BadPart>& cases, ModuleKind kind = ModuleKind::malformed) {
  for (const BadPart& bad : cases) {
    CAPTURE(bad.what);
    test::ModuleParts parts = test::good_module();
    bad.change(parts);
    const SideModule module = test::read(parts);
    CHECK(test::fault_of(module) == bad.message);
    CHECK(module.kind == kind);
    CHECK_FALSE(module.sound());
    CHECK(module.depth == Depth::head);
  }
}

const std::string global_i32 = test::bytes({0x7f, 0, 0x41, 0, 0x0b});

}  // namespace

TEST_CASE("the good module's facts") {
  const SideModule module = test::read(test::good_module());
  REQUIRE(test::fault_of(module) == "sound");
  CHECK(module.kind == ModuleKind::side_module);
  CHECK(module.format == "wasm");
  CHECK(module.size == test::good_module().bytes().size());
  CHECK(module.depth == Depth::full);
  REQUIRE(module.types.size() == 4);
  CHECK(module.types[1].str() == "(i32) -> i32");

  REQUIRE(module.imports.size() == 6);
  CHECK(module.imports[0].kind == ExternalKind::memory);
  CHECK(module.imports[0].memory == MemoryType{.minimum = 1});
  CHECK(module.imports[1].kind == ExternalKind::table);
  CHECK(module.imports[1].table == TableType{.element = 'F', .minimum = 2});
  CHECK(module.imports[4].module == "env");
  CHECK(module.imports[4].name == "puts");
  CHECK(module.type_of(module.imports[4]).str() == "(i32) -> i32");
  CHECK(module.imports[5].module == "GOT.mem");
  CHECK(module.imports[5].global.str() == "mut i32");

  REQUIRE(module.exports.size() == 3);
  CHECK(module.type_of(module.exports[1]).str() == "() -> i32");
  CHECK(module.exports[2].kind == ExternalKind::global);
  CHECK(module.exports[2].global.str() == "i32");
  CHECK(module.find_export("answer")->index == 3);
  CHECK(module.find_export("question") == nullptr);

  CHECK(module.imported_functions == 1);
  CHECK(module.defined_functions == 2);
  CHECK(module.memories.empty());
  CHECK(module.tables.empty());
  CHECK_FALSE(module.start);
  CHECK(module.init_functions() == std::vector<std::string>{"PyInit_example"});
  REQUIRE(module.code);
  CHECK(module.code->rows == std::vector<std::uint32_t>{0, 1, 1});
  CHECK(module.code->callees == std::vector<std::uint32_t>{0});
  CHECK(module.code->features.empty());
}

TEST_CASE("sections keep their places") {
  const SideModule module = test::read(test::good_module());
  REQUIRE(module.sections.size() == 9);
  CHECK(module.sections[0].name == "dylink.0");
  CHECK(module.sections[0].offset == 8);
  CHECK(module.sections[1].id == 1);
  CHECK(module.sections[1].offset ==
        module.sections[0].payload_offset + module.sections[0].payload_size);
  const Section& last = module.sections.back();
  CHECK(last.id == 11);
  CHECK(last.payload_offset + last.payload_size == module.size);
}

TEST_CASE("the head alone tells the same, but for the code") {
  const std::string whole = test::good_module().bytes();
  const SideModule full = test::read(whole, Depth::full);
  const SideModule head = test::read(whole, Depth::head);
  const auto size = head_size(as_bytes(whole), whole.size());
  REQUIRE(size == whole.size());
  const auto needed = head_size(as_bytes(whole).first(whole.size() - 20), whole.size());
  REQUIRE(needed);
  const SideModule part = read_side_module_head(as_bytes(whole).first(*needed), whole.size());
  for (const SideModule* module : {&head, &part}) {
    CHECK(test::fault_of(*module) == "sound");
    CHECK(module->kind == full.kind);
    CHECK(module->size == full.size);
    CHECK(module->depth == Depth::head);
    CHECK(module->types == full.types);
    CHECK(module->imports.size() == full.imports.size());
    CHECK(module->exports.size() == full.exports.size());
    CHECK(module->defined_functions == 2);
    CHECK_FALSE(module->code);
  }
}

TEST_CASE("what the loader calls at the start must be a function") {
  test::ModuleParts parts = test::good_module();
  parts.exports = test::list({test::export_of("__wasm_call_ctors", 0, 1)});
  CHECK(test::fault_of(test::read(parts)) == "sound");
  parts.exports = test::list({test::export_of("__wasm_call_ctors", 3, 0)});
  CHECK(test::fault_of(test::read(parts)) ==
        "`__wasm_call_ctors` is exported as a global; the loader calls it as a function");
  CHECK(test::fault_of(test::read(parts, Depth::head)) == test::fault_of(test::read(parts)));
  parts.exports = test::list({test::export_of("__wasm_apply_data_relocs", 3, 0)});
  CHECK(test::fault_of(test::read(parts)) ==
        "`__wasm_apply_data_relocs` is exported as a global; the loader calls it as a function");
  parts.dylink.clear();
  CHECK(test::fault_of(test::read(parts)) == "sound");
}

TEST_CASE("element segments must fit into the table that the dylink section asks for") {
  test::ModuleParts parts = test::good_module();
  const auto asking_for = [&](std::uint32_t table) {
    parts.dylink = test::section(1, test::leb(16) + test::leb(4) + test::leb(table) + test::leb(0));
    return test::fault_of(test::read(parts));
  };
  CHECK(asking_for(3) == "sound");
  CHECK(asking_for(2) == "sound");
  CHECK(asking_for(1) ==
        "an element segment of 2 entries at `__table_base`, but the dylink section asks for a "
        "table of 1");
  CHECK(asking_for(0).starts_with("an element segment of 2 entries"));
  // Segments of a form that linkers do not write are not measured.
  parts.elements =
      test::list({test::bytes({0, 0x41, 0, 0x0b}) + test::list({test::leb(1), test::leb(2)})});
  CHECK(asking_for(1) == "sound");
}

TEST_CASE("the head ends behind Export, or behind Start") {
  test::ModuleParts parts = test::good_module();
  const auto end_of_head = [&] {
    const std::string text = parts.bytes();
    return *head_size(as_bytes(text).first(text.size() - 1), text.size());
  };
  const SideModule module = test::read(parts);
  const auto end = [&](std::size_t section) {
    return module.sections[section].payload_offset + module.sections[section].payload_size;
  };
  CHECK(module.sections[5].id == 7);
  CHECK(end_of_head() == end(5));
  parts.start = test::leb(1);
  CHECK(end_of_head() == end(5) + 3);
  parts.exports.clear();
  parts.start.clear();
  CHECK(end_of_head() == end(4));
}

TEST_CASE("the head's size is only told when the bytes given can tell it") {
  const std::string text = test::good_module().bytes();
  const SideModule module = test::read(text);
  const Section& exports = module.sections[5];
  const std::uint64_t end = exports.payload_offset + exports.payload_size;
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    const auto told = head_size(as_bytes(text).first(size), text.size());
    if (size < end + 2) {
      CHECK_FALSE(told);
    } else {
      CHECK(told == end);
    }
  }
  // While `head_size` cannot tell, `head_reach` gives the place of the next header.
  for (const Section& section : module.sections) {
    const std::uint64_t behind = section.payload_offset + section.payload_size;
    CHECK(head_reach(as_bytes(text).first(section.payload_offset), text.size()) == behind);
  }
  CHECK(head_reach(as_bytes(text).first(exports.payload_offset - 1), text.size()) <
        exports.payload_offset);
  CHECK(head_reach(as_bytes(text).first(exports.payload_offset), end - 1) == end - 1);
  CHECK(head_reach({}, 100) == 8);
  CHECK(head_reach({}, 3) == 3);
  CHECK(head_size(as_bytes("\x7f"
                           "ELF"),
                  100'000) == 4096);
  CHECK(head_size(as_bytes("\x7f"
                           "ELF"),
                  100) == 100);
  // A module without a dylink section is needed whole: its last sections say what it is.
  test::ModuleParts object = test::good_module();
  object.dylink.clear();
  CHECK(head_size(as_bytes(object.bytes()).first(30), 100'000) == 100'000);
}

TEST_CASE("a module cut off anywhere is malformed, but between sections that need no others") {
  const std::string text = test::good_module().bytes();
  const SideModule good = test::read(text);
  std::vector<std::uint64_t> sound_ends{8};
  for (const std::size_t section : {0U, 1U, 2U, 7U, 8U}) {
    sound_ends.push_back(good.sections[section].payload_offset +
                         good.sections[section].payload_size);
  }
  for (std::size_t size = 8; size <= text.size(); ++size) {
    CAPTURE(size);
    const SideModule cut = test::read(std::string_view(text).substr(0, size));
    CHECK(cut.sound() == (std::ranges::find(sound_ends, size) != sound_ends.end()));
    const SideModule head = read_side_module_head(as_bytes(text).first(size), text.size());
    CHECK(test::fault_of(head) == "sound");
    CHECK(head.size == text.size());
  }
}

TEST_CASE("kinds of wasm that are no side modules") {
  test::ModuleParts object = test::good_module();
  object.dylink.clear();
  CHECK(test::read(object).kind == ModuleKind::static_wasm);
  object.tail = test::custom_section("linking", test::leb(2));
  CHECK(test::read(object).kind == ModuleKind::relocatable);
  object.tail = test::custom_section("reloc.CODE", test::leb(3) + test::leb(0));
  CHECK(test::read(object).kind == ModuleKind::relocatable);

  test::ModuleParts wasi;
  wasi.types = test::list({test::type_of("", "")});
  wasi.imports =
      test::list({test::import_of("wasi_snapshot_preview1", "proc_exit", 0, test::leb(0))});
  wasi.functions = test::list({test::leb(0)});
  wasi.exports = test::list({test::export_of("_start", 0, 1)});
  wasi.code = test::list({test::body("")});
  CHECK(test::read(wasi).kind == ModuleKind::wasi);
  wasi.exports = test::list({test::export_of("_initialize", 0, 1)});
  CHECK(test::read(wasi).kind == ModuleKind::wasi);
  wasi.exports = test::list({test::export_of("main", 0, 1)});
  CHECK(test::read(wasi).kind == ModuleKind::static_wasm);

  const std::string component("\0asm\x0d\0\1\0", 8);
  CHECK(test::read(component).kind == ModuleKind::component);
  CHECK(test::read(component).sound());
}

TEST_CASE("a broken preamble is malformed") {
  CHECK(test::fault_of(test::read(std::string_view("\0asm\1\0", 6))) ==
        "the file ends after 6 bytes, within the version of the format");
  CHECK(test::fault_of(test::read(std::string_view("\0asm\2\0\0\0", 8))) ==
        "version 0x2 of the format, expected 0x1");
  CHECK(test::read(std::string_view("\0asm\2\0\0\0", 8)).kind == ModuleKind::malformed);
  CHECK(test::read(std::string_view("\0as", 3)).kind == ModuleKind::not_wasm);
}

TEST_CASE("a broken order or frame of sections is malformed") {
  check_bad({
      {"a section twice",
       [](test::ModuleParts& parts) { parts.tail = test::section(11, test::leb(0)); },
       "the data section occurs twice"},
      {"a section too late",
       [](test::ModuleParts& parts) { parts.tail = test::section(1, test::leb(0)); },
       "the type section comes after the data section, expected before it"},
      {"data count behind code",
       [](test::ModuleParts& parts) {
         parts.tail = test::section(12, test::leb(1)) + test::section(11, parts.data);
         parts.data.clear();
       },
       "the data count section comes after the code section, expected before it"},
      {"tag behind global",
       [](test::ModuleParts& parts) {
         parts.tail = test::section(13, test::leb(0));
         parts.exports.clear();
         parts.elements.clear();
         parts.code.clear();
         parts.data.clear();
         parts.functions.clear();
       },
       "the tag section comes after the global section, expected before it"},
      {"an unknown id", [](test::ModuleParts& parts) { parts.tail = test::section(15, ""); },
       "no section has the id 15"},
      {"a size beyond the file",
       [](test::ModuleParts& parts) { parts.tail = test::bytes({0, 9, 1}); },
       "a custom section claims 9 bytes, but the file ends after 1"},
      {"a size of 33 bits",
       [](test::ModuleParts& parts) {
         parts.tail = test::bytes({0, 0x80, 0x80, 0x80, 0x80, 0x10});
       },
       "the size of a section is a number of more than 32 bits"},
      {"an id alone", [](test::ModuleParts& parts) { parts.tail = test::bytes({0}); },
       "the module ends within the size of a section"},
      {"a custom name that is not UTF-8",
       [](test::ModuleParts& parts) { parts.tail = test::custom_section("\xff", ""); },
       "the name of a custom section is not UTF-8"},
      {"a custom name beyond its section",
       [](test::ModuleParts& parts) { parts.tail = test::section(0, test::bytes({4}) + "ab"); },
       "the name of a custom section is 4 bytes long, but the custom section ends after 2"},
  });
}

TEST_CASE("a broken item of the head is malformed") {
  check_bad({
      {"the form of a type", [](test::ModuleParts& parts) { parts.types[1] = 0x61; },
       "a type of the form 0x61, expected 0x60"},
      {"a value type", [](test::ModuleParts& parts) { parts.types[4] = 0x7a; },
       "0x7a is not a result type"},
      {"an over-long value type",
       [](test::ModuleParts& parts) {
         parts.types = test::list({test::bytes({0x60, 1, 0xff, 0x7f, 0})});
       },
       "0xff is not a parameter type"},
      {"a type count beyond the section", [](test::ModuleParts& parts) { parts.types[0] = 100; },
       "the type count is 100, but only 16 bytes of the type section are left"},
      {"bytes behind the types", [](test::ModuleParts& parts) { parts.types += "x"; },
       "1 bytes are left over at the end of the type section"},
      {"the kind of an import",
       [](test::ModuleParts& parts) {
         parts.imports = test::list({test::import_of("env", "x", 5, test::leb(0))});
       },
       "an import of the kind 0x5, expected 0 to 4"},
      {"the type of an import",
       [](test::ModuleParts& parts) {
         parts.imports = test::list({test::import_of("env", "x", 0, test::leb(4))});
       },
       "type index 4, but there are 4 types"},
      {"the name of an import",
       [](test::ModuleParts& parts) {
         parts.imports = test::list({test::import_of("env", "\xed\xa0\x80", 0, test::leb(0))});
       },
       "the name of an import is not UTF-8"},
      {"the mutability of a global",
       [](test::ModuleParts& parts) {
         parts.imports = test::list({test::import_of("env", "x", 3, test::bytes({0x7f, 2}))});
       },
       "a global of the mutability 2, expected 0 or 1"},
      {"a shared memory without a maximum",
       [](test::ModuleParts& parts) {
         parts.imports = test::list({test::import_of("env", "m", 2, test::bytes({2, 1}))});
       },
       "a shared memory without a maximum"},
      {"a memory above 4 GiB",
       [](test::ModuleParts& parts) {
         parts.imports =
             test::list({test::import_of("env", "m", 2, test::bytes({0}) + test::leb(65'537))});
       },
       "the minimum of a memory is 65537 pages, expected at most 65536"},
      {"a maximum below the minimum",
       [](test::ModuleParts& parts) {
         parts.imports = test::list({test::import_of("env", "m", 2, test::bytes({1, 2, 1}))});
       },
       "a maximum of 1 below the minimum of 2"},
      {"a table of integers",
       [](test::ModuleParts& parts) {
         parts.imports = test::list({test::import_of("env", "t", 1, test::bytes({0x7f, 0, 1}))});
       },
       "0x7f is not a reference type"},
      {"the limits of a table",
       [](test::ModuleParts& parts) {
         parts.imports = test::list({test::import_of("env", "t", 1, test::bytes({0x70, 2, 1}))});
       },
       "limits 0x2 of a table, expected 0 or 1"},
      {"a table above the engines' limit",
       [](test::ModuleParts& parts) {
         parts.imports = test::list(
             {test::import_of("env", "t", 1, test::bytes({0x70, 0}) + test::leb(10'000'001))});
       },
       "a table of 10000001 entries, engines take at most 10000000"},
      {"a function's type",
       [](test::ModuleParts& parts) { parts.functions = test::list({test::leb(2), test::leb(9)}); },
       "type index 9, but there are 4 types"},
      {"a tag with results",
       [](test::ModuleParts& parts) { parts.tags = test::list({test::bytes({0, 0})}); },
       "a tag of type () -> i32, expected no results"},
      {"the attribute of a tag",
       [](test::ModuleParts& parts) { parts.tags = test::list({test::bytes({1, 3})}); },
       "a tag of the attribute 1, expected 0"},
      {"the kind of an export",
       [](test::ModuleParts& parts) { parts.exports = test::list({test::export_of("x", 5, 0)}); },
       "an export of the kind 0x5, expected 0 to 4"},
      {"an exported function's index",
       [](test::ModuleParts& parts) { parts.exports = test::list({test::export_of("x", 0, 3)}); },
       "the export `x` names function 3, but there are 3"},
      {"an exported tag's index",
       [](test::ModuleParts& parts) { parts.exports = test::list({test::export_of("x", 4, 0)}); },
       "the export `x` names tag 0, but there are 0"},
      {"an export twice",
       [](test::ModuleParts& parts) {
         parts.exports = test::list(
             {test::export_of("x", 0, 0), test::export_of("y", 0, 1), test::export_of("x", 3, 0)});
       },
       "the name `x` is exported twice"},
      {"a start function with a result",
       [](test::ModuleParts& parts) { parts.start = test::leb(2); },
       "a start function of type () -> i32, expected () -> ()"},
      {"a start function that is not there",
       [](test::ModuleParts& parts) { parts.start = test::leb(3); },
       "function index 3, but there are 3 functions"},
  });
}

TEST_CASE("a broken initialiser is malformed") {
  const auto with_global = [](std::string global) {
    return [global](test::ModuleParts& parts) { parts.globals = test::list({global}); };
  };
  check_bad({
      {"another type", with_global(test::bytes({0x7f, 0, 0x42, 0, 0x0b})),
       "a constant expression of type i64, expected i32"},
      {"no value", with_global(test::bytes({0x7f, 0, 0x0b})),
       "a constant expression leaves 0 values, expected one"},
      {"two values", with_global(test::bytes({0x7f, 0, 0x41, 0, 0x41, 0, 0x0b})),
       "a constant expression leaves 2 values, expected one"},
      {"an instruction that is not constant",
       with_global(test::bytes({0x7f, 0, 0x41, 0, 0x45, 0x0b})),
       "`i32.eqz` in a constant expression"},
      {"a mutable global", with_global(test::bytes({0x7f, 0, 0x23, 2, 0x0b})),
       "a constant expression reads the mutable global 2"},
      {"a global that is not there", with_global(test::bytes({0x7f, 0, 0x23, 9, 0x0b})),
       "global index 9, but there are 4 globals so far"},
      {"no end", with_global(test::bytes({0x7f, 0, 0x41, 0})),
       "a constant expression does not end"},
      {"an over-long type", with_global(test::bytes({0xff, 0x7f, 0, 0x41, 0, 0x0b})),
       "the type of a global is over-long"},
      {"addition of one value", with_global(test::bytes({0x7f, 0, 0x41, 0, 0x6a, 0x0b})),
       "arithmetic in a constant expression without two i32 before it"},
  });
}

TEST_CASE("a broken segment is malformed") {
  const auto with_elements = [](std::string segment) {
    return [segment](test::ModuleParts& parts) { parts.elements = test::list({segment}); };
  };
  const auto with_data = [](std::string segment) {
    return [segment](test::ModuleParts& parts) { parts.data = test::list({segment}); };
  };
  const std::string offset = test::bytes({0x41, 0, 0x0b});
  check_bad({
      {"a function that is not there",
       with_elements(test::bytes({0}) + offset + test::list({test::leb(3)})),
       "function index 3, but there are 3 functions"},
      {"a table that is not there",
       with_elements(test::bytes({2, 1}) + offset + test::bytes({0, 0})),
       "an element segment for table 1, but there are 1 tables"},
      {"references of another type for the table",
       with_elements(test::bytes({6, 0}) + offset + test::bytes({0x6f, 0})),
       "an element segment of externref for a table of funcref"},
      {"an offset of another type", with_elements(test::bytes({0, 0x42, 0, 0x0b, 0})),
       "a constant expression of type i64, expected i32"},
      {"a null of another type", with_elements(test::bytes({5, 0x70, 1, 0xd0, 0x6f, 0x0b})),
       "a null externref in an element segment of funcref"},
      {"a memory that is not there", with_data(test::bytes({2, 1}) + offset + test::name("x")),
       "a data segment for memory 1, but there are 1 memories"},
      {"a kind of data segment", with_data(test::bytes({3}) + test::name("x")),
       "a data segment of the kind 3"},
      {"data beyond the section", with_data(test::bytes({0}) + offset + test::leb(5) + "x"),
       "unable to read data: data segment data"},
      {"a data count that differs",
       [](test::ModuleParts& parts) { parts.data_count = test::leb(2); },
       "data segment count does not equal count in DataCount section"},
      {"a data count without data",
       [](test::ModuleParts& parts) {
         parts.data_count = test::leb(1);
         parts.data.clear();
       },
       "the data count section says 1 segments, the data section holds 0"},
  });
}

TEST_CASE("later encodings are not understood, never malformed") {
  check_bad(
      {
          {"a GC type",
           [](test::ModuleParts& parts) {
             parts.types = test::list({test::bytes({0x5f, 0})}) + "....";
           },
           "later: a type definition of a later proposal (0x5f)"},
          {"an exnref parameter",
           [](test::ModuleParts& parts) { parts.types = test::list({test::type_of("x", "")}); },
           "later: a parameter type of a later proposal (0x69)"},
          {"a typed reference",
           [](test::ModuleParts& parts) {
             parts.types = test::list({test::bytes({0x60, 1, 0x64, 0, 0})});
           },
           "later: a parameter type of a later proposal (0x64)"},
          {"compact imports",
           [](test::ModuleParts& parts) {
             parts.imports = test::list({test::import_of("env", "", 0x7f, test::leb(0))});
           },
           "later: an import group of the compact imports proposal (0x7f)"},
          {"a second memory",
           [](test::ModuleParts& parts) { parts.memories = test::list({test::bytes({0, 1})}); },
           "later: a second memory (multi-memory proposal)"},
          {"a page size",
           [](test::ModuleParts& parts) {
             parts.imports = test::list({test::import_of("env", "m", 2, test::bytes({8, 1, 0}))});
           },
           "later: a memory with a page size of its own (custom page sizes proposal)"},
          {"64-bit tables",
           [](test::ModuleParts& parts) {
             parts.imports =
                 test::list({test::import_of("env", "t", 1, test::bytes({0x70, 4, 1}))});
           },
           "later: a table with 64-bit indices (memory64 proposal)"},
          {"a table with an initialiser",
           [](test::ModuleParts& parts) {
             parts.tables = test::list({test::bytes({0x40, 0, 0x70, 0, 1, 0xd0, 0x70, 0x0b})});
           },
           "later: a table with an initialiser (typed references proposal)"},
          {"a global of the module in an initialiser",
           [](test::ModuleParts& parts) {
             parts.globals = test::list({global_i32, test::bytes({0x7f, 0, 0x23, 3, 0x0b})});
           },
           "later: a constant expression reads global 3 of the module itself (GC proposal)"},
          {"a string section",
           [](test::ModuleParts& parts) { parts.tail = test::section(14, test::leb(0)); },
           "later: a section of the string references proposal (id 14)"},
          {"a GC instruction in an initialiser",
           [](test::ModuleParts& parts) {
             parts.globals = test::list({test::bytes({0x7f, 0, 0xfb, 0x1c, 0x0b})});
           },
           "later: an instruction of a later proposal (0xfb)"},
          {"global.get as an element",
           [](test::ModuleParts& parts) {
             parts.elements = test::list({test::bytes({5, 0x70, 1, 0x23, 0, 0x0b})});
           },
           "later: expected ref.null or ref.func in passive element segment"},
      },
      ModuleKind::side_module);
}

TEST_CASE("64-bit and shared memories are facts") {
  test::ModuleParts parts = test::module_with_bodies(2, {test::body("")});
  parts.elements.clear();
  parts.data.clear();
  parts.imports = test::list(
      {test::import_of("env", "memory", 2, test::bytes({7}) + test::leb(1) + test::leb(1ULL << 33)),
       test::import_of("a", "a", 3, test::bytes({0x7f, 0})),
       test::import_of("a", "a", 3, test::bytes({0x7f, 0})),
       test::import_of("a", "a", 3, test::bytes({0x7f, 0}))});
  parts.functions = test::list({test::leb(2)});
  const SideModule module = test::read(parts);
  REQUIRE(test::fault_of(module) == "sound");
  CHECK(module.imports[0].memory ==
        MemoryType{.minimum = 1, .maximum = 1ULL << 33, .shared = true, .is_64 = true});
}

TEST_CASE("extended constant expressions are a feature without a function") {
  test::ModuleParts parts = test::good_module();
  parts.globals = test::list({test::bytes({0x7f, 0, 0x23, 0, 0x41, 8, 0x6a, 0x0b})});
  const SideModule module = test::read(parts);
  REQUIRE(test::fault_of(module) == "sound");
  REQUIRE(module.code->features.size() == 1);
  CHECK(module.code->features[0].feature == "extended-const");
  CHECK(module.code->features[0].function == no_function);
}

TEST_CASE("own memories, tables and tags") {
  test::ModuleParts parts;
  parts.types = test::list({test::type_of("i", "")});
  parts.tables = test::list({test::bytes({0x6f, 1, 3, 9})});
  parts.memories = test::list({test::bytes({1, 2, 5})});
  parts.tags = test::list({test::bytes({0, 0})});
  parts.exports = test::list(
      {test::export_of("m", 2, 0), test::export_of("t", 1, 0), test::export_of("g", 4, 0)});
  const SideModule module = test::read(parts);
  REQUIRE(test::fault_of(module) == "sound");
  CHECK(module.memories == std::vector{MemoryType{.minimum = 2, .maximum = 5}});
  CHECK(module.tables == std::vector{TableType{.element = 'e', .minimum = 3, .maximum = 9}});
  CHECK(module.defined_tags == std::vector<std::uint32_t>{0});
  CHECK(external_kind_name(module.exports[0].kind) == "memory");
  CHECK(module.type_of(module.exports[2]).str() == "(i32) -> ()");
}

TEST_CASE("custom sections tell about the making, and their faults are notes") {
  test::ModuleParts parts = test::good_module();
  parts.tail =
      test::custom_section("target_features",
                           test::list({"+" + test::name("simd128"), "-" + test::name("atomics")})) +
      test::custom_section(
          "producers",
          test::list({test::name("language") + test::list({test::name("C11") + test::name("")}),
                      test::name("processed-by") +
                          test::list({test::name("clang") + test::name("19.1.7"),
                                      test::name("wasm-opt") + test::name("")})})) +
      test::custom_section("name", test::section(0, test::name("example")));
  const SideModule module = test::read(parts);
  CHECK(test::fault_of(module) == "sound");
  CHECK(module.target_features == std::vector<std::string>{"+simd128", "-atomics"});
  CHECK(module.producers == "clang 19.1.7, wasm-opt");

  const auto note_of = [](std::string_view section_name, std::string_view payload) {
    test::ModuleParts broken = test::good_module();
    broken.tail = test::custom_section(section_name, payload);
    const SideModule read_back = test::read(broken);
    CHECK(read_back.sound());
    CHECK(read_back.kind == ModuleKind::side_module);
    return test::fault_of(read_back);
  };
  CHECK(note_of("target_features", test::leb(9)) ==
        "note: the target_features section is broken and ignored: the feature count is 9, but only "
        "0 bytes of the target_features section are left");
  CHECK(
      note_of("target_features", test::list({"?" + test::name("simd128")})) ==
      "note: the target_features section is broken and ignored: a feature whose prefix is not one "
      "of +, -, =");
  CHECK(note_of("target_features", test::list({}) + "x") ==
        "note: the target_features section is broken and ignored: 1 bytes are left over");
  CHECK(note_of("producers", test::list({test::name("processed-by")})) ==
        "note: the producers section is broken and ignored: the producers section ends within the "
        "value count");
  CHECK(note_of("name", test::bytes({0, 9})) ==
        "note: the name section is broken and ignored: the sub-section takes 9 bytes, but only 0 "
        "bytes of the name section are left");
  CHECK(note_of("linking", test::leb(1)) ==
        "note: the linking section is broken and ignored: a version other than 2");
  // WABT has readers of these sections, and a fault there would end its reading of the module.
  CHECK(note_of("reloc.CODE", "\xff") == "sound");
  CHECK(note_of("reloc.CODE", test::leb(3) + test::leb(0) + "x") == "sound");
  CHECK(note_of("metadata.code.x", "\xff") == "sound");
}

TEST_CASE("exception models") {
  const auto model = [](std::vector<std::string> functions, std::vector<std::string> tags,
                        std::string_view code = "") {
    test::ModuleParts parts = test::module_with_bodies(2, {test::body(code)});
    std::vector<std::string> imports{test::import_of("env", "a", 3, test::bytes({0x7f, 0})),
                                     test::import_of("env", "b", 3, test::bytes({0x7f, 0})),
                                     test::import_of("env", "c", 3, test::bytes({0x7f, 0})),
                                     test::import_of("env", "f", 0, test::leb(2)),
                                     test::import_of("env", "t", 1, test::bytes({0x70, 0, 2})),
                                     test::import_of("env", "m", 2, test::bytes({0, 1}))};
    for (const std::string& function : functions) {
      imports.push_back(test::import_of("env", function, 0, test::leb(2)));
    }
    for (const std::string& tag : tags)
      imports.push_back(test::import_of("env", tag, 4, test::bytes({0, 3})));
    parts.imports = test::list(imports);
    return exception_model_name(test::read(parts).exceptions());
  };
  const std::string try_end = test::bytes({0x06, 0x40, 0x0b});
  const std::string try_table = test::bytes({0x1f, 0x40, 0x00, 0x0b});
  CHECK(model({"puts"}, {}) == "none");
  CHECK(model({"invoke_vii"}, {}) == "js");
  CHECK(model({"__cxa_find_matching_catch_3"}, {}) == "js");
  CHECK(model({"__resumeException"}, {}) == "js");
  CHECK(model({}, {"__cpp_exception"}) == "wasm-legacy");
  CHECK(model({}, {"__c_longjmp"}) == "wasm-legacy");
  CHECK(model({}, {}, try_end) == "wasm-legacy");
  CHECK(model({}, {"__cpp_exception"}, try_table) == "wasm-exnref");
  CHECK(model({}, {}, try_end + try_table) == "mixed");
  CHECK(model({"invoke_v"}, {"__cpp_exception"}) == "mixed");
}

TEST_CASE("setjmp models") {
  const auto model = [](std::vector<std::string> functions, bool tag = false) {
    SideModule module;
    for (const std::string& function : functions) {
      module.imports.push_back({.module = "env", .name = function});
    }
    if (tag) {
      module.imports.push_back({.module = "env", .name = "__c_longjmp", .kind = ExternalKind::tag});
    }
    return setjmp_model_name(module.setjmp());
  };
  CHECK(model({"puts"}) == "none");
  CHECK(model({"saveSetjmp", "testSetjmp", "emscripten_longjmp"}) == "emscripten");
  CHECK(model({"__wasm_setjmp", "__wasm_setjmp_test", "emscripten_longjmp"}) == "emscripten-new");
  CHECK(model({"__wasm_setjmp", "__wasm_setjmp_test", "__wasm_longjmp"}, true) == "wasm");
  CHECK(model({"__wasm_longjmp"}) == "wasm");
  // A longjmp alone is the same in both JavaScript models.
  CHECK(model({"emscripten_longjmp"}) == "none");
}

TEST_CASE("init functions of every spelling") {
  SideModule module;
  for (const char* name :
       {"PyInit_a", "PyInitU_b_xa", "PyModExport_c", "PyModExportU_d", "pyinit_e"}) {
    module.exports.push_back({.name = name});
  }
  module.exports.push_back({.name = "PyInit_data", .kind = ExternalKind::global});
  CHECK(module.init_functions() ==
        std::vector<std::string>{"PyInit_a", "PyInitU_b_xa", "PyModExport_c", "PyModExportU_d"});
}

TEST_CASE("what a load reaches follows direct calls") {
  // 0 and 1 are imports; 2 -> 3 -> 0; 4 -> 1; 5 -> 5.
  SideModule module{.imported_functions = 2, .defined_functions = 4};
  CHECK_FALSE(reached_at_load(module));
  module.code = CodeFacts{.rows = {0, 1, 2, 3, 4}, .callees = {3, 0, 1, 5}};
  CHECK(reached_at_load(module)->empty());
  module.exports.push_back({.name = "__wasm_call_ctors", .index = 2});
  CHECK(reached_at_load(module) == std::vector<std::uint32_t>{0});
  module.exports.push_back({.name = "other", .index = 4});
  CHECK(reached_at_load(module) == std::vector<std::uint32_t>{0});
  module.start = 4;
  CHECK(reached_at_load(module) == std::vector<std::uint32_t>{0, 1});
  module.start = 5;
  module.exports.push_back({.name = "__wasm_apply_data_relocs", .index = 1});
  CHECK(reached_at_load(module) == std::vector<std::uint32_t>{0, 1});
  CHECK(reached_at_load(test::read(test::good_module())) == std::vector<std::uint32_t>{0});
}

TEST_CASE("names of kinds") {
  CHECK(module_kind_name(ModuleKind::side_module) == "side-module");
  CHECK(module_kind_name(ModuleKind::not_wasm) == "not-wasm");
  CHECK(module_kind_name(ModuleKind::static_wasm) == "static-wasm");
  CHECK(module_kind_name(ModuleKind::relocatable) == "relocatable");
  CHECK(module_kind_name(ModuleKind::malformed) == "malformed");
}

}  // namespace wheelaudit::wasm
