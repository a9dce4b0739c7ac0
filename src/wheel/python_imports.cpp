// A small reader of Python's lexical structure (The Python Language Reference, "Lexical analysis"):
// just enough to know where a logical line begins, so that text inside strings, brackets and
// comments is never taken for a statement. Only logical lines that begin in column 0 with `from`
// are read further; so every block is left out and the reader need not know blocks. A statement is
// kept only when all of it was understood, so an error of the reader can lose an import but not
// make one up.

#include "wheel/python_imports.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.hpp"

namespace wheelaudit::wheel {
namespace {

bool is_name_start(char c) {
  return is_ascii_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) { return is_name_start(c) || is_ascii_digit(c); }

/// The text, a position in it, and the number of the line of that position.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] bool at(std::string_view expected) const {
    return text_.substr(std::min(at_, text_.size())).starts_with(expected);
  }
  /// Whether `word` follows as a whole word, not as the beginning of a longer one.
  [[nodiscard]] bool at_word(std::string_view word) const {
    const std::size_t behind = at_ + word.size();
    return at(word) && (behind >= text_.size() || !is_name_part(text_[behind]));
  }
  [[nodiscard]] std::uint32_t line() const { return line_; }

  void step(std::size_t count = 1) {
    for (; count > 0 && !at_end(); --count) {
      if (text_[at_] == '\n') ++line_;
      ++at_;
    }
  }

  /// A line end, in any of the three spellings.
  [[nodiscard]] bool at_line_end() const { return peek() == '\n' || peek() == '\r'; }
  void skip_line_end() { step(at("\r\n") ? 2 : 1); }
  void skip_comment() {
    while (!at_end() && !at_line_end()) step();
  }

  /// Skips a string literal, from its opening quotes to its closing quotes. In raw strings, too, a
  /// quote behind a backslash does not close the literal.
  void skip_string() {
    const char quote = peek();
    const std::string_view closing = text_.substr(at_, 3);
    const bool triple =
        closing.size() == 3 && closing[0] == quote && closing[1] == quote && closing[2] == quote;
    step(triple ? 3 : 1);
    while (!at_end()) {
      if (peek() == '\\') {
        step(2);
      } else if (triple ? at(closing) : peek() == quote) {
        step(triple ? 3 : 1);
        return;
      } else if (!triple && at_line_end()) {
        return;  // unterminated: the line ends it
      } else {
        step();
      }
    }
  }

  /// Skips blanks and joined lines; inside brackets comments and line ends as well.
  void skip_blanks(bool in_brackets) {
    while (!at_end()) {
      if (peek() == ' ' || peek() == '\t' || peek() == '\f') {
        step();
      } else if (at("\\\n") || at("\\\r")) {
        step();
        skip_line_end();
      } else if (in_brackets && at_line_end()) {
        skip_line_end();
      } else if (in_brackets && peek() == '#') {
        skip_comment();
      } else {
        return;
      }
    }
  }

  [[nodiscard]] std::string_view take_name() {
    const std::size_t begin = at_;
    if (is_name_start(peek())) {
      while (!at_end() && is_name_part(peek())) step();
    }
    return text_.substr(begin, at_ - begin);
  }

  [[nodiscard]] bool take(char expected) {
    if (peek() != expected || at_end()) return false;
    step();
    return true;
  }

  /// What stands in a logical line outside strings and comments.
  struct Line {
    std::size_t brackets = 0;  ///< opening ones
    bool names = false;        ///< a name or a keyword
    bool other = false;        ///< any sign but brackets, commas, a minus and digits
  };
  /// Skips the rest of a logical line, its line end included.
  Line skip_logical_line() {
    std::uint64_t depth = 0;
    Line line;
    while (!at_end()) {
      const char c = peek();
      if (c == '"' || c == '\'') {
        skip_string();
      } else if (c == '#') {
        skip_comment();
      } else if (at("\\\n") || at("\\\r")) {
        step();
        skip_line_end();
      } else if (at_line_end()) {
        skip_line_end();
        if (depth == 0) return line;
      } else {
        const bool opens = c == '(' || c == '[' || c == '{';
        const bool closes = c == ')' || c == ']' || c == '}';
        if (opens) ++depth;
        if (closes && depth > 0) --depth;
        line.brackets += opens ? 1 : 0;
        line.names = line.names || is_name_start(c);
        line.other = line.other || (!opens && !closes && !is_name_part(c) && c != ',' && c != ' ' &&
                                    c != '\t' && c != '-');
        step();
      }
    }
    return line;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
};

/// The module of a statement, `.a.b`: the count of leading dots and the joined names; nullopt when
/// no module name follows.
std::optional<NamedImports> read_module(Scanner& scanner) {
  NamedImports module{.level = 0, .module = {}, .names = {}, .line = scanner.line()};
  scanner.skip_blanks(false);
  while (scanner.take('.')) {
    ++module.level;
    scanner.skip_blanks(false);
  }
  // In `from . import x` no name is between the dots and the keyword.
  if (module.level > 0 && scanner.at_word("import")) return module;
  while (true) {
    const std::string_view name = scanner.take_name();
    if (name.empty()) return std::nullopt;
    module.module += name;
    scanner.skip_blanks(false);
    if (!scanner.take('.')) return module;
    module.module += '.';
    scanner.skip_blanks(false);
  }
}

/// The names behind `import`; nullopt when the statement is not understood to its end.
std::optional<std::vector<std::string>> read_names(Scanner& scanner, std::size_t most) {
  std::vector<std::string> names;
  scanner.skip_blanks(false);
  const bool brackets = scanner.take('(');
  while (names.size() < most) {
    scanner.skip_blanks(brackets);
    if (brackets && scanner.take(')')) return names;
    const std::string_view name = scanner.take_name();
    if (name.empty()) return std::nullopt;  // also at `*`
    names.emplace_back(name);
    scanner.skip_blanks(brackets);
    if (scanner.at_word("as")) {
      static_cast<void>(scanner.take_name());
      scanner.skip_blanks(brackets);
      if (scanner.take_name().empty()) return std::nullopt;
      scanner.skip_blanks(brackets);
    }
    if (scanner.take(',')) continue;
    if (brackets) return scanner.take(')') ? std::optional(std::move(names)) : std::nullopt;
    const bool ends =
        scanner.at_end() || scanner.at_line_end() || scanner.peek() == '#' || scanner.peek() == ';';
    return ends ? std::optional(std::move(names)) : std::nullopt;
  }
  return names;
}

/// A logical line that begins with `from`, without its line end.
std::optional<NamedImports> read_statement(Scanner& scanner, std::size_t most) {
  static_cast<void>(scanner.take_name());
  auto imports = read_module(scanner);
  if (!imports || scanner.take_name() != "import") return std::nullopt;
  auto names = read_names(scanner, most);
  if (!names) return std::nullopt;
  imports->names = std::move(*names);
  return imports;
}

}  // namespace

