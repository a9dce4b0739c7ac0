#pragma once

// Writes a sentence about a finding. What the sentence says of the finding's own values follows
// from the types of the arguments: `say("needed library {} is not here", the_symbol(finding))` is a
// text with the symbol in back-quotes, and knows where the symbol stands. An argument is compared
// with the finding's values as they are then: fill in symbol, member, expected and found first.

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string_view>

#include "rules/finding.hpp"
#include "rules/sentence.hpp"

namespace wheelaudit::rules {

/// An argument of `say`: its text and what the sentence says with it.
struct Mention {
  std::string_view text;
  std::uint8_t marks = 0;  ///< of `Says`
  bool is_symbol = false;
  bool quoted = false;  ///< written in back-quotes; only then is a symbol named
};

/// In back-quotes.
[[nodiscard]] inline Mention quoted(Mention mention) {
  mention.quoted = true;
  return mention;
}
/// A text that holds one of the finding's values, such as a list of which `found` is the first.
[[nodiscard]] inline Mention saying(Says what, std::string_view text) {
  return {.text = text, .marks = static_cast<std::uint8_t>(what)};
}
[[nodiscard]] inline Mention saying(Says what, Mention mention) {
  mention.marks |= static_cast<std::uint8_t>(what);
  return mention;
}
/// Says every value of the finding that the text is equal to. An empty value is never said.
[[nodiscard]] Mention mention(const Finding& finding, std::string_view text);

/// In back-quotes, as each symbol in a sentence.
[[nodiscard]] inline Mention the_symbol(const Finding& finding) {
  return quoted(mention(finding, finding.symbol));
}
[[nodiscard]] inline Mention the_symbol(std::string_view symbol) {
  return {.text = symbol, .is_symbol = !symbol.empty(), .quoted = true};
}
[[nodiscard]] inline Mention the_found(const Finding& finding) {
  return mention(finding, finding.found);
}
[[nodiscard]] inline Mention the_expected(const Finding& finding) {
  return mention(finding, finding.expected);
}

class SentenceWriter {
 public:
  void write(fmt::string_view format, fmt::format_args arguments) {
    fmt::vformat_to(std::back_inserter(buffer_), format, arguments);
  }
  /// Marks what is written next, at the end of what is written by now.
  void mark(const Mention& mention);
  [[nodiscard]] Sentence finish() &&;

 private:
  fmt::memory_buffer buffer_;
  Sentence sentence_;
};

namespace detail {

struct WrittenMention {
  Mention mention;
  SentenceWriter* writer = nullptr;
};

/// How `say` passes an argument to fmt: a mention with its writer, every other as it is.
template <class T>
struct Written {
  using type = T;
  static const T& of(SentenceWriter& /*writer*/, const T& value) { return value; }
};
template <>
struct Written<Mention> {
  using type = WrittenMention;
  static WrittenMention of(SentenceWriter& writer, const Mention& mention) {
    return {.mention = mention, .writer = &writer};
  }
};

}  // namespace detail

/// fmt::format for sentences.
template <class... Args>
[[nodiscard]] Sentence say(fmt::format_string<const typename detail::Written<Args>::type&...> text,
                           const Args&... arguments) {
  SentenceWriter writer;
  [&](const auto&... written) {
    writer.write(text, fmt::make_format_args(written...));
  }(detail::Written<Args>::of(writer, arguments)...);
  return std::move(writer).finish();
}

}  // namespace wheelaudit::rules

template <>
struct fmt::formatter<wheelaudit::rules::detail::WrittenMention> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  auto format(const wheelaudit::rules::detail::WrittenMention& written,
              fmt::format_context& context) const {
    written.writer->mark(written.mention);
    const std::string_view quote = written.mention.quoted ? "`" : "";
    return fmt::format_to(context.out(), "{}{}{}", quote, written.mention.text, quote);
  }
};
