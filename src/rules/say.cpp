// Marks are made while the text is written, because only then is it known which bytes are the
// symbol: a search in the finished text can take a path or another name for the symbol.

#include "rules/say.hpp"

#include <utility>

namespace wheelaudit::rules {

Mention mention(const Finding& finding, std::string_view text) {
  Mention result{.text = text};
  if (text.empty()) return result;
  const auto add = [&](Says what, std::string_view value) {
    if (text == value) result.marks |= static_cast<std::uint8_t>(what);
  };
  add(Says::member, finding.place.member);
  add(Says::found, finding.found);
  add(Says::expected, finding.expected);
  result.is_symbol = text == finding.symbol;
  return result;
}

void SentenceWriter::mark(const Mention& mention) {
  sentence_.marks_ |= mention.marks;
  const bool fits = buffer_.size() < Sentence::nowhere;
  if (mention.is_symbol && mention.quoted && !sentence_.names_symbol() && fits) {
    sentence_.symbol_at_ = static_cast<std::uint32_t>(buffer_.size());
  }
}

Sentence SentenceWriter::finish() && {
  sentence_.text_.assign(buffer_.data(), buffer_.size());
  return std::move(sentence_);
}

}  // namespace wheelaudit::rules
