// Function bodies: which are accepted, which are refused and with what message, and the facts that
// are read from them. The expectations agree with `WebAssembly.validate` of Node 20, except for
// limits of ours and for relaxed SIMD, which that engine does not know.

#include <doctest/doctest.h>

#include "support/wasm_builder.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

namespace {

/// The good module with one body of type 2, `() -> ()`.
SideModule with_body(std::string_view instructions, std::string_view locals = "",
                     std::uint32_t type = 2) {
  return test::read(test::module_with_bodies(type, {test::body(instructions, locals)}));
}

std::string verdict(std::string_view instructions, std::string_view locals = "") {
  return test::fault_of(with_body(instructions, locals));
}

/// As above, in a module with a tag `(i32) -> ()`, a second table of externref, a passive element
/// segment and a data count.
SideModule with_rich_body(std::string_view instructions) {
  test::ModuleParts parts = test::module_with_bodies(2, {test::body(instructions)});
  parts.tables = test::list({test::bytes({0x6f, 0, 1})});
  parts.tags = test::list({test::bytes({0, 3})});
  parts.elements = test::list({test::bytes({0, 0x23, 1, 0x0b}) + test::list({test::leb(1)}),
                               test::bytes({1, 0}) + test::list({test::leb(0)})});
  parts.data_count = test::leb(1);
  return test::read(parts);
}

std::string rich_verdict(std::string_view instructions) {
  return test::fault_of(with_rich_body(instructions));
}

std::string features_of(const SideModule& module) {
  std::string text;
  for (const FeatureUse& use : module.code->features) text += use.feature + " ";
  return text;
}

struct BadBody {
  std::string instructions;
  std::string message;
};

const std::string i32 = test::bytes({0x41, 1});
const std::string i64 = test::bytes({0x42, 1});
const std::string f32 = test::bytes({0x43, 0, 0, 0, 0});
const std::string f64 = test::bytes({0x44, 0, 0, 0, 0, 0, 0, 0, 0});
const std::string v128 = test::bytes({0xfd, 12}) + std::string(16, '\0');
const std::string drop = test::bytes({0x1a});
const std::string unreachable = test::bytes({0x00});
const std::string end = test::bytes({0x0b});

}  // namespace

TEST_CASE("bodies that are right") {
  for (const std::string& instructions : std::vector<std::string>{
           "", i32 + drop, i32 + i32 + test::bytes({0x6a}) + drop, f64 + test::bytes({0x9a}) + drop,
           f32 + test::bytes({0x8c}) + drop, i64 + test::bytes({0xa7}) + drop, unreachable,
           unreachable + test::bytes({0x6a}) + drop,
           // block, loop, if with and without else, br, br_if, br_table
           test::bytes({0x02, 0x40}) + end, test::bytes({0x02, 0x7f}) + i32 + end + drop,
           test::bytes({0x03, 0x40, 0x0c, 0}) + end, i32 + test::bytes({0x04, 0x40}) + end,
           i32 + test::bytes({0x04, 0x7f}) + i32 + test::bytes({0x05}) + i32 + end + drop,
           test::bytes({0x02, 0x40}) + i32 + test::bytes({0x0d, 0}) + end,
           test::bytes({0x02, 0x40}) + i32 + test::bytes({0x0e, 1, 0, 1}) + end,
           // a block of type 1, (i32) -> i32
           i32 + test::bytes({0x02, 1}) + end + drop,
           // call, call_indirect, return, select, typed select
           i32 + test::bytes({0x10, 0}) + drop, i32 + i32 + test::bytes({0x11, 1, 0}) + drop,
           test::bytes({0x0f}), i32 + i32 + i32 + test::bytes({0x1b}) + drop,
           i64 + i64 + i32 + test::bytes({0x1c, 1, 0x7e}) + drop,
           // globals: 2 is mutable
           test::bytes({0x23, 2, 0x24, 2}),
           // load and store, memory.size and grow
           i32 + test::bytes({0x28, 2, 0}) + drop, i32 + f64 + test::bytes({0x39, 3, 8}),
           test::bytes({0x3f, 0, 0x40, 0}) + drop}) {
    CAPTURE(instructions);
    CHECK(verdict(instructions) == "sound");
  }
}

