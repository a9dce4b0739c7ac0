// What is read of a module's head: the facts of the good module, kinds, custom sections, and one
// changed field for each way a head can be wrong.

#include "wasm/side_module.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "support/wasm_builder.hpp"

using namespace wheelaudit;
using namespace wheelaudit::test;

namespace {

struct BadPart {
  std::string what;
  std::function<void(ModuleParts&)> change;
  std::string message;
};

void check_bad(const std::vector<BadPart>& cases, ModuleKind kind = ModuleKind::malformed) {
  for (const BadPart& bad : cases) {
    CAPTURE(bad.what);
    ModuleParts parts = good_module();
    bad.change(parts);
    const SideModule module = read(parts);
    CHECK(fault_of(module) == bad.message);
    CHECK(module.kind == kind);
    CHECK_FALSE(module.sound());
    CHECK(module.depth == Depth::head);
  }
}

const std::string global_i32 = bytes({0x7f, 0, 0x41, 0, 0x0b});

}  // namespace

TEST_CASE("the good module's facts") {
  const SideModule module = read(good_module());
  REQUIRE(fault_of(module) == "sound");
  CHECK(module.kind == ModuleKind::side_module);
  CHECK(module.format == "wasm");
  CHECK(module.size == good_module().bytes().size());
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
  const SideModule module = read(good_module());
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
  const std::string whole = good_module().bytes();
  const SideModule full = read(whole, Depth::full);
  const SideModule head = read(whole, Depth::head);
  const auto size = head_size(as_bytes(whole), whole.size());
  REQUIRE(size == whole.size());
  const auto needed = head_size(as_bytes(whole).first(whole.size() - 20), whole.size());
  REQUIRE(needed);
  const SideModule part = read_side_module_head(as_bytes(whole).first(*needed), whole.size());
  for (const SideModule* module : {&head, &part}) {
    CHECK(fault_of(*module) == "sound");
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
  ModuleParts parts = good_module();
  parts.exports = list({export_of("__wasm_call_ctors", 0, 1)});
  CHECK(fault_of(read(parts)) == "sound");
  parts.exports = list({export_of("__wasm_call_ctors", 3, 0)});
  CHECK(fault_of(read(parts)) ==
        "`__wasm_call_ctors` is exported as a global; the loader calls it as a function");
  CHECK(fault_of(read(parts, Depth::head)) == fault_of(read(parts)));
  parts.exports = list({export_of("__wasm_apply_data_relocs", 3, 0)});
  CHECK(fault_of(read(parts)) ==
        "`__wasm_apply_data_relocs` is exported as a global; the loader calls it as a function");
  parts.dylink.clear();
  CHECK(fault_of(read(parts)) == "sound");
}

TEST_CASE("element segments must fit into the table that the dylink section asks for") {
  ModuleParts parts = good_module();
  const auto asking_for = [&](std::uint32_t table) {
    parts.dylink = section(1, leb(16) + leb(4) + leb(table) + leb(0));
    return fault_of(read(parts));
  };
  CHECK(asking_for(3) == "sound");
  CHECK(asking_for(2) == "sound");
  CHECK(asking_for(1) ==
        "an element segment of 2 entries at `__table_base`, but the dylink section asks for a "
        "table of 1");
  CHECK(asking_for(0).starts_with("an element segment of 2 entries"));
  // other forms than linkers write are not measured
  parts.elements = list({bytes({0, 0x41, 0, 0x0b}) + list({leb(1), leb(2)})});
  CHECK(asking_for(1) == "sound");
}

TEST_CASE("the head ends behind Export, or behind Start") {
  ModuleParts parts = good_module();
  const auto end_of_head = [&] {
    const std::string text = parts.bytes();
    return *head_size(as_bytes(text).first(text.size() - 1), text.size());
  };
  const SideModule module = read(parts);
  const auto end = [&](std::size_t section) {
    return module.sections[section].payload_offset + module.sections[section].payload_size;
  };
  CHECK(module.sections[5].id == 7);
  CHECK(end_of_head() == end(5));
  parts.start = leb(1);
  CHECK(end_of_head() == end(5) + 3);
  parts.exports.clear();
  parts.start.clear();
  CHECK(end_of_head() == end(4));
}

TEST_CASE("the head's size is only told when the bytes given can tell it") {
  const std::string text = good_module().bytes();
  const SideModule module = read(text);
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
  // Until then, where the next header stands.
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
  // What a module without dylink is, its last sections say.
  ModuleParts object = good_module();
  object.dylink.clear();
  CHECK(head_size(as_bytes(object.bytes()).first(30), 100'000) == 100'000);
}

TEST_CASE("a module cut off anywhere is malformed, but between sections that need no others") {
  const std::string text = good_module().bytes();
  const SideModule good = read(text);
  std::vector<std::uint64_t> sound_ends{8};
  for (const std::size_t section : {0U, 1U, 2U, 7U, 8U}) {
    sound_ends.push_back(good.sections[section].payload_offset +
                         good.sections[section].payload_size);
  }
  for (std::size_t size = 8; size <= text.size(); ++size) {
    CAPTURE(size);
    const SideModule cut = read(std::string_view(text).substr(0, size));
    CHECK(cut.sound() == (std::ranges::find(sound_ends, size) != sound_ends.end()));
    const SideModule head = read_side_module_head(as_bytes(text).first(size), text.size());
    CHECK(fault_of(head) == "sound");
    CHECK(head.size == text.size());
  }
}

TEST_CASE("kinds of wasm that are no side modules") {
  ModuleParts object = good_module();
  object.dylink.clear();
  CHECK(read(object).kind == ModuleKind::static_wasm);
  object.tail = custom_section("linking", leb(2));
  CHECK(read(object).kind == ModuleKind::relocatable);
  object.tail = custom_section("reloc.CODE", leb(3) + leb(0));
  CHECK(read(object).kind == ModuleKind::relocatable);

  ModuleParts wasi;
  wasi.types = list({type_of("", "")});
  wasi.imports = list({import_of("wasi_snapshot_preview1", "proc_exit", 0, leb(0))});
  wasi.functions = list({leb(0)});
  wasi.exports = list({export_of("_start", 0, 1)});
  wasi.code = list({body("")});
  CHECK(read(wasi).kind == ModuleKind::wasi);
  wasi.exports = list({export_of("_initialize", 0, 1)});
  CHECK(read(wasi).kind == ModuleKind::wasi);
  wasi.exports = list({export_of("main", 0, 1)});
  CHECK(read(wasi).kind == ModuleKind::static_wasm);

  const std::string component("\0asm\x0d\0\1\0", 8);
  CHECK(read(component).kind == ModuleKind::component);
  CHECK(read(component).sound());
}

TEST_CASE("a broken preamble is malformed") {
  CHECK(fault_of(read(std::string_view("\0asm\1\0", 6))) ==
        "the file ends after 6 bytes, within the version of the format");
  CHECK(fault_of(read(std::string_view("\0asm\2\0\0\0", 8))) ==
        "version 0x2 of the format, expected 0x1");
  CHECK(read(std::string_view("\0asm\2\0\0\0", 8)).kind == ModuleKind::malformed);
  CHECK(read(std::string_view("\0as", 3)).kind == ModuleKind::not_wasm);
}

TEST_CASE("a broken order or frame of sections is malformed") {
  check_bad({
      {"a section twice", [](ModuleParts& parts) { parts.tail = section(11, leb(0)); },
       "the data section occurs twice"},
      {"a section too late", [](ModuleParts& parts) { parts.tail = section(1, leb(0)); },
       "the type section comes after the data section, expected before it"},
      {"data count behind code",
       [](ModuleParts& parts) {
         parts.tail = section(12, leb(1)) + section(11, parts.data);
         parts.data.clear();
       },
       "the data count section comes after the code section, expected before it"},
      {"tag behind global",
       [](ModuleParts& parts) {
         parts.tail = section(13, leb(0));
         parts.exports.clear();
         parts.elements.clear();
         parts.code.clear();
         parts.data.clear();
         parts.functions.clear();
       },
       "the tag section comes after the global section, expected before it"},
      {"an unknown id", [](ModuleParts& parts) { parts.tail = section(15, ""); },
       "no section has the id 15"},
      {"a size beyond the file", [](ModuleParts& parts) { parts.tail = bytes({0, 9, 1}); },
       "a custom section claims 9 bytes, but the file ends after 1"},
      {"a size of 33 bits",
       [](ModuleParts& parts) { parts.tail = bytes({0, 0x80, 0x80, 0x80, 0x80, 0x10}); },
       "the size of a section is a number of more than 32 bits"},
      {"an id alone", [](ModuleParts& parts) { parts.tail = bytes({0}); },
       "the module ends within the size of a section"},
      {"a custom name that is not UTF-8",
       [](ModuleParts& parts) { parts.tail = custom_section("\xff", ""); },
       "the name of a custom section is not UTF-8"},
      {"a custom name beyond its section",
       [](ModuleParts& parts) { parts.tail = section(0, bytes({4}) + "ab"); },
       "the name of a custom section is 4 bytes long, but the custom section ends after 2"},
  });
}

TEST_CASE("a broken item of the head is malformed") {
  check_bad({
      {"the form of a type", [](ModuleParts& parts) { parts.types[1] = 0x61; },
       "a type of the form 0x61, expected 0x60"},
      {"a value type", [](ModuleParts& parts) { parts.types[4] = 0x7a; }, "0x7a is no result type"},
      {"an over-long value type",
       [](ModuleParts& parts) { parts.types = list({bytes({0x60, 1, 0xff, 0x7f, 0})}); },
       "0xff is no parameter type"},
      {"a type count beyond the section", [](ModuleParts& parts) { parts.types[0] = 100; },
       "the type count is 100, but only 16 bytes of the type section are left"},
      {"bytes behind the types", [](ModuleParts& parts) { parts.types += "x"; },
       "1 bytes are left over at the end of the type section"},
      {"the kind of an import",
       [](ModuleParts& parts) { parts.imports = list({import_of("env", "x", 5, leb(0))}); },
       "an import of the kind 0x5, expected 0 to 4"},
      {"the type of an import",
       [](ModuleParts& parts) { parts.imports = list({import_of("env", "x", 0, leb(4))}); },
       "type index 4, but there are 4 types"},
      {"the name of an import",
       [](ModuleParts& parts) {
         parts.imports = list({import_of("env", "\xed\xa0\x80", 0, leb(0))});
       },
       "the name of an import is not UTF-8"},
      {"the mutability of a global",
       [](ModuleParts& parts) {
         parts.imports = list({import_of("env", "x", 3, bytes({0x7f, 2}))});
       },
       "a global of the mutability 2, expected 0 or 1"},
      {"a shared memory without a maximum",
       [](ModuleParts& parts) { parts.imports = list({import_of("env", "m", 2, bytes({2, 1}))}); },
       "a shared memory without a maximum"},
      {"a memory above 4 GiB",
       [](ModuleParts& parts) {
         parts.imports = list({import_of("env", "m", 2, bytes({0}) + leb(65'537))});
       },
       "the minimum of a memory is 65537 pages, expected at most 65536"},
      {"a maximum below the minimum",
       [](ModuleParts& parts) {
         parts.imports = list({import_of("env", "m", 2, bytes({1, 2, 1}))});
       },
       "a maximum of 1 below the minimum of 2"},
      {"a table of integers",
       [](ModuleParts& parts) {
         parts.imports = list({import_of("env", "t", 1, bytes({0x7f, 0, 1}))});
       },
       "0x7f is no reference type"},
      {"the limits of a table",
       [](ModuleParts& parts) {
         parts.imports = list({import_of("env", "t", 1, bytes({0x70, 2, 1}))});
       },
       "limits 0x2 of a table, expected 0 or 1"},
      {"a table above the engines' limit",
       [](ModuleParts& parts) {
         parts.imports = list({import_of("env", "t", 1, bytes({0x70, 0}) + leb(10'000'001))});
       },
       "a table of 10000001 entries, engines take at most 10000000"},
      {"a function's type", [](ModuleParts& parts) { parts.functions = list({leb(2), leb(9)}); },
       "type index 9, but there are 4 types"},
      {"a tag with results", [](ModuleParts& parts) { parts.tags = list({bytes({0, 0})}); },
       "a tag of type () -> i32, expected no results"},
      {"the attribute of a tag", [](ModuleParts& parts) { parts.tags = list({bytes({1, 3})}); },
       "a tag of the attribute 1, expected 0"},
      {"the kind of an export",
       [](ModuleParts& parts) { parts.exports = list({export_of("x", 5, 0)}); },
       "an export of the kind 0x5, expected 0 to 4"},
      {"an exported function's index",
       [](ModuleParts& parts) { parts.exports = list({export_of("x", 0, 3)}); },
       "the export `x` names function 3, but there are 3"},
      {"an exported tag's index",
       [](ModuleParts& parts) { parts.exports = list({export_of("x", 4, 0)}); },
       "the export `x` names tag 0, but there are 0"},
      {"an export twice",
       [](ModuleParts& parts) {
         parts.exports = list({export_of("x", 0, 0), export_of("y", 0, 1), export_of("x", 3, 0)});
       },
       "the name `x` is exported twice"},
      {"a start function with a result", [](ModuleParts& parts) { parts.start = leb(2); },
       "a start function of type () -> i32, expected () -> ()"},
      {"a start function that is not there", [](ModuleParts& parts) { parts.start = leb(3); },
       "function index 3, but there are 3 functions"},
  });
}

TEST_CASE("a broken initialiser is malformed") {
  const auto with_global = [](std::string global) {
    return [global](ModuleParts& parts) { parts.globals = list({global}); };
  };
  check_bad({
      {"another type", with_global(bytes({0x7f, 0, 0x42, 0, 0x0b})),
       "a constant expression of type i64, expected i32"},
      {"no value", with_global(bytes({0x7f, 0, 0x0b})),
       "a constant expression leaves 0 values, expected one"},
      {"two values", with_global(bytes({0x7f, 0, 0x41, 0, 0x41, 0, 0x0b})),
       "a constant expression leaves 2 values, expected one"},
      {"an instruction that is not constant", with_global(bytes({0x7f, 0, 0x41, 0, 0x45, 0x0b})),
       "`i32.eqz` in a constant expression"},
      {"a mutable global", with_global(bytes({0x7f, 0, 0x23, 2, 0x0b})),
       "a constant expression reads the mutable global 2"},
      {"a global that is not there", with_global(bytes({0x7f, 0, 0x23, 9, 0x0b})),
       "global index 9, but there are 4 globals so far"},
      {"no end", with_global(bytes({0x7f, 0, 0x41, 0})), "a constant expression does not end"},
      {"an over-long type", with_global(bytes({0xff, 0x7f, 0, 0x41, 0, 0x0b})),
       "the type of a global is over-long"},
      {"addition of one value", with_global(bytes({0x7f, 0, 0x41, 0, 0x6a, 0x0b})),
       "arithmetic in a constant expression without two i32 before it"},
  });
}

TEST_CASE("a broken segment is malformed") {
  const auto with_elements = [](std::string segment) {
    return [segment](ModuleParts& parts) { parts.elements = list({segment}); };
  };
  const auto with_data = [](std::string segment) {
    return [segment](ModuleParts& parts) { parts.data = list({segment}); };
  };
  const std::string offset = bytes({0x41, 0, 0x0b});
  check_bad({
      {"a function that is not there", with_elements(bytes({0}) + offset + list({leb(3)})),
       "function index 3, but there are 3 functions"},
      {"a table that is not there", with_elements(bytes({2, 1}) + offset + bytes({0, 0})),
       "an element segment for table 1, but there are 1 tables"},
      {"references of another type for the table",
       with_elements(bytes({6, 0}) + offset + bytes({0x6f, 0})),
       "an element segment of externref for a table of funcref"},
      {"an offset of another type", with_elements(bytes({0, 0x42, 0, 0x0b, 0})),
       "a constant expression of type i64, expected i32"},
      {"a null of another type", with_elements(bytes({5, 0x70, 1, 0xd0, 0x6f, 0x0b})),
       "a null externref in an element segment of funcref"},
      {"a memory that is not there", with_data(bytes({2, 1}) + offset + name("x")),
       "a data segment for memory 1, but there are 1 memories"},
      {"a kind of data segment", with_data(bytes({3}) + name("x")), "a data segment of the kind 3"},
      {"data beyond the section", with_data(bytes({0}) + offset + leb(5) + "x"),
       "unable to read data: data segment data"},
      {"a data count that differs", [](ModuleParts& parts) { parts.data_count = leb(2); },
       "data segment count does not equal count in DataCount section"},
      {"a data count without data",
       [](ModuleParts& parts) {
         parts.data_count = leb(1);
         parts.data.clear();
       },
       "the data count section says 1 segments, the data section holds 0"},
  });
}

TEST_CASE("later encodings are not understood, never malformed") {
  check_bad(
      {
          {"a GC type", [](ModuleParts& parts) { parts.types = list({bytes({0x5f, 0})}) + "...."; },
           "later: a type definition of a later proposal (0x5f)"},
          {"an exnref parameter",
           [](ModuleParts& parts) { parts.types = list({type_of("x", "")}); },
           "later: a parameter type of a later proposal (0x69)"},
          {"a typed reference",
           [](ModuleParts& parts) { parts.types = list({bytes({0x60, 1, 0x64, 0, 0})}); },
           "later: a parameter type of a later proposal (0x64)"},
          {"compact imports",
           [](ModuleParts& parts) { parts.imports = list({import_of("env", "", 0x7f, leb(0))}); },
           "later: an import group of the compact imports proposal (0x7f)"},
          {"a second memory", [](ModuleParts& parts) { parts.memories = list({bytes({0, 1})}); },
           "later: a second memory (multi-memory proposal)"},
          {"a page size",
           [](ModuleParts& parts) {
             parts.imports = list({import_of("env", "m", 2, bytes({8, 1, 0}))});
           },
           "later: a memory with a page size of its own (custom page sizes proposal)"},
          {"64-bit tables",
           [](ModuleParts& parts) {
             parts.imports = list({import_of("env", "t", 1, bytes({0x70, 4, 1}))});
           },
           "later: a table with 64-bit indices (memory64 proposal)"},
          {"a table with an initialiser",
           [](ModuleParts& parts) {
             parts.tables = list({bytes({0x40, 0, 0x70, 0, 1, 0xd0, 0x70, 0x0b})});
           },
           "later: a table with an initialiser (typed references proposal)"},
          {"a global of the module in an initialiser",
           [](ModuleParts& parts) {
             parts.globals = list({global_i32, bytes({0x7f, 0, 0x23, 3, 0x0b})});
           },
           "later: a constant expression reads global 3 of the module itself (GC proposal)"},
          {"a string section", [](ModuleParts& parts) { parts.tail = section(14, leb(0)); },
           "later: a section of the string references proposal (id 14)"},
          {"a GC instruction in an initialiser",
           [](ModuleParts& parts) { parts.globals = list({bytes({0x7f, 0, 0xfb, 0x1c, 0x0b})}); },
           "later: an instruction of a later proposal (0xfb)"},
          {"global.get as an element",
           [](ModuleParts& parts) { parts.elements = list({bytes({5, 0x70, 1, 0x23, 0, 0x0b})}); },
           "later: expected ref.null or ref.func in passive element segment"},
      },
      ModuleKind::side_module);
}

TEST_CASE("64-bit and shared memories are facts") {
  ModuleParts parts = module_with_bodies(2, {body("")});
  parts.elements.clear();
  parts.data.clear();
  parts.imports =
      list({import_of("env", "memory", 2, bytes({7}) + leb(1) + leb(1ULL << 33)),
            import_of("a", "a", 3, bytes({0x7f, 0})), import_of("a", "a", 3, bytes({0x7f, 0})),
            import_of("a", "a", 3, bytes({0x7f, 0}))});
  parts.functions = list({leb(2)});
  const SideModule module = read(parts);
  REQUIRE(fault_of(module) == "sound");
  CHECK(module.imports[0].memory ==
        MemoryType{.minimum = 1, .maximum = 1ULL << 33, .shared = true, .is_64 = true});
}

TEST_CASE("extended constant expressions are a feature without a function") {
  ModuleParts parts = good_module();
  parts.globals = list({bytes({0x7f, 0, 0x23, 0, 0x41, 8, 0x6a, 0x0b})});
  const SideModule module = read(parts);
  REQUIRE(fault_of(module) == "sound");
  REQUIRE(module.code->features.size() == 1);
  CHECK(module.code->features[0].feature == "extended-const");
  CHECK(module.code->features[0].function == no_function);
}

TEST_CASE("own memories, tables and tags") {
  ModuleParts parts;
  parts.types = list({type_of("i", "")});
  parts.tables = list({bytes({0x6f, 1, 3, 9})});
  parts.memories = list({bytes({1, 2, 5})});
  parts.tags = list({bytes({0, 0})});
  parts.exports = list({export_of("m", 2, 0), export_of("t", 1, 0), export_of("g", 4, 0)});
  const SideModule module = read(parts);
  REQUIRE(fault_of(module) == "sound");
  CHECK(module.memories == std::vector{MemoryType{.minimum = 2, .maximum = 5}});
  CHECK(module.tables == std::vector{TableType{.element = 'e', .minimum = 3, .maximum = 9}});
  CHECK(module.defined_tags == std::vector<std::uint32_t>{0});
  CHECK(external_kind_name(module.exports[0].kind) == "memory");
  CHECK(module.type_of(module.exports[2]).str() == "(i32) -> ()");
}

TEST_CASE("custom sections tell about the making, and their faults are notes") {
  ModuleParts parts = good_module();
  parts.tail =
      custom_section("target_features", list({"+" + name("simd128"), "-" + name("atomics")})) +
      custom_section("producers",
                     list({name("language") + list({name("C11") + name("")}),
                           name("processed-by") + list({name("clang") + name("19.1.7"),
                                                        name("wasm-opt") + name("")})})) +
      custom_section("name", section(0, name("example")));
  const SideModule module = read(parts);
  CHECK(fault_of(module) == "sound");
  CHECK(module.target_features == std::vector<std::string>{"+simd128", "-atomics"});
  CHECK(module.producers == "clang 19.1.7, wasm-opt");

  const auto note_of = [](std::string_view section_name, std::string_view payload) {
    ModuleParts broken = good_module();
    broken.tail = custom_section(section_name, payload);
    const SideModule read_back = read(broken);
    CHECK(read_back.sound());
    CHECK(read_back.kind == ModuleKind::side_module);
    return fault_of(read_back);
  };
  CHECK(note_of("target_features", leb(9)) ==
        "note: the target_features section is broken and ignored: the feature count is 9, but only "
        "0 bytes of the target_features section are left");
  CHECK(note_of("target_features", list({"?" + name("simd128")})) ==
        "note: the target_features section is broken and ignored: a feature whose prefix is none "
        "of +, -, =");
  CHECK(note_of("target_features", list({}) + "x") ==
        "note: the target_features section is broken and ignored: 1 bytes are left over");
  CHECK(note_of("producers", list({name("processed-by")})) ==
        "note: the producers section is broken and ignored: the producers section ends within the "
        "value count");
  CHECK(note_of("name", bytes({0, 9})) ==
        "note: the name section is broken and ignored: the sub-section takes 9 bytes, but only 0 "
        "bytes of the name section are left");
  CHECK(note_of("linking", leb(1)) ==
        "note: the linking section is broken and ignored: a version other than 2");
  // Sections with a reader in WABT that would end its reading.
  CHECK(note_of("reloc.CODE", "\xff") == "sound");
  CHECK(note_of("reloc.CODE", leb(3) + leb(0) + "x") == "sound");
  CHECK(note_of("metadata.code.x", "\xff") == "sound");
}

TEST_CASE("exception models") {
  const auto model = [](std::vector<std::string> functions, std::vector<std::string> tags,
                        std::string_view code = "") {
    ModuleParts parts = module_with_bodies(2, {body(code)});
    std::vector<std::string> imports{
        import_of("env", "a", 3, bytes({0x7f, 0})),    import_of("env", "b", 3, bytes({0x7f, 0})),
        import_of("env", "c", 3, bytes({0x7f, 0})),    import_of("env", "f", 0, leb(2)),
        import_of("env", "t", 1, bytes({0x70, 0, 2})), import_of("env", "m", 2, bytes({0, 1}))};
    for (const std::string& function : functions) {
      imports.push_back(import_of("env", function, 0, leb(2)));
    }
    for (const std::string& tag : tags) imports.push_back(import_of("env", tag, 4, bytes({0, 3})));
    parts.imports = list(imports);
    return exception_model_name(read(parts).exceptions());
  };
  const std::string try_end = bytes({0x06, 0x40, 0x0b});
  const std::string try_table = bytes({0x1f, 0x40, 0x00, 0x0b});
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
  CHECK(reached_at_load(read(good_module())) == std::vector<std::uint32_t>{0});
}

TEST_CASE("names of kinds") {
  CHECK(module_kind_name(ModuleKind::side_module) == "side-module");
  CHECK(module_kind_name(ModuleKind::not_wasm) == "not-wasm");
  CHECK(module_kind_name(ModuleKind::static_wasm) == "static-wasm");
  CHECK(module_kind_name(ModuleKind::relocatable) == "relocatable");
  CHECK(module_kind_name(ModuleKind::malformed) == "malformed");
}
