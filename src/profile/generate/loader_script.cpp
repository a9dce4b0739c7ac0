// Reads the loader's JavaScript. The literal `wasmImports={…}` (`asmLibraryArg` in 0.21 and 0.22)
// is read by matching brackets. What its values are is then looked up in one pass over the script:
// `_name=4849` is an address, `_name=new WebAssembly.Global(` an object of the loader,
// `_name.sig="viip"` gives a type, `_name.stub=true` says that the name counts as missing, and
// `_name=_other` is the other name's function and has its signature.
//
// The set of names was compared with the live object of 15 booted releases: they are equal.

#include "profile/generate/loader_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "profile/generate/javascript.hpp"

namespace wheelaudit::profile {
namespace {

constexpr std::array<std::string_view, 2> literal_names = {"wasmImports", "asmLibraryArg"};

using Kind = ScriptToken::Kind;

bool is_punctuator(const ScriptLexer& lexer, const ScriptToken& token, char c) {
  return token.kind == Kind::punctuator && lexer.text_of(token) == std::string_view(&c, 1);
}

/// The change of depth at a token: +1 for an opening bracket, -1 for a closing one, else 0.
int bracket_of(const ScriptLexer& lexer, const ScriptToken& token) {
  if (token.kind != Kind::punctuator) return 0;
  const char c = lexer.text_of(token).front();
  if (c == '{' || c == '(' || c == '[') return 1;
  if (c == '}' || c == ')' || c == ']') return -1;
  return 0;
}

std::string key_of(const ScriptLexer& lexer, const ScriptToken& token) {
  const std::string_view text = lexer.text_of(token);
  if (token.kind == Kind::text) return std::string(text.substr(1, text.size() - 2));
  return std::string(text);
}

/// The member that the tokens of `key: value`, `key` or `key(…) {…}` make; nullopt for `...spread`
/// and `[computed]`.
std::optional<ObjectMember> member_of(const ScriptLexer& lexer, std::string_view script,
                                      const std::vector<ScriptToken>& tokens) {
  if (tokens.empty()) return std::nullopt;
  std::size_t at = 0;
  const auto is_name = [&](std::size_t i) {
    return i < tokens.size() && (tokens[i].kind == Kind::word || tokens[i].kind == Kind::text ||
                                 tokens[i].kind == Kind::number);
  };
  if (!is_name(0)) return std::nullopt;
  // `async f() {}`, `get x() {}`: the name is the second word.
  if (is_name(1)) at = 1;
  ObjectMember member{.key = key_of(lexer, tokens[at]), .value = {}};
  if (at + 1 < tokens.size() && is_punctuator(lexer, tokens[at + 1], ':') &&
      at + 2 < tokens.size()) {
    const std::size_t begin = tokens[at + 2].begin;
    member.value = script.substr(begin, tokens.back().end - begin);
  } else if (at + 1 == tokens.size() && tokens[at].kind == Kind::word) {
    member.value = lexer.text_of(tokens[at]);
  }
  return member;
}

/// Offset of the `{` of each `NAME = {` where NAME is one of the literal's names, ascending.
std::vector<std::size_t> literal_places(std::string_view script) {
  std::vector<std::size_t> places;
  for (const std::string_view name : literal_names) {
    for (std::size_t at = script.find(name); at != std::string_view::npos;
         at = script.find(name, at + name.size())) {
      if (at > 0 && (is_word_character(script[at - 1]) || script[at - 1] == '.')) continue;
      ScriptLexer lexer(script, at + name.size());
      if (!is_punctuator(lexer, lexer.next(), '=')) continue;
      const ScriptToken brace = lexer.next();
      if (is_punctuator(lexer, brace, '{')) places.push_back(brace.begin);
    }
  }
  return places;
}

/// What the script says about one identifier.
struct Definition {
  ScriptImport::Kind kind = ScriptImport::Kind::function;
  bool defined = false;
  bool stub = false;
  std::optional<wasm::FunctionType> type;
  std::string alias;  ///< the identifier it is set to; empty: it is set to another value
};
using Definitions = std::map<std::string, Definition, std::less<>>;

/// The kind of import that the text after `NAME=` makes.
ScriptImport::Kind kind_of_value(std::string_view value) {
  if (value.starts_with("new ") || value.starts_with('[') || value.starts_with('{')) {
    return ScriptImport::Kind::loader_object;
  }
  if (!value.empty() && is_ascii_digit(value[0])) return ScriptImport::Kind::address;
  return ScriptImport::Kind::function;
}

/// `_other` of `_name=_other;`, empty for any other value.
std::string_view identifier_in(std::string_view value) {
  std::size_t end = 0;
  while (end < value.size() && is_word_character(value[end])) ++end;
  const bool ends = end < value.size() && (value[end] == ';' || value[end] == ',');
  return ends && end > 0 && (value[0] < '0' || value[0] > '9') ? value.substr(0, end)
                                                               : std::string_view();
}

std::optional<wasm::FunctionType> signature_in(std::string_view after) {
  constexpr std::string_view key = ".sig=";
  constexpr std::size_t longest_signature = 256;
  if (!after.starts_with(key)) return std::nullopt;
  after.remove_prefix(key.size());
  if (after.empty() || (after[0] != '"' && after[0] != '\'')) return std::nullopt;
  const std::size_t close = after.substr(0, longest_signature).find(after[0], 1);
  if (close == std::string_view::npos) return std::nullopt;
  return wasm::parse_emscripten_signature(after.substr(1, close - 1));
}

void note_use(Definition& definition, std::string_view after) {
  if (after.starts_with("=") && !after.starts_with("==") && !after.starts_with("=>")) {
    if (definition.defined) return;
    definition.defined = true;
    definition.kind = kind_of_value(after.substr(1, 32));
    definition.alias = identifier_in(after.substr(1));
  } else if (after.starts_with(".stub=true")) {
    definition.stub = true;
  } else if (auto type = signature_in(after)) {
    definition.type = std::move(type);
  }
}

/// Completes the wanted definitions in one pass over all words of the script.
Definitions look_up(std::string_view script, Definitions wanted) {
  for (std::size_t at = 0; at < script.size();) {
    if (!is_word_character(script[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < script.size() && is_word_character(script[end])) ++end;
    const std::string_view before = script.substr(0, at);
    const auto found =
        before.ends_with('.') ? wanted.end() : wanted.find(script.substr(at, end - at));
    if (found != wanted.end() && before.ends_with("function ")) found->second.defined = true;
    if (found != wanted.end()) note_use(found->second, script.substr(end, 300));
    at = end;
  }
  return wanted;
}

/// Links from name to name that are followed; in real scripts a chain has two.
constexpr int longest_chain = 4;

/// Gives the signature set under one name of a function to its other names as well (0.22 and 0.23
/// set the signature of `emscripten_webgl_do_get_current_context` under another name).
void share_signatures(Definitions& definitions) {
  for (int link = 0; link < longest_chain; ++link) {
    for (const auto& [name, definition] : definitions) {
      const auto same = definition.type ? definitions.find(definition.alias) : definitions.end();
      if (same != definitions.end() && !same->second.type) same->second.type = definition.type;
    }
  }
}

/// `definitions` and those of the names to which they are set, up to `longest_chain` links.
Definitions with_aliases(std::string_view script, Definitions definitions) {
  for (int link = 0; link < longest_chain; ++link) {
    Definitions wanted;
    for (const auto& [name, definition] : definitions) {
      if (!definition.alias.empty() && !definition.type &&
          !definitions.contains(definition.alias)) {
        wanted.emplace(definition.alias, Definition{});
      }
    }
    if (wanted.empty()) break;
    definitions.merge(look_up(script, std::move(wanted)));
  }
  share_signatures(definitions);
  return definitions;
}

/// The signature of a function, or of the function of which it is another name.
std::optional<wasm::FunctionType> signature_of(const Definitions& definitions,
                                               std::string_view name) {
  for (int link = 0; link <= longest_chain; ++link) {
    const auto found = definitions.find(name);
    if (found == definitions.end()) return std::nullopt;
    if (found->second.type || found->second.alias.empty()) return found->second.type;
    name = found->second.alias;
  }
  return std::nullopt;
}

/// Whether the loader can write this type into the module in which it wraps a function; externref
/// only when its `sigToWasmTypes` knows "e".
bool is_writable(const wasm::FunctionType& type, bool knows_externref) {
  const std::string letters = type.params + type.results;
  return letters.find_first_not_of(knows_externref ? "ijfde" : "ijfd") == std::string::npos;
}

std::vector<ScriptImport> imports_of(std::string_view script,
                                     const std::vector<ObjectMember>& members) {
  Definitions wanted;
  for (const ObjectMember& member : members) wanted.emplace(member.value, Definition{});
  const Definitions definitions = with_aliases(script, look_up(script, std::move(wanted)));
  const bool knows_externref = script.find("e:111") != std::string_view::npos ||
                               script.find("\"e\":111") != std::string_view::npos;
  std::vector<ScriptImport> imports;
  for (const ObjectMember& member : members) {
    const Definition& definition = definitions.find(member.value)->second;
    ScriptImport import{.name = member.key,
                        .kind = definition.kind,
                        .type = signature_of(definitions, member.value),
                        .stub = definition.stub};
    import.has_signature = import.type && is_writable(*import.type, knows_externref);
    // The main memory and table are made elsewhere in the script, under these two names.
    if (member.value == "wasmMemory" || member.value == "wasmTable") {
      import.kind = ScriptImport::Kind::loader_object;
    } else if (!definition.defined) {
      const ScriptImport::Kind direct = kind_of_value(member.value);
      if (direct != ScriptImport::Kind::function) import.kind = direct;
    }
    imports.push_back(std::move(import));
  }
  std::ranges::sort(imports, {}, &ScriptImport::name);
  const auto [first, last] = std::ranges::unique(imports, {}, &ScriptImport::name);
  imports.erase(first, last);
  return imports;
}

/// Reads `"name"]` at `at`: the name, and the offset of its closing bracket.
std::optional<std::pair<std::string, std::size_t>> quoted_index(std::string_view script,
                                                                std::size_t at) {
  constexpr std::size_t longest_name = 1024;
  if (at >= script.size() || script[at] != '"') return std::nullopt;
  const std::size_t close = script.substr(at + 1, longest_name).find('"');
  if (close == std::string_view::npos) return std::nullopt;
  const std::size_t end = at + close + 2;
  if (script.substr(end, 1) != "]") return std::nullopt;
  return std::pair(std::string(script.substr(at + 1, close)), end + 1);
}

/// The names A and B of every `wasmImports["A"]=wasmImports["B"]`.
std::vector<std::pair<std::string, std::string>> aliases_in(std::string_view script) {
  std::vector<std::pair<std::string, std::string>> aliases;
  for (const std::string_view table : literal_names) {
    const std::string index = fmt::format("{}[", table);
    for (std::size_t at = script.find(index); at != std::string_view::npos;
         at = script.find(index, at + 1)) {
      const auto left = quoted_index(script, at + index.size());
      if (!left || script.substr(left->second, 1) != "=") continue;
      if (script.substr(left->second + 1, index.size()) != index) continue;
      const auto right = quoted_index(script, left->second + 1 + index.size());
      if (right) aliases.emplace_back(left->first, right->first);
    }
  }
  return aliases;
}

/// Every `Module["_X"]=VALUE` as member X of an object.
std::vector<ObjectMember> module_members(std::string_view script) {
  constexpr std::string_view index = "Module[";
  std::vector<ObjectMember> members;
  for (std::size_t at = script.find(index); at != std::string_view::npos;
       at = script.find(index, at + 1)) {
    const auto name = quoted_index(script, at + index.size());
    if (!name || !name->first.starts_with('_')) continue;
    if (script.substr(name->second, 1) != "=") continue;
    std::size_t end = name->second + 1;
    while (end < script.size() && is_word_character(script[end])) ++end;
    const std::size_t begin = name->second + 1;
    members.push_back({.key = name->first.substr(1), .value = script.substr(begin, end - begin)});
  }
  return members;
}

bool contains(std::string_view script, std::string_view text) {
  return script.find(text) != std::string_view::npos;
}

}  // namespace

Parsed<std::vector<ObjectMember>> object_members(std::string_view script, std::size_t brace) {
  ScriptLexer lexer(script, brace);
  std::vector<ObjectMember> members;
  std::vector<ScriptToken> tokens;
  if (!is_punctuator(lexer, lexer.next(), '{')) {
    return fault("expected an object literal", brace);
  }
  for (int depth = 1; depth > 0;) {
    const ScriptToken token = lexer.next();
    if (token.kind == Kind::end || token.kind == Kind::bad) {
      return fault("the object literal does not end", token.begin);
    }
    depth += bracket_of(lexer, token);
    const bool separates = depth == 0 || (depth == 1 && is_punctuator(lexer, token, ','));
    if (!separates) {
      tokens.push_back(token);
      continue;
    }
    if (auto member = member_of(lexer, script, tokens)) members.push_back(std::move(*member));
    tokens.clear();
  }
  return members;
}

Parsed<LoaderScript> read_loader_script(std::string_view script) {
  for (const std::size_t brace : literal_places(script)) {
    const auto members = object_members(script, brace);
    if (!members) return tl::unexpected<Fault>(members.error());
    if (members->empty()) continue;
    LoaderScript result;
    result.imports = imports_of(script, *members);
    result.aliases = aliases_in(script);
    // The two ways mergeLibSymbols is written: from 0.22 on, and in 0.21.
    result.main_alias = contains(script, "setImport(\"main\")") ||
                        contains(script, "if(sym==\"__main_argc_argv\"){Module[\"_main\"]");
    if (contains(script, "sym=Module[asmjsMangle(symName)]")) {
      result.module_functions = imports_of(script, module_members(script));
    }
    return result;
  }
  return fault("no object literal `wasmImports={…}` or `asmLibraryArg={…}` in the loader script");
}

}  // namespace wheelaudit::profile
