// RECORD is read as Python's csv module reads it, is written as it was read, and takes time and
// memory in proportion to its bytes.

#include "wheel/record.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

namespace wheelaudit::wheel {
namespace {

constexpr std::string_view good =
    "pkg/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
    "pkg/_core.so,sha512=abc_-,18446744073709551615\n"
    "pkg-1.0.dist-info/RECORD,,\n";

std::string only_fault(std::string_view text) {
  const Record record = parse_record(text);
  REQUIRE_MESSAGE(record.faults.size() == 1, text);
  return record.faults.front().message;
}

std::string only_path(std::string_view text) {
  const Record record = parse_record(text);
  REQUIRE_MESSAGE(record.entries.size() == 1, text);
  CHECK_MESSAGE(record.faults.empty(), text);
  return record.entries.front().path;
}

TEST_CASE("RECORD rows hold path, hash and size") {
  const Record record = parse_record(good);
  CHECK(record.faults.empty());
  CHECK(record.rows == 3);
  REQUIRE(record.entries.size() == 3);
  CHECK(record.entries[0] == RecordEntry{.path = "pkg/__init__.py",
                                         .algorithm = "sha256",
                                         .digest = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
                                         .size = 0});
  CHECK(record.entries[1] == RecordEntry{.path = "pkg/_core.so",
                                         .algorithm = "sha512",
                                         .digest = "abc_-",
                                         .size = 18446744073709551615U});
  CHECK(record.entries[2] == RecordEntry{.path = "pkg-1.0.dist-info/RECORD"});
}

TEST_CASE("a RECORD is written as it was read") { CHECK(parse_record(good).str() == good); }

TEST_CASE("fields are quoted only where CSV needs it") {
  const Record record{.entries = {{.path = "a,b"}, {.path = "say \"hi\""}, {.path = " x\n"}}};
  CHECK(record.str() == "\"a,b\",,\n\"say \"\"hi\"\"\",,\n\" x\n\",,\n");
  CHECK(parse_record(record.str()).entries == record.entries);
  CHECK(Record{}.str().empty());
}

TEST_CASE("quotes are read as Python's csv module reads them") {
  CHECK(only_path("\"a,b\",,\n") == "a,b");
  CHECK(only_path("\"a\"\"b\",,\n") == "a\"b");
  CHECK(only_path("\"a\nb\",,\n") == "a\nb");
  CHECK(only_path("a\"b\"c,,\n") == "a\"b\"c");
  CHECK(only_path("\"a\"b,,\n") == "ab");
  CHECK(only_path("\"a\"b\"c,,\n") == "ab\"c");
  CHECK(only_path(" \"a\",,\n") == " \"a\"");
  CHECK(only_path("\"\"\"\",,\n") == "\"");
}

TEST_CASE("lines end in any of three ways, the last perhaps in none") {
  for (const std::string_view text : {"a,,\nb,,\n", "a,,\r\nb,,\r\n", "a,,\rb,,\r", "a,,\nb,,"}) {
    const Record record = parse_record(text);
    CHECK(record.faults.empty());
    REQUIRE(record.entries.size() == 2);
    CHECK(record.entries[1].path == "b");
    CHECK_FALSE(record.entries[1].size.has_value());
  }
  CHECK(parse_record("").entries.empty());
  CHECK(parse_record("").faults.empty());
}

TEST_CASE("a row that cannot be read is left out and told") {
  const std::array<std::pair<std::string_view, std::string_view>, 14> cases{{
      {"\n", "row 1: it is empty, expected path, hash and size"},
      {"a\n", "row 1: it has 1 field, expected 3 (path, hash, size)"},
      {"a,\n", "row 1: it has 2 fields, expected 3 (path, hash, size)"},
      {"a,,,\n", "row 1: it has 4 fields, expected 3 (path, hash, size)"},
      {",,\n", "row 1: the path is empty"},
      {"\"a,,\n", "row 1: a quote is opened and never closed"},
      {"a,sha256,\n", "row 1: the hash 'sha256' of 'a' is not of the form algorithm=digest"},
      {"a,=abc,\n", "row 1: the hash '=abc' of 'a' is not of the form algorithm=digest"},
      {"a,sha256=,\n", "row 1: the hash 'sha256=' of 'a' is not of the form algorithm=digest"},
      {"a,,x\n", "row 1: the size 'x' of 'a' is not a number of bytes"},
      {"a,,-1\n", "row 1: the size '-1' of 'a' is not a number of bytes"},
      {"a,,18446744073709551616\n",
       "row 1: the size '18446744073709551616' of 'a' is not a number of bytes"},
      {"a\xff,,\n", "row 1: it is not UTF-8"},
      {std::string_view("a\0,,\n", 5), "row 1: it holds a NUL byte"},
  }};
  for (const auto& [text, message] : cases) {
    CHECK(only_fault(text) == message);
    CHECK(parse_record(text).entries.empty());
  }
}

TEST_CASE("a bad row does not hide those around it, and says where it starts") {
  const Record record = parse_record("a,,\n\"b\nb\",x,\nc,,\n");
  REQUIRE(record.entries.size() == 2);
  CHECK(record.entries[0].path == "a");
  CHECK(record.entries[1].path == "c");
  REQUIRE(record.faults.size() == 1);
  CHECK(record.faults[0].offset == 4);
  CHECK(record.faults[0].message ==
        "row 2: the hash 'x' of 'b\\x0ab' is not of the form algorithm=digest");
}

TEST_CASE("a field beyond what Python's csv module takes is a fault") {
  CHECK(only_path(std::string(131'072, 'x') + ",,\n").size() == 131'072);
  CHECK(only_fault(std::string(131'073, 'x') + ",,\n") ==
        "row 1: a field is longer than 131072 characters, the limit of Python's csv module");
  std::string two_bytes_each;
  for (int i = 0; i < 131'072; ++i) two_bytes_each += "\xc3\xa9";
  CHECK(only_path(two_bytes_each + ",,\n").size() == 262'144);
}

TEST_CASE("rows are bounded") {
  const Record record = parse_record("a,,\nb,,\nc,,\nd,,\n", {.entries = 2});
  CHECK(record.rows == 3);
  CHECK(record.entries.size() == 2);
  REQUIRE(record.faults.size() == 1);
  CHECK(record.faults[0].message ==
        "more than 2 rows, of which the rest was not read; --max-entries raises this limit");
  CHECK(record.faults[0].offset == 8);
  CHECK(parse_record("a,,\nb,,\n", {.entries = 2}).faults.empty());
}

TEST_CASE("faults are bounded, their number is told") {
  std::string text;
  for (int i = 0; i < 10'007; ++i) text += "a\n";
  const Record record = parse_record(text);
  REQUIRE(record.faults.size() == 10'001);
  CHECK(record.faults.back().message == "7 more rows that cannot be read");
  // Its offset is behind all others, because findings are sorted by offset.
  CHECK(record.faults.back().offset == 20'000);
}

TEST_CASE("the cost of one endless line grows with its bytes") {
  const auto seconds = [](const std::string& text) {
    double best = 1e9;
    for (int run = 0; run < 3; ++run) {
      const auto start = std::chrono::steady_clock::now();
      const Record record = parse_record(text);
      best = std::min(
          best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      CHECK(record.entries.empty());
      CHECK(record.faults.size() == 1);
    }
    return best;
  };
  constexpr std::size_t small = 500'000;
  // 16 times the bytes; a quadratic reader would take 256 times as long.
  for (const char c : {'x', ',', '"'}) {
    CHECK(seconds(std::string(16 * small, c)) < 100 * seconds(std::string(small, c)));
  }
}

}  // namespace
}  // namespace wheelaudit::wheel
