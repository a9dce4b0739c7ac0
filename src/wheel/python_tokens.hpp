#pragma once

// Python's logical lines as tokens (The Python Language Reference, "Lexical analysis"): just enough
// that text inside strings, brackets and comments is never taken for a statement.

#include <cstdint>
#include <string_view>
#include <vector>

namespace wheelaudit::wheel {

struct PythonToken {
  enum class Kind : std::uint8_t {
    name,       ///< a keyword too
    text,       ///< a string literal: `text` is between its quotes, escapes as they are written
    formatted,  ///< an f-string or t-string
    number,
    mark,  ///< one character of an operator or delimiter
  };
  Kind kind = Kind::mark;
  std::string_view text;
  std::uint32_t line = 0;  ///< from 1

  [[nodiscard]] bool is(std::string_view expected) const {
    return (kind == Kind::name || kind == Kind::mark) && text == expected;
  }
};

/// Reads one logical line after the other. Linear in the text, which must outlive the reader.
class PythonLines {
 public:
  explicit PythonLines(std::string_view source);

  /// Steps to the next logical line that has tokens; false at the end.
  bool next();
  /// Of the line; not all of them if it has more than `most_tokens`.
  [[nodiscard]] const std::vector<PythonToken>& tokens() const { return tokens_; }
  /// The line begins behind column 0, so it belongs to a block.
  [[nodiscard]] bool indented() const { return indented_; }
  /// All tokens are there, and every bracket is closed.
  [[nodiscard]] bool whole() const { return whole_; }

  /// 2 MiB of tokens.
  static constexpr std::size_t most_tokens = 65'536;

 private:
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] bool at(std::string_view expected) const {
    return text_.substr(at_).starts_with(expected);
  }
  [[nodiscard]] bool at_line_end() const { return peek() == '\n' || peek() == '\r'; }
  void step(std::size_t count = 1);
  void skip_line_end() { step(at("\r\n") ? 2 : 1); }
  void add(PythonToken::Kind kind, std::size_t begin, std::uint32_t line);
  void read_word();
  void read_string(bool formatted);

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::vector<PythonToken> tokens_;
  bool indented_ = false;
  bool whole_ = true;
};

}  // namespace wheelaudit::wheel
