// Text from a wheel made safe for a terminal (docs/design/output.md#escaping). A member called
// `\x1b]0;owned\x07` must not set the window's title, and `\u202e` must not reverse the line, so
// everything that a terminal might obey instead of showing is written as an escape. The backslash
// is escaped too, so that what is shown can be read back in one way only.
//
// Systems that show build logs take commands from them, too: GitHub Actions takes a line that
// begins with `::` for a command, after any blanks, and `##[` in any place (actions/runner,
// src/Runner.Common/ActionCommand.cs), Azure Pipelines `##vso[`, TeamCity `##teamcity[`. So a
// member `::stop-commands::x.so` could hide what other steps report. The first character of such
// a command is therefore escaped.

#include "base/escape.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <optional>

#include "base/utf8.hpp"

namespace wheelaudit::inline base {
namespace {

struct CodePointRange {
  std::uint32_t first;
  std::uint32_t last;
};

// Characters that are invisible, change the direction of the text or break the line (Unicode's
// categories Cc, Cf, Zl, Zp and the blank-looking fillers), the surrogates and the private planes.
constexpr CodePointRange hidden_ranges[] = {
    {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x034F, 0x034F},
    {0x0600, 0x0605},   {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
    {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},
    {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},   {0xE000, 0xF8FF},
    {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
    {0xFFFE, 0xFFFF},   {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    {0xF0000, 0x10FFFF}};

bool is_hidden(std::uint32_t code_point) {
  for (const CodePointRange& range : hidden_ranges) {
    if (code_point < range.first) return false;
    if (code_point <= range.last) return true;
  }
  return false;
}

/// Blanks that .NET's TrimStart, which GitHub's runner calls, takes away (Unicode's category Zs).
bool is_blank(std::uint32_t code_point) {
  return code_point == 0x20 || code_point == 0xA0 || code_point == 0x1680 ||
         (code_point >= 0x2000 && code_point <= 0x200A) || code_point == 0x202F ||
         code_point == 0x205F || code_point == 0x3000;
}

/// True when the reader of a build log may take `rest` for a command. `leads`: only blanks stand
/// before `rest`.
bool begins_command(std::string_view rest, bool leads) {
  return rest.starts_with("##") || (leads && rest.starts_with("::"));
}

}  // namespace

std::string escape_terminal(std::string_view text) {
  std::string escaped;
  std::size_t at = 0;
  bool leads = true;
  while (at < text.size()) {
    const std::optional<Utf8Character> character = decode_utf8(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    if (!character) {
      fmt::format_to(std::back_inserter(escaped), "\\x{:02x}", byte);
      leads = false;
      ++at;
      continue;
    }
    const bool shows = !is_hidden(character->code_point) && !begins_command(text.substr(at), leads);
    leads = leads && is_blank(character->code_point);
    if (byte == '\\') {
      escaped += "\\\\";
    } else if (shows) {
      escaped += text.substr(at, character->size);
    } else if (byte < 0x80) {
      fmt::format_to(std::back_inserter(escaped), "\\x{:02x}", byte);
    } else {
      fmt::format_to(std::back_inserter(escaped), "\\u{{{:x}}}", character->code_point);
    }
    at += character->size;
  }
  return escaped;
}

std::string escape_message(std::string_view message) {
  std::string escaped;
  while (true) {
    const std::size_t kept = message.find_first_of("\\\n");
    escaped += escape_terminal(message.substr(0, kept));
    if (kept == std::string_view::npos) return escaped;
    escaped += message[kept];
    message.remove_prefix(kept + 1);
  }
}

}  // namespace wheelaudit::inline base