TEST_CASE("operands that do not fit") {
  for (const BadBody& bad : std::vector<BadBody>{
           {i32, "`end`: 1 values too many on the stack"},
           {drop, "`drop`: expected a value, found none"},
           {i32 + i64 + test::bytes({0x6a}) + drop, "`i32.add`: expected i32, found i64"},
           {f64 + test::bytes({0x8c}) + drop, "`f32.neg`: expected f32, found f64"},
           {test::bytes({0x45}) + drop, "`i32.eqz`: expected i32, found none"},
           {i64 + test::bytes({0x10, 0}) + drop, "`call`: expected i32, found i64"},
           {i64 + test::bytes({0x24, 2}), "`global.set`: expected i32, found i64"},
           {i32 + test::bytes({0x24, 3}), "`global.set`: global 3 is immutable"},
           {i32 + i64 + test::bytes({0x36, 2, 0}), "`i32.store`: expected i32, found i64"},
           {i64 + i64 + test::bytes({0x36, 2, 0}), "`i32.store`: expected i32, found i64"},
           {i32 + i64 + i32 + test::bytes({0x1b}) + drop, "`select`: expected i64, found i32"},
           {i32 + i64 + i32 + test::bytes({0x1c, 1, 0x7e}) + drop,
            "`select`: expected i64, found i32"},
           // Typed select leaves its type, not just anything.
           {i64 + i64 + i32 + test::bytes({0x1c, 1, 0x7e, 0x45}) + drop,
            "`i32.eqz`: expected i32, found i64"},
           // So does an untyped one in unreachable code that knows one of its operands.
           {unreachable + f32 + test::bytes({0x00, 0x1b}) + f32 + i32 + test::bytes({0x1b, 0x45}) +
                drop,
            "`i32.eqz`: expected i32, found f32"},
           {test::bytes({0x02, 0x7f}) + i64 + end + drop, "`end`: expected i32, found i64"},
           {i64 + test::bytes({0x02, 1}) + end + drop, "`block`: expected i32, found i64"},
           {test::bytes({0x02, 0x7f, 0x0c, 0}) + end + drop, "`br`: expected i32, found none"},
           {i32 + test::bytes({0x04, 0x7f}) + i32 + end + drop,
            "an `if` that changes the stack has no `else`"},
       }) {
    CAPTURE(bad.instructions);
    CHECK(verdict(bad.instructions) == bad.message);
  }
}

TEST_CASE("control flow that goes nowhere") {
  for (const BadBody& bad : std::vector<BadBody>{
           {test::bytes({0x0c, 1}), "`br`: depth 1, but only 1 blocks are open"},
           {i32 + test::bytes({0x0e, 1, 7, 0}), "`br_table`: depth 7, but only 1 blocks are open"},
           {test::bytes({0x02, 0x7f}) + i32 + i32 + test::bytes({0x0e, 1, 0, 1}) + end + drop,
            "`br_table`: targets that take 1 and 0 values"},
           {test::bytes({0x05}), "`else` without an `if`"},
           {test::bytes({0x10, 9}), "`call`: function 9, but there are 2"},
           {i32 + test::bytes({0x11, 9, 0}), "`call_indirect`: type 9, but there are 4"},
           {i32 + test::bytes({0x11, 2, 1}), "`call_indirect`: table 1, but there are 1"},
           {test::bytes({0x02, 9}) + end, "`block`: type 9, but there are 4"},
           {test::bytes({0x02, 0x7a}) + end, "0x7a is not a type of a block"},
           {test::bytes({0x20, 0}) + drop, "`local.get`: local 0, but there are 0"},
           {test::bytes({0x23, 9}) + drop, "`global.get`: global 9, but there are 4"},
           {test::bytes({0x09, 0}), "`rethrow`: depth 0 is not a `catch`"},
           {test::bytes({0x18, 0}), "`delegate` without a `try`"},
           {test::bytes({0x19}), "`catch_all` without a `try`"},
           {end, "code behind the function's closing `end`"},
       }) {
    CAPTURE(bad.instructions);
    CHECK(verdict(bad.instructions) == bad.message);
  }
}

