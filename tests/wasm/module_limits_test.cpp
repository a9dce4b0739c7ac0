// Limits of modules, and hostile modules of growing size: that the cost is linear in the bytes is
// checked by the items kept, not by seconds.

#include <doctest/doctest.h>

#include "support/wasm_builder.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

namespace {

test::ModuleParts with_code(std::string code, std::size_t functions, std::uint32_t type = 2) {
  test::ModuleParts parts = test::good_module();
  parts.functions = test::leb(functions) + test::repeated(test::leb(type), functions);
  parts.code = std::move(code);
  return parts;
}

/// A type of a thousand parameters and a thousand results beside the good ones, as type 4.
test::ModuleParts with_wide_type(std::string_view instructions) {
  test::ModuleParts parts = test::module_with_bodies(2, {test::body(instructions)});
  const std::string values(1'000, 'i');
  parts.types = test::list({test::type_of("", "i"), test::type_of("i", "i"), test::type_of("", ""),
                            test::type_of("i", ""), test::type_of(values, values)});
  return parts;
}

}  // namespace

TEST_CASE("custom sections beyond the limit end the walk") {
  test::ModuleParts parts = test::good_module();
  parts.tail = test::repeated(test::custom_section("x", ""), 9'999);
  CHECK(test::fault_of(test::read(parts)) == "sound");  // with the dylink section, ten thousand
  for (const std::size_t count : {10'000U, 100'000U, 1'000'000U}) {
    parts.tail = test::repeated(test::custom_section("x", ""), count);
    const SideModule module = test::read(parts);
    CHECK(test::fault_of(module) == "limit: more than 10000 custom sections");
    CHECK(module.faults[0].option == "--max-custom-sections");
    CHECK(module.sections.size() == 8 + 10'000);
    CHECK(module.kind == ModuleKind::side_module);
    CHECK(module.imports.size() == 6);
    CHECK(module.depth == Depth::head);
  }
  parts.tail = test::repeated(test::custom_section("x", ""), 3);
  const std::string text = parts.bytes();
  const SideModule module = read_side_module(as_bytes(text), Depth::full, {.custom_sections = 3});
  CHECK(test::fault_of(module) == "limit: more than 3 custom sections");
}

TEST_CASE("a module above the size limit is not read") {
  const std::string text = test::good_module().bytes();
  const SideModule module =
      read_side_module(as_bytes(text), Depth::full, {.module_size = text.size() - 1});
  CHECK(test::fault_of(module) == "limit: a module of 288 bytes, more than 287; it was not read");
  CHECK(module.faults[0].option == "--max-module-size");
  CHECK(module.sections.empty());
  CHECK(read_side_module(as_bytes(text), Depth::full, {.module_size = text.size()}).sound());
}

TEST_CASE("counts that the bytes cannot hold are refused at once") {
  const std::string most = test::leb(0xffffffff);
  struct Case {
    std::string test::ModuleParts::* part;
    std::string message;
  };
  for (const Case& bad : {
           Case{&test::ModuleParts::types,
                "the type count is 4294967295, but only 0 bytes of the type section are left"},
           Case{&test::ModuleParts::imports,
                "the import count is 4294967295, but only 0 bytes of the import section are left"},
           Case{&test::ModuleParts::functions,
                "the function count is 4294967295, but only 0 bytes of the function section are "
                "left"},
           Case{&test::ModuleParts::tables,
                "the table count is 4294967295, but only 0 bytes of the table section are left"},
           Case{&test::ModuleParts::tags,
                "the tag count is 4294967295, but only 0 bytes of the tag section are left"},
           Case{&test::ModuleParts::globals,
                "the global count is 4294967295, but only 0 bytes of the global section are left"},
           Case{&test::ModuleParts::exports,
                "the export count is 4294967295, but only 0 bytes of the export section are left"},
           Case{&test::ModuleParts::elements,
                "invalid elem segment count 4294967295, only 0 bytes left in section"},
           Case{&test::ModuleParts::code,
                "the count of function bodies is 4294967295, but only 0 bytes of the code section "
                "are left"},
           Case{&test::ModuleParts::data,
                "the data segment count is 4294967295, but only 0 bytes of the data section are "
                "left"},
       }) {
    CAPTURE(bad.message);
    test::ModuleParts parts = test::good_module();
    parts.*bad.part = most;
    CHECK(test::fault_of(test::read(parts)) == bad.message);
  }
  test::ModuleParts parts = test::good_module();
  parts.types = test::leb(1) + test::bytes({0x60}) + most;
  CHECK(test::fault_of(test::read(parts)) ==
        "the parameter count is 4294967295, but only 0 bytes of the type section are left");
}

TEST_CASE("the engines' limits of the head") {
  test::ModuleParts parts = test::good_module();
  parts.types = test::list({test::type_of(std::string(1'001, 'i'), "")});
  CHECK(test::fault_of(test::read(parts)) ==
        "the parameter count of a type is 1001, engines take at most 1000");
  parts = test::good_module();
  parts.imports = test::leb(100'001) +
                  test::repeated(test::import_of("", "", 3, test::bytes({0x7f, 0})), 100'001);
  CHECK(test::fault_of(test::read(parts)) ==
        "the import count is 100001, engines take at most 100000");
  parts = test::good_module();
  parts.exports = test::leb(100'001) + test::repeated(test::export_of("", 3, 0), 100'001);
  CHECK(test::fault_of(test::read(parts)) ==
        "the export count is 100001, engines take at most 100000");
  parts = test::good_module();
  parts.types = test::leb(1'000'001) + test::repeated(test::type_of("", ""), 1'000'001);
  CHECK(test::fault_of(test::read(parts)) ==
        "the type count is 1000001, engines take at most 1000000");
  parts = test::good_module();
  parts.exports = test::list({test::export_of(std::string(100'001, 'a'), 3, 0)});
  CHECK(test::fault_of(test::read(parts)) ==
        "limit: the name of an export is 100001 bytes long, expected at most 100000");
  parts.exports = test::list({test::export_of(std::string(100'000, 'a'), 3, 0)});
  parts.elements.clear();
  CHECK(test::fault_of(test::read(parts)) == "sound");
}

TEST_CASE("a code section that lies about its bodies never reaches the reader") {
  struct Case {
    std::string code;
    std::size_t functions;
    std::string message;
  };
  for (const Case& bad : {
           Case{test::leb(1) + test::body(""), 2, "1 function bodies for 2 functions declared"},
           Case{test::leb(2) + test::body("") + test::body(""), 1,
                "2 function bodies for 1 functions declared"},
           Case{test::leb(1) + test::leb(100) + test::bytes({0, 0x0b}), 1,
                "the function body takes 100 bytes, but only 2 bytes of the code section are left"},
           Case{test::leb(1) + test::body("") + "x", 1,
                "1 bytes are left over at the end of the code section"},
           Case{test::leb(1) + test::leb(7'654'322) + std::string(7'654'322, '\0'), 1,
                "a function body of 7654322 bytes, engines take at most 7654321"},
           Case{test::leb(1) + test::leb(0) + test::bytes({0, 0}), 1,
                "2 bytes are left over at the end of the code section"},
       }) {
    CAPTURE(bad.message);
    test::ModuleParts parts = with_code(bad.code, bad.functions);
    parts.exports.clear();
    parts.elements.clear();
    const SideModule module = test::read(parts);
    CHECK(test::fault_of(module) == bad.message);
    CHECK(module.kind == ModuleKind::malformed);
    CHECK(module.depth == Depth::head);
    CHECK(module.imports.size() == 6);
  }
  test::ModuleParts parts = test::good_module();
  parts.code.clear();
  CHECK(test::fault_of(test::read(parts)) ==
        "2 functions are declared, but there is no code section");
}

TEST_CASE("nesting beyond the limit") {
  const auto nested = [](std::size_t depth) {
    return test::fault_of(test::read(
        test::module_with_bodies(2, {test::body(test::repeated(test::bytes({0x02, 0x40}), depth) +
                                                test::repeated(test::bytes({0x0b}), depth))})));
  };
  CHECK(nested(100'000) == "sound");
  CHECK(nested(100'001) == "limit: blocks nest deeper than 100000");
  CHECK(nested(1'000'000) == "limit: blocks nest deeper than 100000");
}

TEST_CASE("values on the stack beyond the limit") {
  const auto pushed = [](std::size_t values) {
    return test::fault_of(test::read(test::module_with_bodies(
        2, {test::body(test::repeated(test::bytes({0x41, 0}), values) + test::bytes({0x00}))})));
  };
  CHECK(pushed(1'000'000) == "sound");
  CHECK(pushed(1'000'001) == "limit: more than 1000000 values on the stack");
}

TEST_CASE("branch tables beyond the engines' limit") {
  const auto targets = [](std::size_t count) {
    return test::fault_of(test::read(
        test::module_with_bodies(2, {test::body(test::bytes({0x41, 0, 0x0e}) + test::leb(count) +
                                                std::string(count, '\0') + test::leb(0))})));
  };
  CHECK(targets(65'520) == "sound");
  CHECK(targets(65'521) == "`br_table` has 65521 targets, engines take at most 65520");
  CHECK(test::fault_of(test::read(test::module_with_bodies(
            2, {test::body(test::bytes({0x41, 0, 0x0e}) + test::leb(0xffffffff))}))) ==
        "the count of `br_table` targets is 4294967295, but only 1 bytes of the function body are "
        "left");
}

TEST_CASE("work beyond 64 steps per byte is a limit, whatever makes it") {
  const std::string unreachable = test::bytes({0x00});
  const std::string limit = "limit: validating the code takes more than 64 steps per byte";
  const auto verdict = [&](std::string_view before, std::string_view each, std::string_view after) {
    return test::fault_of(test::read(with_wide_type(
        unreachable + std::string(before) + test::repeated(each, 100'000) + std::string(after))));
  };
  // Branches to a block of a thousand results from unreachable code.
  CHECK(verdict(test::bytes({0x02, 4}), test::bytes({0x41, 0, 0x0d, 0}),
                test::bytes({0x00, 0x0b, 0x00})) == limit);
  CHECK(verdict(test::bytes({0x02, 4}), test::bytes({0x0c, 0}), test::bytes({0x0b, 0x00})) ==
        limit);
  CHECK(verdict("", test::bytes({0x02, 4, 0x0b}), "") == limit);
  CHECK(verdict("", test::bytes({0x41, 0, 0x11, 4, 0, 0x00}), "") == limit);
  CHECK(verdict(test::bytes({0x06, 4}), test::bytes({0x00, 0x07, 0}),
                test::bytes({0x00, 0x0b, 0x00})) == "`catch`: tag 0, but there are 0");
  // Ordinary code stays far below.
  CHECK(verdict("", test::bytes({0x02, 0x40, 0x41, 0, 0x0d, 0, 0x0b}), "") == "sound");
}

TEST_CASE("a million small functions of a wide type cost their bytes, not their types") {
  const std::size_t count = 200'000;
  test::ModuleParts parts = with_wide_type("");
  parts.functions = test::leb(count) + test::repeated(test::leb(4), count);
  parts.exports.clear();
  parts.elements.clear();
  parts.code = test::leb(count) + test::repeated(test::body(test::bytes({0x00})), count);
  const SideModule module = test::read(parts);
  CHECK(test::fault_of(module) == "limit: validating the code takes more than 64 steps per byte");
  CHECK(module.defined_functions == count);
}

}  // namespace wheelaudit::wasm
