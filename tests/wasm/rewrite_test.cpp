// Rewriting modules: what is asked for changes, and nothing else does. Modules are built section by
// section; a changed module is read again.

#include "wasm/rewrite.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/wasm_builder.hpp"

namespace wheelaudit::wasm {

namespace {

std::string rewritten(const std::string& module, const ModuleChange& change) {
  const SideModule facts = read_side_module(as_bytes(module), Depth::full);
  REQUIRE(facts.sound());
  const auto result = rewrite_module(as_bytes(module), facts, change);
  REQUIRE(result.has_value());
  return std::string(as_text(*result));
}

SideModule facts_of(const std::string& module) {
  SideModule facts = read_side_module(as_bytes(module), Depth::full);
  CHECK(facts.sound());
  return facts;
}

std::string names(const std::vector<std::string>& words) {
  std::vector<std::string> items;
  for (const std::string& word : words) items.push_back(test::name(word));
  return test::list(items);
}

const std::string memory_info = test::section(1, std::string("\x10\x02\x04\x00", 4));
const std::string unknown_part = test::section(77, "kept as it is");

/// A module whose dylink.0 section has these sub-sections, and a custom section behind.
std::string module_with(const std::string& parts, const std::string& tail = {}) {
  return std::string("\0asm\1\0\0\0", 8) + test::custom_section("dylink.0", parts) +
         test::custom_section("note", "of the build") + tail;
}

}  // namespace

TEST_CASE("a needed entry is renamed; every other byte stays") {
  const std::string module =
      module_with(memory_info + test::section(2, names({"liba.so", "libb.so"})) + unknown_part +
                  test::section(5, names({"$ORIGIN"})));
  const std::string expected =
      module_with(memory_info + test::section(2, names({"liba-12345678.so", "libb.so"})) +
                  unknown_part + test::section(5, names({"$ORIGIN"})));
  CHECK(rewritten(module, {.needed = {{"liba.so", "liba-12345678.so"}}}) == expected);
}

TEST_CASE("a name that is needed twice is renamed twice") {
  const std::string module = module_with(memory_info + test::section(2, names({"a", "b", "a"})));
  CHECK(rewritten(module, {.needed = {{"a", "cc"}}}) ==
        module_with(memory_info + test::section(2, names({"cc", "b", "cc"}))));
}

TEST_CASE("run paths are added, replaced and removed in their place") {
  const std::string without = module_with(memory_info + unknown_part);
  const std::string with =
      module_with(memory_info + unknown_part + test::section(5, names({"$ORIGIN/x"})));
  CHECK(rewritten(without, {.runtime_path = {{"", "$ORIGIN/x"}}}) == with);
  CHECK(rewritten(with, {.runtime_path = {{"", "$ORIGIN/x"}}}) == with);
  CHECK(rewritten(with, {.runtime_path = {{"$ORIGIN/x", ""}}}) == without);
  const std::string first =
      module_with(test::section(5, names({"${ORIGIN}", "/opt"})) + memory_info);
  CHECK(rewritten(first, {.runtime_path = {{"${ORIGIN}", "$ORIGIN"}, {"", "$ORIGIN/y"}}}) ==
        module_with(test::section(5, names({"$ORIGIN", "/opt", "$ORIGIN/y"})) + memory_info));
}

TEST_CASE("a miscounted import-info gets its count, every other byte stays") {
  const auto entry = [](std::string_view field) {
    return test::name("env") + test::name(field) + test::leb(1);
  };
  const std::string entries = entry("one") + entry("two") + entry("three");
  const auto counted = [&](const std::string& count) {
    return module_with(memory_info + test::section(4, count + entries) + unknown_part +
                       test::section(5, names({"$ORIGIN"})));
  };
  CHECK(rewritten(counted(test::leb(1)), {.import_count = true}) == counted(test::leb(3)));
  // A count in more bytes than the number needs keeps them, and no other byte moves.
  CHECK(rewritten(counted(test::bytes({0x81, 0x80, 0})), {.import_count = true}) ==
        counted(test::bytes({0x83, 0x80, 0})));
  CHECK(rewritten(counted(test::leb(3)), {.import_count = true}) == counted(test::leb(3)));
  // Without the wish, another change leaves the count as it is.
  CHECK(rewritten(counted(test::leb(1)), {.runtime_path = {{"$ORIGIN", "$ORIGIN/a"}}})
            .find(test::section(4, test::leb(1) + entries)) != std::string::npos);
}

TEST_CASE("a count that needs more bytes makes the section longer") {
  std::string entries;
  for (int i = 0; i < 200; ++i) entries += test::name("env") + test::name("f") + test::leb(1);
  const auto counted = [&](std::uint64_t count) {
    return module_with(memory_info + test::section(4, test::leb(count) + entries));
  };
  CHECK(rewritten(counted(1), {.import_count = true}) == counted(200));
}

TEST_CASE("a section of the same length keeps the encoding of its size") {
  const std::string entries = test::name("env") + test::name("a") + test::leb(1) +
                              test::name("env") + test::name("b") + test::leb(1);
  const auto module = [&](std::uint64_t count) {
    const std::string content =
        test::name("dylink.0") + memory_info + test::section(4, test::leb(count) + entries);
    return std::string("\0asm\1\0\0\0", 8) +
           test::bytes({0, static_cast<int>(content.size() | 0x80), 0x80, 0x80, 0x80, 0}) + content;
  };
  CHECK(rewritten(module(1), {.import_count = true}) == module(2));
}

TEST_CASE("a change that changes nothing yields the same bytes") {
  const std::string module = module_with(memory_info + test::section(2, names({"a"})));
  CHECK(rewritten(module, {}) == module);
  CHECK(rewritten(module, {.needed = {{"nobody", "somebody"}}}) == module);
  CHECK(rewritten(module, {.modern_dylink = true, .strip = true}) == module);
}

TEST_CASE("over-long section sizes of others stay as they are") {
  std::string module = module_with(memory_info + test::section(2, names({"a"})));
  // The size of "note" in five bytes, as linkers write sizes they patch later.
  const std::string tidy = test::custom_section("note", "of the build");
  const std::string padded =
      std::string(1, '\0') + std::string("\x91\x80\x80\x80\x00", 5) + tidy.substr(2);
  REQUIRE(tidy[1] == 0x11);
  module.replace(module.find(tidy), tidy.size(), padded);
  CHECK(rewritten(module, {.needed = {{"a", "b"}}}).ends_with(padded));
}

TEST_CASE("the old section becomes dylink.0 with the same content") {
  const std::string old_content = std::string("\x10\x02\x04\x00", 4) + names({"liba.so"});
  const std::string module = std::string("\0asm\1\0\0\0", 8) +
                             test::custom_section("dylink", old_content) +
                             test::custom_section("note", "of the build");
  CHECK(rewritten(module, {.modern_dylink = true}) ==
        module_with(memory_info + test::section(2, names({"liba.so"}))));
  CHECK(rewritten(module, {.needed = {{"liba.so", "b"}},
                           .runtime_path = {{"", "$ORIGIN"}},
                           .modern_dylink = true}) ==
        module_with(memory_info + test::section(2, names({"b"})) +
                    test::section(5, names({"$ORIGIN"}))));
  const SideModule kept = facts_of(rewritten(module, {.needed = {{"liba.so", "longer.so"}}}));
  REQUIRE(kept.dylink.has_value());
  CHECK(kept.dylink->legacy);
  CHECK(kept.dylink->needed == std::vector<std::string>{"longer.so"});
  CHECK(kept.dylink->memory_size == 16);
}

TEST_CASE("stripping takes name, producers and debug sections, and says their size") {
  const std::string strippable = test::custom_section("producers", "") +
                                 test::custom_section(".debug_info", "0123456789") +
                                 test::custom_section("sourceMappingURL", "");
  // An empty producers section is a note, which does not make a module unsound.
  const std::string module = module_with(memory_info, strippable);
  const SideModule facts = facts_of(module);
  CHECK(strippable_size(facts) == strippable.size());
  CHECK(rewritten(module, {.strip = true}) == module_with(memory_info));
  CHECK(strippable_size(facts_of(module_with(memory_info))) == 0);
}

TEST_CASE("facts of other bytes are refused") {
  const std::string module = module_with(memory_info);
  const SideModule facts = facts_of(module);
  CHECK_FALSE(rewrite_module(as_bytes(module).first(20), facts, {}).has_value());
  CHECK_FALSE(rewrite_module(as_bytes(module + "x"), facts, {}).has_value());
}

}  // namespace wheelaudit::wasm