TEST_CASE("a body that does not end, or not where its size says") {
  test::ModuleParts parts = test::module_with_bodies(2, {});
  const auto with_raw_body = [&](std::string inner) {
    parts.code = test::list({test::leb(inner.size()) + inner});
    return test::fault_of(test::read(parts));
  };
  parts.functions = test::list({test::leb(2)});
  CHECK(with_raw_body(test::bytes({0, 0x0b})) == "sound");
  CHECK(with_raw_body(test::bytes({0, 0x01})) == "function body must end with END opcode");
  CHECK(with_raw_body(test::bytes({0, 0x02, 0x40, 0x0b})) ==
        "the function body does not end with `end`");
  CHECK(with_raw_body(test::bytes({0, 0x41})) == "unable to read i32 leb128: i32.const value");
  CHECK(with_raw_body(test::bytes({9, 0x0b})) ==
        "the count of local groups is 9, but only 1 bytes of the function body are left");
  CHECK(with_raw_body(test::bytes({1, 1, 0x7a, 0x0b})) == "0x7a is not a type of a local");
  CHECK(with_raw_body(test::bytes({1, 1, 0xff, 0x7f, 0x0b})) == "0xff is not a type of a local");
}

TEST_CASE("a fault in a body names the function and the byte") {
  const test::ModuleParts parts = test::module_with_bodies(2, {test::body(""), test::body(drop)});
  const std::string text = parts.bytes();
  const SideModule module = test::read(text);
  REQUIRE(module.faults.size() == 1);
  CHECK(module.faults[0].function == 2);
  REQUIRE(module.faults[0].offset);
  CHECK(text[*module.faults[0].offset] == '\x1a');
  CHECK(module.kind == ModuleKind::malformed);
  // What was read before stays.
  CHECK(module.imports.size() == 6);
  CHECK(module.code->rows.size() == 2);
}

TEST_CASE("a fault in an instruction with a prefix is at its prefix") {
  const std::string text =
      test::module_with_bodies(2, {test::body(v128 + test::bytes({0xfd, 0x80, 0x02}))}).bytes();
  const SideModule module = test::read(text);
  CHECK(test::fault_of(module) == "`i8x16.relaxed_swizzle`: expected v128, found none");
  CHECK(text.substr(*module.faults[0].offset, 3) == test::bytes({0xfd, 0x80, 0x02}));
}

