// Text from a wheel must not act on a terminal or a build log
// (docs/design/output.md#escaping).

#include "base/escape.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace wheelaudit::inline base {

TEST_CASE("plain text and every visible script stay as they are") {
  CHECK(escape_terminal("pkg/_core.abi3.so") == "pkg/_core.abi3.so");
  CHECK(escape_terminal("größe 数 ≤ 🦀") == "größe 数 ≤ 🦀");
  CHECK(escape_terminal("").empty());
}

TEST_CASE("control characters are written as bytes") {
  CHECK(escape_terminal("\x1b[2J") == "\\x1b[2J");
  CHECK(escape_terminal("a\nb\r\tc") == "a\\x0ab\\x0d\\x09c");
  CHECK(escape_terminal(std::string_view("\0", 1)) == "\\x00");
  CHECK(escape_terminal("\x7f") == "\\x7f");
}

TEST_CASE("the backslash is doubled, so that an escape can be told from its picture") {
  CHECK(escape_terminal("\\x1b") == "\\\\x1b");
}

TEST_CASE("characters that are invisible or turn the line round are written as numbers") {
  CHECK(escape_terminal("a\u202eb") == "a\\u{202e}b");
  CHECK(escape_terminal("\u2066\u2069") == "\\u{2066}\\u{2069}");
  CHECK(escape_terminal("\u200b\ufeff\u00ad") == "\\u{200b}\\u{feff}\\u{ad}");
  CHECK(escape_terminal("\u009b31m") == "\\u{9b}31m");  // CSI as one character
  CHECK(escape_terminal("\u2028") == "\\u{2028}");
  CHECK(escape_terminal("\U000e0041") == "\\u{e0041}");
}

TEST_CASE("nothing is a command to the build log it is printed into") {
  CHECK(escape_terminal("::stop-commands::x.so") == "\\x3a:stop-commands::x.so");
  CHECK(escape_terminal(" \u3000::error::x") == " \u3000\\x3a:error::x");
  CHECK(escape_terminal("##[error]x ##vso[x]") == "\\x23#[error]x \\x23#vso[x]");
  CHECK(escape_terminal("###") == "\\x23\\x23#");
  CHECK(escape_message("first\n::error::second") == "first\n\\x3a:error::second");
  // Colons and '#' that no build log takes for a command stay readable.
  CHECK(escape_terminal("std::vector<int>, #1, a:b") == "std::vector<int>, #1, a:b");
}

TEST_CASE("a message keeps its lines, and what is escaped already") {
  CHECK(escape_message("`\x1b[2J` is none\nhelp: a\\x1b\r") ==
        "`\\x1b[2J` is none\nhelp: a\\x1b\\x0d");
  CHECK(escape_message("").empty());
}

TEST_CASE("bytes that are no UTF-8 are written one by one") {
  CHECK(escape_terminal("\xff") == "\\xff");
  CHECK(escape_terminal("a\xc3") == "a\\xc3");                           // cut short
  CHECK(escape_terminal("\xc0\xaf") == "\\xc0\\xaf");                    // over-long '/'
  CHECK(escape_terminal("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
  CHECK(escape_terminal("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
}

}  // namespace wheelaudit::inline base