std::vector<NamedImports> top_level_imports(std::string_view source, std::size_t most) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (source.starts_with(byte_order_mark)) source.remove_prefix(byte_order_mark.size());
  std::vector<NamedImports> all;
  Scanner scanner(source);
  while (!scanner.at_end() && most > 0) {
    if (scanner.at_word("from")) {
      if (auto imports = read_statement(scanner, most)) {
        most -= imports->names.size();
        all.push_back(std::move(*imports));
      }
    }
    scanner.skip_logical_line();
  }
  return all;
}

namespace {

constexpr std::size_t most_imports = 10'000;  // names of one statement

/// `import a.b, c as d`: one entry per module; nullopt when the statement is not understood.
std::optional<std::vector<NamedImports>> read_plain_import(Scanner& scanner) {
  static_cast<void>(scanner.take_name());
  std::vector<NamedImports> modules;
  do {
    auto module = read_module(scanner);
    if (!module || module->level > 0) return std::nullopt;
    scanner.skip_blanks(false);
    if (scanner.at_word("as")) {
      static_cast<void>(scanner.take_name());
      scanner.skip_blanks(false);
      static_cast<void>(scanner.take_name());
      scanner.skip_blanks(false);
    }
    modules.push_back(std::move(*module));
  } while (scanner.take(','));
  return modules;
}

/// The line ends here, or a comment follows.
bool line_ends(Scanner& scanner) {
  scanner.skip_blanks(false);
  return scanner.at_end() || scanner.at_line_end() || scanner.peek() == '#';
}

/// `NAME = LITERAL`, without a call, a look-up or a name on the right.
bool sets_a_literal(Scanner& scanner) {
  if (scanner.take_name().empty()) return false;
  scanner.skip_blanks(false);
  if (!scanner.take('=')) return false;
  const Scanner::Line line = scanner.skip_logical_line();
  return !line.names && !line.other;
}

/// What one statement at the top level imports; nullopt when it runs anything else.
std::optional<std::vector<NamedImports>> read_declaration(Scanner& scanner) {
  const auto declares = [](bool does) {
    return does ? std::optional(std::vector<NamedImports>{}) : std::nullopt;
  };
  if (scanner.peek() == '"' || scanner.peek() == '\'') {
    scanner.skip_string();
    return declares(line_ends(scanner));
  }
  if (scanner.at_word("from")) {
    auto read = read_statement(scanner, most_imports);
    if (!read || !line_ends(scanner)) return std::nullopt;
    return std::vector{std::move(*read)};
  }
  if (scanner.at_word("import")) {
    auto read = read_plain_import(scanner);
    return line_ends(scanner) ? std::move(read) : std::nullopt;
  }
  // A default value or an annotation could call something; the parameters alone have one bracket.
  if (scanner.at_word("def")) return declares(scanner.skip_logical_line().brackets == 1);
  return declares(sets_a_literal(scanner));
}

}  // namespace

std::optional<std::vector<NamedImports>> imports_of_declarations(std::string_view source) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (source.starts_with(byte_order_mark)) source.remove_prefix(byte_order_mark.size());
  std::vector<NamedImports> imports;
  Scanner scanner(source);
  bool in_function = false;  // the lines that are indented belong to a function
  while (!scanner.at_end()) {
    const bool indented = scanner.peek() == ' ' || scanner.peek() == '\t';
    if (line_ends(scanner)) {
      scanner.skip_comment();
      scanner.skip_line_end();
      continue;
    }
    if (indented && in_function) {
      static_cast<void>(scanner.skip_logical_line());
      continue;
    }
    if (indented) return std::nullopt;
    in_function = scanner.at_word("def");
    const std::uint32_t line = scanner.line();
    auto read = read_declaration(scanner);
    if (!read) return std::nullopt;
    imports.insert(imports.end(), std::make_move_iterator(read->begin()),
                   std::make_move_iterator(read->end()));
    if (scanner.line() == line) static_cast<void>(scanner.skip_logical_line());
  }
  return imports;
}

}  // namespace wheelaudit::wheel
