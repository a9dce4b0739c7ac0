#pragma once

// Text of strangers made safe for a terminal.

#include <string>
#include <string_view>

namespace wheelaudit::inline base {

/// Makes text from a wheel safe for a terminal: control characters, bidi overrides, invalid UTF-8
/// and the backslash become `\x1b`, `\u{202e}`, `\\`. Everything a report prints of a wheel goes
/// through it.
[[nodiscard]] std::string escape_terminal(std::string_view text);
/// The same for a message of several lines, parts of which may be escaped already: backslashes and
/// line feeds stay.
[[nodiscard]] std::string escape_message(std::string_view message);

}  // namespace wheelaudit::inline base