TEST_CASE("locals in groups") {
  const std::string locals = test::list({test::bytes({2, 0x7f}), test::bytes({1, 0x7c})});
  CHECK(verdict(test::bytes({0x20, 1, 0x21, 0, 0x20, 2, 0x21, 2}), locals) == "sound");
  CHECK(verdict(test::bytes({0x20, 2, 0x21, 1}), locals) == "`local.set`: expected i32, found f64");
  CHECK(verdict(test::bytes({0x20, 3, 0x1a}), locals) == "`local.get`: local 3, but there are 3");
  CHECK(verdict(test::bytes({0x20, 0, 0x22, 1, 0x1a}), locals) == "sound");
  CHECK(verdict("", test::list({test::leb(50'000) + test::bytes({0x7f})})) == "sound");
  CHECK(verdict("", test::list({test::leb(50'001) + test::bytes({0x7f})})) ==
        "more than 50000 locals, engines take no more");
  // Parameters count: type 3 is (i32) -> ().
  CHECK(test::fault_of(with_body("", test::list({test::leb(49'999) + test::bytes({0x7f})}), 3)) ==
        "sound");
  CHECK(test::fault_of(with_body("", test::list({test::leb(50'000) + test::bytes({0x7f})}), 3)) ==
        "more than 50000 locals, engines take no more");
}

TEST_CASE("alignments and lanes") {
  CHECK(verdict(i32 + test::bytes({0x28, 3, 0}) + drop) ==
        "`i32.load`: an alignment of 2^3, expected at most 4");
  CHECK(verdict(i32 + test::bytes({0x28, 31, 0}) + drop) ==
        "`i32.load`: an alignment of 2^31, expected at most 4");
  CHECK(verdict(i32 + test::bytes({0x28, 32, 0}) + drop) == "invalid load alignment: 32");
  CHECK(verdict(i32 + test::bytes({0x28, 0x22, 0, 0}) + drop) == "invalid load alignment: 34");
  CHECK(verdict(i32 + test::bytes({0xfe, 0x10, 1, 0}) + drop) ==
        "`i32.atomic.load`: an alignment of 2^1, expected 4");
  CHECK(verdict(i32 + test::bytes({0xfe, 0x10, 2, 0}) + drop) == "sound");
  CHECK(verdict(v128 + test::bytes({0xfd, 0x15, 15}) + drop) == "sound");
  CHECK(verdict(v128 + test::bytes({0xfd, 0x15, 16}) + drop) ==
        "`i8x16.extract_lane_s`: lane 16, expected less than 16");
  CHECK(verdict(v128 + v128 + test::bytes({0xfd, 13}) + std::string(15, '\0') + test::bytes({32}) +
                drop) == "`i8x16.shuffle`: lane 32, expected less than 32");
}

TEST_CASE("exceptions of the first proposal") {
  for (const std::string& instructions : std::vector<std::string>{
           test::bytes({0x06, 0x40}) + end, test::bytes({0x06, 0x40, 0x07, 0}) + drop + end,
           test::bytes({0x06, 0x40, 0x07, 0}) + drop + test::bytes({0x07, 0}) + drop +
               test::bytes({0x19}) + end,
           test::bytes({0x06, 0x40, 0x19, 0x09, 0}) + end, test::bytes({0x06, 0x40, 0x18, 0}),
           i32 + test::bytes({0x08, 0})}) {
    CAPTURE(instructions);
    const SideModule module = with_rich_body(instructions);
    CHECK(test::fault_of(module) == "sound");
    CHECK(features_of(module) == "exceptions ");
    CHECK(module.code->legacy_try == (instructions != i32 + test::bytes({0x08, 0})));
    CHECK_FALSE(module.code->exnref_try);
  }
  CHECK(rich_verdict(test::bytes({0x06, 0x40, 0x07, 0}) + end) ==
        "`end`: 1 values too many on the stack");
  CHECK(rich_verdict(test::bytes({0x06, 0x40, 0x07, 1}) + end) ==
        "`catch`: tag 1, but there are 1");
  CHECK(rich_verdict(test::bytes({0x06, 0x40, 0x19, 0x07, 0}) + drop + end) ==
        "`catch` without a `try`");
  CHECK(rich_verdict(test::bytes({0x06, 0x40, 0x19, 0x19}) + end) == "`catch_all` without a `try`");
  CHECK(rich_verdict(test::bytes({0x06, 0x40, 0x18, 1})) ==
        "`delegate`: depth 1, but only 1 blocks are open");
  CHECK(rich_verdict(test::bytes({0x06, 0x40, 0x18, 0xff, 0xff, 0xff, 0xff, 0x0f})) ==
        "`delegate`: depth 4294967295, but only 1 blocks are open");
  CHECK(rich_verdict(test::bytes({0x08, 0})) == "`throw`: expected i32, found none");
}

TEST_CASE("tables, references and bulk memory") {
  for (const std::string& instructions : std::vector<std::string>{
           i32 + test::bytes({0x25, 0}) + drop, i32 + test::bytes({0xd0, 0x6f, 0x26, 1}),
           test::bytes({0xd0, 0x70, 0xd1}) + drop, test::bytes({0xd2, 1, 0xd1}) + drop,
           test::bytes({0xfc, 16, 1}) + drop,
           test::bytes({0xd0, 0x6f}) + i32 + test::bytes({0xfc, 15, 1}) + drop,
           i32 + test::bytes({0xd0, 0x70}) + i32 + test::bytes({0xfc, 17, 0}),
           i32 + i32 + i32 + test::bytes({0xfc, 12, 1, 0}), test::bytes({0xfc, 13, 1}),
           i32 + i32 + i32 + test::bytes({0xfc, 14, 0, 0}),
           i32 + i32 + i32 + test::bytes({0xfc, 8, 0, 0}), test::bytes({0xfc, 9, 0}),
           i32 + i32 + i32 + test::bytes({0xfc, 10, 0, 0}),
           i32 + i32 + i32 + test::bytes({0xfc, 11, 0})}) {
    CAPTURE(instructions);
    CHECK(rich_verdict(instructions) == "sound");
  }
  for (const BadBody& bad : std::vector<BadBody>{
           {i32 + test::bytes({0x11, 2, 1}),
            "`call_indirect`: table 1 holds externref, expected funcref"},
           {i32 + test::bytes({0xd0, 0x6f, 0x26, 0}),
            "`table.set`: expected funcref, found externref"},
           {i32 + test::bytes({0x25, 2}) + drop, "`table.get`: table 2, but there are 2"},
           {i32 + i32 + i32 + test::bytes({0xfc, 14, 0, 1}),
            "`table.copy`: from a table of externref to one of funcref"},
           {i32 + i32 + i32 + test::bytes({0xfc, 12, 1, 1}),
            "`table.init`: from a segment of funcref to a table of externref"},
           {test::bytes({0xfc, 13, 2}), "`elem.drop`: element segment 2, but there are 2"},
           {test::bytes({0xfc, 9, 1}), "`data.drop`: data segment 1, but there are 1"},
           {i32 + test::bytes({0xd1}) + drop, "`ref.is_null`: expected a reference, found i32"},
           {test::bytes({0xd0, 0x70, 0xd0, 0x70}) + i32 + test::bytes({0x1b}) + drop,
            "`select` without a type chooses between references"},
           {test::bytes({0xd2, 9}) + drop, "`ref.func`: function 9, but there are 2"},
           {test::bytes({0xd0, 0x7f}) + drop, "0x7f is not a type of `ref.null`"},
           {i32 + i32 + i32 + test::bytes({0x1c, 2, 0x7f, 0x7f}),
            "`select` with 2 types, expected 1"},
           {i32 + i32 + i32 + test::bytes({0x1c, 1, 0x7a}), "0x7a is not a type of `select`"},
       }) {
    CAPTURE(bad.instructions);
    CHECK(rich_verdict(bad.instructions) == bad.message);
  }
  CHECK(verdict(test::bytes({0xfc, 9, 0})) == "data.drop requires data count section");
  // Function 0 is in no segment, export or global of this module.
  CHECK(verdict(test::bytes({0xd2, 0}) + drop) ==
        "`ref.func`: function 0 is in no element segment, export or global");
}

TEST_CASE("features are named with their first use") {
  const auto features = [](std::string_view instructions) {
    return features_of(with_rich_body(instructions));
  };
  CHECK(features("").empty());
  CHECK(features(i32 + test::bytes({0xc0}) + drop) == "sign-extension ");
  CHECK(features(f32 + test::bytes({0xfc, 0}) + drop) == "saturating-float-to-int ");
  CHECK(features(test::bytes({0xfc, 13, 1})) == "bulk-memory ");
  CHECK(features(test::bytes({0xfc, 16, 1}) + drop) == "reference-types ");
  CHECK(features(v128 + drop) == "simd ");
  CHECK(features(v128 + v128 + test::bytes({0xfd, 0x80, 0x02}) + drop) == "relaxed-simd simd ");
  CHECK(features(test::bytes({0xfe, 3, 0})) == "threads ");
  CHECK(features(test::bytes({0x12, 1})) == "tail-call ");
  CHECK(features(i32 + test::bytes({0x13, 2, 0})) == "tail-call ");
  CHECK(features(i32 + test::bytes({0x02, 1}) + end + drop) == "multi-value ");
  CHECK(features(i32 + test::bytes({0x06, 0x40, 0x0b}) + test::bytes({0xc1}) + drop) ==
        "exceptions sign-extension ");

  const std::string text = test::module_with_bodies(2, {test::body(""), test::body(v128 + drop),
                                                        test::body(v128 + drop)})
                               .bytes();
  const SideModule module = test::read(text);
  REQUIRE(module.code->features.size() == 1);
  CHECK(module.code->features[0].function == 2);
  CHECK(text.substr(module.code->features[0].offset, 2) == test::bytes({0xfd, 12}));
  CHECK(text.find(test::bytes({0xfd, 12})) == module.code->features[0].offset);
}

TEST_CASE("instructions of later proposals are not understood, never malformed") {
  for (const BadBody& later : std::vector<BadBody>{
           {test::bytes({0x1f, 0x40, 0x00}) + end,
            "later: an instruction of a later proposal (0x1f)"},
           {test::bytes({0x0a}), "later: an instruction of a later proposal (0xa)"},
           {test::bytes({0xfb, 0x00, 0x00}), "later: an instruction of a later proposal (0xfb)"},
           {test::bytes({0x14, 0x00}), "later: an instruction of a later proposal (0x14)"},
           {test::bytes({0xfc, 0x13}), "later: an instruction of a later proposal (0xfc 0x13)"},
           {i32 + test::bytes({0x28, 0x42, 0x00, 0x00}) + drop,
            "later: an access that names its memory (multi-memory proposal)"},
           {i32 + i32 + test::bytes({0x36, 0x40, 0x00, 0x00}),
            "later: an access that names its memory (multi-memory proposal)"},
           {test::bytes({0x02, 0x69}) + end, "later: a block type of a later proposal (0x69)"},
           {test::bytes({0x02, 0x64, 0x00}) + end,
            "later: a block type of a later proposal (0x64)"},
           {test::bytes({0xd0, 0x69}) + drop,
            "later: `ref.null` of a type of a later proposal (0x69)"},
           {test::bytes({0xd0, 0x00}) + drop,
            "later: `ref.null` of a type of a later proposal (0x0)"},
       }) {
    CAPTURE(later.instructions);
    const SideModule module = with_body(later.instructions);
    CHECK(test::fault_of(module) == later.message);
    CHECK(module.kind == ModuleKind::side_module);
    CHECK_FALSE(module.sound());
    CHECK(module.faults[0].function == 1);
  }
  CHECK(with_body(test::bytes({0x1f, 0x40, 0x00}) + end).code->exnref_try);
  CHECK(with_body(test::bytes({0x0a})).code->exnref_try);
  CHECK(verdict(test::bytes({0x16})) == "unexpected opcode: 0x16");
  CHECK(verdict(test::bytes({0xfd, 0xff, 0x7f})) == "unexpected opcode: 0xfd 0xff 0x1");
  CHECK(verdict(test::bytes({0xe0})) == "later: an instruction of a later proposal (0xe0)");
  CHECK(test::fault_of(with_body("", test::list({test::bytes({1, 0x69})}))) ==
        "later: a local's type of a later proposal (0x69)");
}

TEST_CASE("calls are rows of callees, each once") {
  const std::string call_1 = test::bytes({0x10, 1});
  const std::string call_2 = test::bytes({0x10, 2});
  const SideModule module =
      test::read(test::module_with_bodies(2, {test::body(call_2 + call_1 + call_2), test::body(""),
                                              test::body(test::bytes({0x12, 1}))}));
  REQUIRE(test::fault_of(module) == "sound");
  CHECK(module.code->rows == std::vector<std::uint32_t>{0, 2, 2, 3});
  CHECK(module.code->callees == std::vector<std::uint32_t>{1, 2, 1});
}

TEST_CASE("at the head, bodies are not looked at") {
  const SideModule module =
      test::read(test::module_with_bodies(2, {test::body(drop)}), Depth::head);
  CHECK(test::fault_of(module) == "sound");
  CHECK(module.depth == Depth::head);
  CHECK_FALSE(module.code);
}

}  // namespace wheelaudit::wasm
