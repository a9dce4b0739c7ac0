// UTF-8, control characters and quoting, at the limits that the specifications set.

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace wheelaudit::inline base {
namespace {

TEST_CASE("UTF-8 is what RFC 3629 says") {
  for (const std::string_view good :
       {"", "ascii and more ascii", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
        "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
        "eight and a half \xc3\xa9"}) {
    CHECK_FALSE(first_invalid_utf8(good).has_value());
  }
  for (const std::string_view bad :
       {"12345678\x80", "12345678\xc0\x80", "12345678\xc1\xbf", "12345678\xc3",
        "12345678\xe0\x9f\xbf", "12345678\xed\xa0\x80", "12345678\xe2\x82",
        "12345678\xf0\x8f\xbf\xbf", "12345678\xf4\x90\x80\x80", "12345678\xf5\x80\x80\x80",
        "12345678\xff"}) {
    CHECK(first_invalid_utf8(bad) == 8);
  }
}

TEST_CASE("control characters are all but tab and line ends") {
  CHECK_FALSE(first_control_character("a\tb\r\n\xc3\xa9").has_value());
  CHECK(first_control_character("a\x1b") == 1);
  CHECK(first_control_character("\x7f") == 0);
  CHECK(first_control_character(std::string_view("ab\0", 3)) == 2);
}

TEST_CASE("text from a wheel is quoted printable and short") {
  CHECK(quoted("a b") == "'a b'");
  CHECK(quoted("caf\xc3\xa9") == "'caf\xc3\xa9'");
  CHECK(quoted("a\x1b[0m\n\\\xff") == "'a\\x1b[0m\\x0a\\x5c\\xff'");
  CHECK(quoted(std::string(80, 'x')) == "'" + std::string(80, 'x') + "'");
  CHECK(quoted(std::string(81, 'x')) == "'" + std::string(80, 'x') + "…'");
}

TEST_CASE("blanks are stripped at both ends") {
  CHECK(strip(" \ta b\r\n") == "a b");
  CHECK(strip(" \n").empty());
  CHECK(equal_without_case("RooT", "rOOt"));
  CHECK_FALSE(equal_without_case("root", "roots"));
  CHECK(all_digits("0123456789"));
  CHECK_FALSE(all_digits(""));
  CHECK_FALSE(all_digits("1a"));
}

}  // namespace
TEST_CASE("letters, digits and ASCII go by no locale") {
  CHECK(is_ascii_alphanumeric('a'));
  CHECK(is_ascii_alphanumeric('Z'));
  CHECK(is_ascii_alphanumeric('0'));
  CHECK_FALSE(is_ascii_alphanumeric('_'));
  CHECK_FALSE(is_ascii_alphanumeric('\xe9'));
  CHECK(is_ascii(""));
  CHECK(is_ascii("plain\x7f"));
  CHECK_FALSE(is_ascii("caf\xc3\xa9"));
}

}  // namespace wheelaudit::inline base
