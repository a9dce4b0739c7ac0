#pragma once

// The part of JavaScript's lexical grammar that is needed to find where brackets match.

#include <cstdint>
#include <string>
#include <string_view>

namespace wheelaudit::profile {

struct ScriptToken {
  enum class Kind : std::uint8_t { end, word, number, text, template_text, regex, punctuator, bad };
  Kind kind = Kind::end;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Reads tokens one after the other and skips comments and blanks. A template with all its `${…}`
/// is one token. Linear in the text; templates may nest to a depth of 64.
class ScriptLexer {
 public:
  ScriptLexer(std::string_view script, std::size_t at) : script_(script), at_(at) {}

  ScriptToken next();
  [[nodiscard]] std::string_view text_of(const ScriptToken& token) const {
    return script_.substr(token.begin, token.end - token.begin);
  }

 private:
  [[nodiscard]] bool slash_begins_regex() const;
  [[nodiscard]] char peek(std::size_t ahead = 0) const;
  void pass_blanks();
  ScriptToken finish(ScriptToken::Kind kind, std::size_t begin);
  bool pass_quoted(char quote);
  bool pass_regex();
  bool pass_template(int depth);

  std::string_view script_;
  std::size_t at_;
  ScriptToken last_;
  int depth_ = 0;
};

[[nodiscard]] bool is_word_character(char c);

/// The script as emcc's own minifier writes it, so that one way of reading serves every build:
/// without comments, without blanks that separate nothing, plain strings in double quotes. From a
/// place that cannot be read on, the text is copied as it is.
[[nodiscard]] std::string compact_script(std::string_view script);

}  // namespace wheelaudit::profile
