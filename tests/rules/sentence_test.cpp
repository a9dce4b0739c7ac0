// Sentences: what they say of a finding follows from the arguments, whatever the texts hold.

#include "rules/sentence.hpp"

#include <doctest/doctest.h>

#include <string>

#include "rules/say.hpp"

namespace wheelaudit::rules {
namespace {

Finding of_symbol(std::string symbol) {
  Finding finding;
  finding.symbol = std::move(symbol);
  return finding;
}

TEST_CASE("a sentence knows where its symbol stands") {
  const Finding finding = of_symbol("f");
  const Sentence sentence =
      say("{} calls need {}, twice: {}", 2, the_symbol(finding), the_symbol(finding));
  CHECK(sentence.text() == "2 calls need `f`, twice: `f`");
  CHECK(sentence.symbol_at() == 13U);
  CHECK(sentence.before_symbol() == "2 calls need ");
  CHECK(sentence.after_symbol("f") == ", twice: `f`");
}

TEST_CASE("a text that equals the symbol by chance is not the symbol") {
  const Finding finding = of_symbol("f");
  const Sentence sentence = say("`{}` and {}", "f", the_symbol(finding));
  CHECK(sentence.text() == "`f` and `f`");
  CHECK(sentence.symbol_at() == 8U);
  CHECK_FALSE(say("`{}`", "f").names_symbol());
  CHECK_FALSE(Sentence("needs `f`").names_symbol());
  // Without quotes a name is only a word of the sentence.
  CHECK_FALSE(say("{}", mention(finding, "f")).names_symbol());
}

TEST_CASE("hostile names keep their place") {
  for (const std::string name : {"a`b", "`", "``", "{}", "{0}}", "a\nb", "\x1b[31m"}) {
    CAPTURE(name);
    const Finding finding = of_symbol(name);
    const Sentence sentence = say("`{}` has {} here", name + "`", the_symbol(finding));
    const std::string before = "`" + name + "`` has ";
    CHECK(sentence.text() == before + "`" + name + "` here");
    CHECK(sentence.symbol_at() == before.size());
    CHECK(sentence.after_symbol(name) == " here");
  }
  const std::string zero("a\0b", 3);
  CHECK(say("{}!", the_symbol(zero)).after_symbol(zero) == "!");
}

TEST_CASE("long sentences keep the place of the symbol") {
  const std::string path(10'000, 'x');
  CHECK(say("{}: {}", path, the_symbol("f")).symbol_at() == path.size() + 2);
}

TEST_CASE("an argument marks each value of the finding that it is equal to") {
  Finding finding = of_symbol("a.so");
  finding.place.member = "b.so";
  finding.found = "a.so";
  finding.expected = "c.so";
  const Sentence symbol = say("{}", the_symbol(finding));
  CHECK(symbol.says(Says::found));
  CHECK_FALSE(symbol.says(Says::expected));
  CHECK_FALSE(symbol.says(Says::member));
  const Sentence place = say("at {}", quoted(the_found(finding)));
  CHECK(place.text() == "at `a.so`");
  CHECK(place.symbol_at() == 3U);
  CHECK(say("{}", the_expected(finding)).says(Says::expected));
  CHECK(say("in {}", mention(finding, "b.so")).says(Says::member));
  const Sentence part = say("{}", mention(finding, "a.s"));
  CHECK_FALSE(part.says(Says::found));
  CHECK_FALSE(say("{}", finding.found).says(Says::found));
  const Sentence list = say("takes {}", saying(Says::found, "`a.so` and `b.so`"));
  CHECK(list.says(Says::found));
  CHECK_FALSE(list.says(Says::member));
}

TEST_CASE("what is empty is never said") {
  const Finding finding;
  const Sentence sentence = say("{}{}{}", the_symbol(finding), the_found(finding), the_symbol(""));
  CHECK(sentence.text() == "````");
  CHECK_FALSE(sentence.names_symbol());
  CHECK_FALSE(sentence.says(Says::found));
  CHECK_FALSE(sentence.says(Says::member));
}

TEST_CASE("a sentence without a symbol is all before it") {
  const Sentence sentence = "no {} here";
  CHECK(sentence.before_symbol() == "no {} here");
  CHECK(sentence.after_symbol("f").empty());
  // The symbol of a finding was changed after the sentence was made.
  CHECK(say("{}", the_symbol("f")).after_symbol("a longer name").empty());
}

TEST_CASE("sentences are equal when their words are") {
  CHECK(say("needs {}", the_symbol("f")) == "needs `f`");
  CHECK(say("needs {}", the_symbol("f")) != "needs `g`");
}

TEST_CASE("the marks of a sentence take no more than one pointer") {
  CHECK(sizeof(Sentence) <= sizeof(std::string) + sizeof(void*));
  Finding finding = of_symbol("f");
  const std::uint64_t before = memory_of(finding);
  finding.details.push_back(std::string(100, 'x'));
  CHECK(memory_of(finding) == before + sizeof(Sentence) + 16 + 100);
}

}  // namespace
}  // namespace wheelaudit::rules
