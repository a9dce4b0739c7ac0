// A lexer for matching brackets: it must not take a bracket inside a string, a template, a regular
// expression or a comment for one of the code. Whether a slash divides or begins a regular
// expression follows from the token before it, as in ECMA-262's goal symbols.

#include "profile/generate/javascript.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace wheelaudit::profile {
namespace {

constexpr int maximum_template_depth = 64;

/// Words after which an expression begins.
constexpr auto expression_words =
    std::to_array<std::string_view>({"return", "typeof", "case", "in", "of", "delete", "void",
                                     "throw", "new", "instanceof", "do", "else", "await", "yield"});

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

}  // namespace

bool is_word_character(char c) {
  return is_ascii_alphanumeric(c) || c == '_' || c == '$' || c == '#' ||
         static_cast<unsigned char>(c) >= 0x80;
}

char ScriptLexer::peek(std::size_t ahead) const {
  return at_ + ahead < script_.size() ? script_[at_ + ahead] : '\0';
}

void ScriptLexer::pass_blanks() {
  while (at_ < script_.size()) {
    if (is_blank(script_[at_])) {
      ++at_;
    } else if (script_.substr(at_, 2) == "//") {
      at_ = std::min(script_.find('\n', at_), script_.size());
    } else if (script_.substr(at_, 2) == "/*") {
      const std::size_t close = script_.find("*/", at_ + 2);
      at_ = close == std::string_view::npos ? script_.size() : close + 2;
    } else {
      return;
    }
  }
}

ScriptToken ScriptLexer::finish(ScriptToken::Kind kind, std::size_t begin) {
  last_ = {.kind = kind, .begin = begin, .end = at_};
  return last_;
}

bool ScriptLexer::slash_begins_regex() const {
  switch (last_.kind) {
    case ScriptToken::Kind::number:
    case ScriptToken::Kind::text:
    case ScriptToken::Kind::template_text:
    case ScriptToken::Kind::regex:
      return false;
    case ScriptToken::Kind::word:
      return std::ranges::find(expression_words, text_of(last_)) != expression_words.end();
    case ScriptToken::Kind::punctuator: {
      const char c = script_[last_.begin];
      return c != ')' && c != ']' && c != '}';
    }
    default:
      return true;
  }
}

bool ScriptLexer::pass_quoted(char quote) {
  for (++at_; at_ < script_.size(); ++at_) {
    if (script_[at_] == '\\') {
      ++at_;
    } else if (script_[at_] == quote) {
      ++at_;
      return true;
    } else if (script_[at_] == '\n') {
      return false;
    }
  }
  at_ = script_.size();
  return false;
}

bool ScriptLexer::pass_regex() {
  bool in_class = false;
  for (++at_; at_ < script_.size(); ++at_) {
    const char c = script_[at_];
    if (c == '\n') return false;
    if (c == '\\') {
      ++at_;
    } else if (c == '[') {
      in_class = true;
    } else if (c == ']') {
      in_class = false;
    } else if (c == '/' && !in_class) {
      ++at_;
      while (is_word_character(peek())) ++at_;
      return true;
    }
  }
  at_ = script_.size();
  return false;
}

bool ScriptLexer::pass_template(int depth) {
  if (depth == maximum_template_depth) return false;
  for (++at_; at_ < script_.size();) {
    const char c = script_[at_];
    if (c == '\\') {
      at_ += 2;
    } else if (c == '`') {
      ++at_;
      return true;
    } else if (c == '$' && peek(1) == '{') {
      ScriptLexer inner(script_, at_ + 2);
      inner.depth_ = depth + 1;
      for (int open = 1; open > 0;) {
        const ScriptToken token = inner.next();
        if (token.kind == ScriptToken::Kind::end || token.kind == ScriptToken::Kind::bad) {
          return false;
        }
        if (token.kind != ScriptToken::Kind::punctuator) continue;
        if (script_[token.begin] == '{') ++open;
        if (script_[token.begin] == '}') --open;
      }
      at_ = inner.at_;
    } else {
      ++at_;
    }
  }
  at_ = script_.size();
  return false;
}

ScriptToken ScriptLexer::next() {
  pass_blanks();
  const std::size_t begin = at_;
  if (at_ >= script_.size()) return finish(ScriptToken::Kind::end, script_.size());
  const char c = script_[at_];
  if (c == '"' || c == '\'') {
    const bool closed = pass_quoted(c);
    return finish(closed ? ScriptToken::Kind::text : ScriptToken::Kind::bad, begin);
  }
  if (c == '`') {
    const bool closed = pass_template(depth_);
    return finish(closed ? ScriptToken::Kind::template_text : ScriptToken::Kind::bad, begin);
  }
  if (c == '/' && slash_begins_regex()) {
    const bool closed = pass_regex();
    return finish(closed ? ScriptToken::Kind::regex : ScriptToken::Kind::bad, begin);
  }
  if (is_word_character(c)) {
    const auto kind = is_ascii_digit(c) ? ScriptToken::Kind::number : ScriptToken::Kind::word;
    while (is_word_character(peek())) ++at_;
    return finish(kind, begin);
  }
  ++at_;
  return finish(ScriptToken::Kind::punctuator, begin);
}

std::string compact_script(std::string_view script) {
  std::string compact;
  compact.reserve(script.size());
  ScriptLexer lexer(script, 0);
  for (std::size_t end = 0;;) {
    const ScriptToken token = lexer.next();
    if (token.kind == ScriptToken::Kind::end) return compact;
    if (token.kind == ScriptToken::Kind::bad) return compact.append(script.substr(end));
    end = token.end;
    const std::string_view text = lexer.text_of(token);
    if (!compact.empty() && is_word_character(compact.back()) && is_word_character(text.front())) {
      compact += ' ';
    }
    const bool plain = token.kind == ScriptToken::Kind::text && text.front() == '\'' &&
                       text.find_first_of("\"\\") == std::string_view::npos;
    if (plain) {
      compact.append(1, '"').append(text.substr(1, text.size() - 2)).append(1, '"');
    } else {
      compact += text;
    }
  }
}

}  // namespace wheelaudit::profile
