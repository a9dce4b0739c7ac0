// A logical line is read whole: line ends inside brackets and behind a backslash belong to it. In
// raw strings, too, a quote behind a backslash does not close the literal. An unterminated literal
// ends with its line, so that an error of the reader does not swallow the rest of the source.

#include "wheel/python_tokens.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace wheelaudit::wheel {
namespace {

bool is_name_start(char c) {
  return is_ascii_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) { return is_name_start(c) || is_ascii_digit(c); }

/// Whether a word directly before a quote is a prefix of the literal: `r`, `b`, `rb`, `f` …
bool is_string_prefix(std::string_view word) {
  constexpr std::string_view letters = "rRbBuUfFtT";
  return word.size() <= 2 && word.find_first_not_of(letters) == std::string_view::npos;
}

}  // namespace

PythonLines::PythonLines(std::string_view source) : text_(source) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
}

void PythonLines::step(std::size_t count) {
  for (; count > 0 && !at_end(); --count) {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }
}

void PythonLines::add(PythonToken::Kind kind, std::size_t begin, std::uint32_t line) {
  if (tokens_.size() == most_tokens) {
    whole_ = false;
    return;
  }
  tokens_.push_back({.kind = kind, .text = text_.substr(begin, at_ - begin), .line = line});
}

void PythonLines::read_string(bool formatted) {
  const std::uint32_t line = line_;
  const char quote = peek();
  const std::string_view opening = text_.substr(at_, 3);
  const bool triple =
      opening.size() == 3 && opening[0] == quote && opening[1] == quote && opening[2] == quote;
  step(triple ? 3 : 1);
  const std::size_t begin = at_;
  while (!at_end()) {
    if (peek() == '\\') {
      step(2);
    } else if (triple ? at(opening) : peek() == quote) {
      break;
    } else if (!triple && at_line_end()) {
      break;
    } else {
      step();
    }
  }
  add(formatted ? PythonToken::Kind::formatted : PythonToken::Kind::text, begin, line);
  if (!at_end() && !at_line_end()) step(triple ? 3 : 1);
}

void PythonLines::read_word() {
  const std::size_t begin = at_;
  const bool number = is_ascii_digit(peek());
  while (!at_end() && (is_name_part(peek()) || (number && peek() == '.'))) step();
  const std::string_view word = text_.substr(begin, at_ - begin);
  if (!number && (peek() == '"' || peek() == '\'') && is_string_prefix(word)) {
    read_string(word.find_first_of("fFtT") != std::string_view::npos);
    return;
  }
  add(number ? PythonToken::Kind::number : PythonToken::Kind::name, begin, line_);
}

bool PythonLines::next() {
  tokens_.clear();
  whole_ = true;
  std::size_t depth = 0;
  std::size_t line_begin = at_;
  while (!at_end()) {
    const char c = peek();
    if (at_line_end()) {
      skip_line_end();
      if (depth == 0 && !tokens_.empty()) return true;
      if (tokens_.empty()) line_begin = at_;
      continue;
    }
    if (c == '#') {
      while (!at_end() && !at_line_end()) step();
      continue;
    }
    if (at("\\\n") || at("\\\r")) {
      step();
      skip_line_end();
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\f') {
      step();
      continue;
    }
    if (tokens_.empty()) indented_ = at_ != line_begin;
    if (c == '"' || c == '\'') {
      read_string(false);
    } else if (is_name_part(c)) {
      read_word();
    } else {
      if (c == '(' || c == '[' || c == '{') ++depth;
      if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
      const std::size_t begin = at_;
      step();
      add(PythonToken::Kind::mark, begin, line_);
    }
  }
  whole_ = whole_ && depth == 0;
  return !tokens_.empty();
}

}  // namespace wheelaudit::wheel
