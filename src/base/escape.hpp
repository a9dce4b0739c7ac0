#pragma once

// Text that came from an input, made safe for a terminal.

#include <string>
#include <string_view>

namespace wheelaudit::inline base {

/// Makes text from a wheel safe for a terminal: control characters, bidi overrides, invalid UTF-8
/// and the backslash become `\x1b`, `\u{202e}`, `\\`. Reports print text from a wheel only through
/// this function.
[[nodiscard]] std::string escape_terminal(std::string_view text);
/// Escapes a message of several lines, parts of which may be escaped already; so backslashes and
/// line feeds stay.
[[nodiscard]] std::string escape_message(std::string_view message);

}  // namespace wheelaudit::inline base
