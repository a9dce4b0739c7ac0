// Symbols as text. The common case, a function of the main module, is written as its type alone, so
// that a profile reads like a list of declarations.

#include "profile/symbol_text.hpp"

#include <fmt/format.h>

namespace wheelaudit::profile {
namespace {

/// Takes `word` from the front of `text`, with the blank after it.
bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  if (text.size() > word.size() && text[word.size()] != ' ') return false;
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return true;
}

}  // namespace

std::string symbol_text(const ProvidedSymbol& symbol, const std::vector<LinkedLibrary>& libraries) {
  std::string text;
  const auto add = [&text](std::string_view word) {
    if (!text.empty()) text += ' ';
    text += word;
  };
  if (symbol.provider == ProviderKind::js) add("js");
  if (!symbol.has_address) add("call-only");
  if (symbol.kind == ProvidedKind::data) add("data");
  if (symbol.kind == ProvidedKind::tag) add("tag");
  if (symbol.type) add(symbol.type->str());
  if (text.empty()) add("wasm");
  if (symbol.library && *symbol.library < libraries.size()) {
    add("@" + libraries[*symbol.library].name);
  }
  return text;
}

std::optional<SymbolText> parse_symbol_text(std::string_view text) {
  SymbolText result;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    if (at < 2 || text[at - 1] != ' ' || at + 1 == text.size()) return std::nullopt;
    result.library = text.substr(at + 1);
    text = text.substr(0, at - 1);
  }
  if (text.empty()) return std::nullopt;
  ProvidedSymbol& symbol = result.symbol;
  if (take_word(text, "js")) {
    symbol.provider = ProviderKind::js;
    symbol.has_address = !take_word(text, "call-only");
  } else if (text == "wasm") {
    return result;
  }
  if (!symbol.has_address) {
    // `call-only` stands before functions only
  } else if (take_word(text, "data")) {
    symbol.kind = ProvidedKind::data;
  } else if (take_word(text, "tag")) {
    symbol.kind = ProvidedKind::tag;
  }
  if (text.empty()) return result;
  symbol.type = wasm::parse_function_type(text);
  if (!symbol.type || symbol.kind == ProvidedKind::data) return std::nullopt;
  return result;
}

}  // namespace wheelaudit::profile
