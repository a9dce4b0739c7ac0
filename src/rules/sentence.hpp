#pragma once

// A sentence of a finding: the words, and which of the finding's own values the words hold. Reports
// group findings, put a readable name behind a symbol and leave out what is said already; they go
// by these marks, never by a search in the words (docs/design/output.md#sentences). Rules make
// marked sentences with `say` (rules/say.hpp); any text is a sentence without marks.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace wheelaudit::rules {

/// Which value of its finding a sentence holds. The symbol is marked by its place.
enum class Says : std::uint8_t { member = 1, found = 2, expected = 4 };

class Sentence {
 public:
  Sentence() = default;
  // Implicit, so that a rule without a value to mark writes a plain text.
  Sentence(std::string text) : text_(std::move(text)) {}
  Sentence(std::string_view text) : text_(text) {}
  Sentence(const char* text) : text_(text) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool says(Says what) const {
    return (marks_ & static_cast<std::uint8_t>(what)) != 0;
  }

  /// Whether the finding's symbol stands in the sentence, in back-quotes.
  [[nodiscard]] bool names_symbol() const { return symbol_at_ != nowhere; }
  /// Where the first back-quote of the symbol stands.
  [[nodiscard]] std::optional<std::size_t> symbol_at() const {
    return names_symbol() ? std::optional<std::size_t>(symbol_at_) : std::nullopt;
  }
  /// The words in front of the quoted symbol; all words when the sentence does not name it.
  [[nodiscard]] std::string_view before_symbol() const {
    return std::string_view(text_).substr(0, symbol_at_);
  }
  /// The words behind the quoted `symbol`; none when the sentence does not name it.
  [[nodiscard]] std::string_view after_symbol(std::string_view symbol) const {
    const std::size_t quotes = 2;
    if (!names_symbol() || text_.size() - symbol_at_ < symbol.size() + quotes) return {};
    return std::string_view(text_).substr(symbol_at_ + symbol.size() + quotes);
  }

  /// Of the words alone: what a reader sees.
  friend bool operator==(const Sentence& left, const Sentence& right) {
    return left.text_ == right.text_;
  }

 private:
  friend class SentenceWriter;
  static constexpr std::uint32_t nowhere = 0xffff'ffff;

  std::string text_;
  // Together as long as one pointer: a wheel can have 100,000 findings.
  std::uint32_t symbol_at_ = nowhere;
  std::uint8_t marks_ = 0;
};

}  // namespace wheelaudit::rules
