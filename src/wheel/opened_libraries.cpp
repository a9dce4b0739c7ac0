// Follows the statements of a source that run whenever the source runs: imports, names set to
// paths, and calls of `ctypes.CDLL`. Paths are worked out as text, from string literals, `__file__`
// and the usual functions of os.path and pathlib. Whatever may change a name or a path in another
// way makes the name unknown, so that no library is told that may not be opened
// (docs/design/sessions.md#libraries-that-python-opens).

#include "wheel/opened_libraries.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "base/path.hpp"
#include "wheel/python_tokens.hpp"

namespace wheelaudit::wheel {
namespace {

/// A text, or a path below site-packages when `rooted`.
struct Value {
  std::string text;
  bool rooted = false;
};
using Names = std::map<std::string_view, Value>;

/// Longer paths are not worked out: no member of a wheel may have one (docs/design/archive.md).
constexpr std::size_t longest = 1'024;
/// Brackets within brackets; real paths have three.
constexpr std::size_t deepest = 16;

Value joined(const Value& left, const Value& right) {
  if (right.rooted || right.text.starts_with('/')) return right;
  const bool plain = left.text.empty() || left.text.ends_with('/');
  return {.text = left.text + (plain ? "" : "/") + right.text, .rooted = left.rooted};
}

/// Without `.` and `..`; nullopt when the path leaves its beginning.
std::optional<std::string> shortest(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part == "..") {
      if (parts.empty()) return std::nullopt;
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  std::string text;
  for (const std::string_view part : parts) {
    if (!text.empty()) text += '/';
    text += part;
  }
  return text;
}

std::optional<Value> parent(const Value& path) {
  const auto plain = shortest(path.text);
  if (!path.rooted || !plain || plain->empty()) return std::nullopt;
  return Value{.text = std::string(folder_of(*plain)), .rooted = true};
}

bool is_literal(const PythonToken& token) {
  return token.kind == PythonToken::Kind::text || token.kind == PythonToken::Kind::formatted;
}

/// Whether the literal stands for what is between its quotes: no escapes, no fields.
bool is_known(const PythonToken& token) {
  const bool has_fields = token.kind == PythonToken::Kind::formatted &&
                          token.text.find_first_of("{}") != std::string_view::npos;
  return !has_fields && token.text.find('\\') == std::string_view::npos;
}

/// Works out one expression of the tokens. Whoever calls `value` looks at `at_end` or at the next
/// sign.
class Expression {
 public:
  Expression(std::span<const PythonToken> tokens, const Names& names, std::string_view file)
      : tokens_(tokens), names_(names), file_(file) {}

  [[nodiscard]] bool at_end() const { return at_ == tokens_.size(); }
  [[nodiscard]] bool next_is(std::string_view word) const {
    return !at_end() && tokens_[at_].is(word);
  }
  bool take(std::string_view word) {
    if (!next_is(word)) return false;
    ++at_;
    return true;
  }
  /// `a.b.c`, with the dots; empty when no name follows.
  std::string dotted_name() {
    std::string name;
    while (!at_end() && tokens_[at_].kind == PythonToken::Kind::name) {
      name += tokens_[at_++].text;
      if (!next_is(".") || at_ + 1 == tokens_.size() ||
          tokens_[at_ + 1].kind != PythonToken::Kind::name) {
        break;
      }
      ++at_;
      name += '.';
    }
    return name;
  }
  [[nodiscard]] std::size_t at() const { return at_; }
  void go_to(std::size_t at) { at_ = at; }
  [[nodiscard]] std::span<const PythonToken> rest() const { return tokens_.subspan(at_); }

  std::optional<Value> value() {
    if (++depth_ > deepest) return std::nullopt;
    auto left = operand();
    while (left && left->text.size() <= longest && (next_is("/") || next_is("+"))) {
      const bool joins = take("/");
      if (!joins) take("+");
      const auto right = operand();
      if (!right) return std::nullopt;
      left = joins ? joined(*left, *right)
                   : Value{.text = left->text + right->text, .rooted = left->rooted};
      if (!joins && right->rooted) return std::nullopt;
    }
    --depth_;
    return left && left->text.size() <= longest ? left : std::nullopt;
  }

 private:
  std::optional<Value> operand() {
    auto result = primary();
    while (result && next_is(".")) {
      take(".");
      if (at_end()) return std::nullopt;
      const std::string_view name = tokens_[at_++].text;
      if (name == "parent") {
        result = parent(*result);
      } else if (name == "resolve" || name == "absolute" || name == "as_posix") {
        if (!take("(") || !take(")")) return std::nullopt;
      } else if (name == "joinpath") {
        result = take("(") ? join_arguments(std::move(*result)) : std::nullopt;
      } else {
        return std::nullopt;
      }
    }
    return result;
  }

  /// The arguments behind `first`, up to the closing bracket.
  std::optional<Value> join_arguments(Value first) {
    while (!take(")")) {
      take(",");
      if (take(")")) break;
      const auto next = value();
      if (!next || first.text.size() > longest || !(next_is(",") || next_is(")"))) {
        return std::nullopt;
      }
      first = joined(first, *next);
    }
    return first;
  }

  std::optional<Value> primary() {
    if (at_end()) return std::nullopt;
    if (is_literal(tokens_[at_])) {
      Value text;
      for (; !at_end() && is_literal(tokens_[at_]); ++at_) {
        if (!is_known(tokens_[at_])) return std::nullopt;
        text.text += tokens_[at_].text;
      }
      return text;
    }
    if (take("(")) {
      auto inside = value();
      return take(")") ? inside : std::nullopt;
    }
    if (tokens_[at_].kind != PythonToken::Kind::name) return std::nullopt;
    if (take("__file__")) return Value{.text = std::string(file_), .rooted = true};
    if (const auto known = names_.find(tokens_[at_].text); known != names_.end()) {
      ++at_;
      return known->second;
    }
    const std::string function = dotted_name();
    if (!take("(")) return std::nullopt;
    const auto first = value();
    if (!first) return std::nullopt;
    if (function == "os.path.join" || function == "pathlib.Path" || function == "Path") {
      return join_arguments(*first);
    }
    if (!take(")")) return std::nullopt;
    if (function == "os.path.dirname") return parent(*first);
    constexpr std::array<std::string_view, 5> same{"str", "os.fspath", "os.path.abspath",
                                                   "os.path.realpath", "os.path.normpath"};
    return std::ranges::find(same, function) != same.end() ? first : std::nullopt;
  }

  std::span<const PythonToken> tokens_;
  const Names& names_;
  std::string_view file_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

class Reader {
 public:
  Reader(const ModuleMap& map, std::string_view path)
      : map_(map), path_(path), file_(installed_name(path)) {}

  /// Reads a logical line, statement by statement.
  void read_line(std::span<const PythonToken> tokens, bool indented) {
    std::size_t depth = 0;
    std::size_t begin = 0;
    const bool has_block = !tokens.empty() && !runs_once(tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].is("(") || tokens[i].is("[") || tokens[i].is("{")) ++depth;
      if ((tokens[i].is(")") || tokens[i].is("]") || tokens[i].is("}")) && depth > 0) --depth;
      if (!tokens[i].is(";") || depth > 0) continue;
      // Behind the head of a block the whole line is its block.
      if (i > begin) read(tokens.subspan(begin, i - begin), indented || has_block);
      begin = i + 1;
    }
    if (begin < tokens.size()) read(tokens.subspan(begin), indented || has_block);
  }

  std::vector<OpenedLibrary> take() && { return std::move(result_); }

 private:
  void read(std::span<const PythonToken> tokens, bool indented) {
    note_own_imports(tokens);
    if (tokens.front().is("import") || tokens.front().is("from")) {
      if (!indented) note_ctypes(tokens);
      forget(tokens);
      return;
    }
    if (indented) {
      // What a block or a function does with a name is not followed.
      forget(tokens);
      return;
    }
    const bool sets = tokens.size() > 2 && tokens[0].kind == PythonToken::Kind::name &&
                      tokens[1].is("=") && !tokens[2].is("=");
    const std::span<const PythonToken> right = sets ? tokens.subspan(2) : tokens;
    if (open(tokens.front().line, right)) {
      if (sets) names_.erase(tokens[0].text);
      return;
    }
    std::optional<Value> value;
    if (sets) {
      Expression expression(right, names_, file_);
      value = expression.value();
      if (!expression.at_end()) value.reset();
    }
    if (changes_names(tokens)) forget(tokens);
    if (value && !is_function_we_know(tokens[0].text)) names_[tokens[0].text] = *value;
  }

  /// Not the head of a block, and not a decorator.
  static bool runs_once(std::span<const PythonToken> tokens) {
    constexpr std::array<std::string_view, 14> words{"if",    "elif",  "else",   "for",   "while",
                                                     "with",  "try",   "def",    "class", "finally",
                                                     "async", "match", "except", "@"};
    return std::ranges::none_of(words,
                                [&](std::string_view word) { return tokens.front().is(word); });
  }

  static bool changes_names(std::span<const PythonToken> tokens) {
    std::size_t depth = 0;
    if (tokens.front().is("del") || tokens.front().is("global")) return true;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].is("(") || tokens[i].is("[") || tokens[i].is("{")) ++depth;
      if ((tokens[i].is(")") || tokens[i].is("]") || tokens[i].is("}")) && depth > 0) --depth;
      const bool walrus = i > 0 && tokens[i].is("=") && tokens[i - 1].is(":");
      if ((tokens[i].is("=") && depth == 0) || walrus) return true;
    }
    return false;
  }

  static bool is_function_we_know(std::string_view name) {
    constexpr std::array<std::string_view, 6> words{"os",  "pathlib", "Path",
                                                    "str", "ctypes",  "CDLL"};
    return std::ranges::find(words, name) != words.end();
  }

  /// The names of the statement are no longer known. If one of the functions is set to something
  /// else, no call is known any more.
  void forget(std::span<const PythonToken> tokens) {
    const bool deletes = tokens.front().is("del") || tokens.front().is("global");
    std::size_t depth = 0;
    bool seen_function = false;  // in front of here, outside brackets of calls
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const PythonToken& token = tokens[i];
      if (token.is("(") || token.is("[") || token.is("{")) ++depth;
      if ((token.is(")") || token.is("]") || token.is("}")) && depth > 0) --depth;
      if (token.is("=") && depth == 0 && seen_function) lost_ = true;
      if (token.kind != PythonToken::Kind::name) continue;
      names_.erase(token.text);
      if (!is_function_we_know(token.text)) continue;
      const bool is_annotation = i == 2 && tokens[1].is(":") && runs_once(tokens);
      seen_function = seen_function || !is_annotation;
      const bool before_walrus =
          i + 2 < tokens.size() && tokens[i + 1].is(":") && tokens[i + 2].is("=");
      const bool is_set = i > 0 && (tokens[i - 1].is("as") || tokens[i - 1].is("for") ||
                                    tokens[i - 1].is("def") || tokens[i - 1].is("class"));
      if (deletes || before_walrus || is_set) lost_ = true;
    }
  }

  /// `import ctypes`, `from ctypes import CDLL, RTLD_GLOBAL`
  void note_ctypes(std::span<const PythonToken> tokens) {
    const bool has_other_name =
        std::ranges::any_of(tokens, [](const PythonToken& token) { return token.is("as"); });
    if (has_other_name) return;
    if (tokens.front().is("import")) {
      imported_ctypes_ =
          imported_ctypes_ ||
          std::ranges::any_of(tokens, [](const PythonToken& token) { return token.is("ctypes"); });
      return;
    }
    if (tokens.size() < 4 || !tokens[1].is("ctypes") || !tokens[2].is("import")) return;
    for (const PythonToken& token : tokens.subspan(3)) from_ctypes_.insert(token.text);
  }

  /// Whether a statement, in a block as well, can import a module of the wheel.
  void note_own_imports(std::span<const PythonToken> tokens) {
    constexpr std::array<std::string_view, 4> words{"import_module", "__import__", "exec", "eval"};
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const PythonToken& token = tokens[i];
      if (token.kind == PythonToken::Kind::name &&
          std::ranges::find(words, token.text) != words.end()) {
        seen_own_import_ = true;
      }
      const bool imports = token.is("from") || token.is("import");
      if (!imports || i + 1 == tokens.size()) continue;
      const bool is_list = i == 0 && token.is("import");
      for (std::size_t k = i + 1; k < tokens.size(); ++k) {
        if (tokens[k].is(".") && k == i + 1) seen_own_import_ = true;
        const bool begins_name = k == i + 1 || (is_list && tokens[k - 1].is(","));
        if (begins_name && tokens[k].kind == PythonToken::Kind::name &&
            map_.has_module(tokens[k].text)) {
          seen_own_import_ = true;
        }
        if (!is_list) break;
      }
    }
  }

  [[nodiscard]] bool is_global_mode(const std::string& name) const {
    if (name == "RTLD_GLOBAL") return from_ctypes_.contains("RTLD_GLOBAL");
    return (name == "ctypes.RTLD_GLOBAL" && imported_ctypes_) || name == "os.RTLD_GLOBAL";
  }

  /// `ctypes.CDLL(PATH)` and `ctypes.CDLL(PATH, MODE)`; false when the tokens are anything else.
  bool open(std::uint32_t line, std::span<const PythonToken> tokens) {
    Expression call(tokens, names_, file_);
    const std::string function = call.dotted_name();
    const bool is_open = (function == "ctypes.CDLL" && imported_ctypes_) ||
                         (function == "CDLL" && from_ctypes_.contains("CDLL"));
    if (lost_ || !is_open || !call.take("(")) return false;
    const auto library = call.value();
    if (!library || !library->rooted) return false;
    bool is_global = false;
    if (call.take(",") && !call.next_is(")")) {
      if (call.take("mode") && !call.take("=")) return false;
      do {
        const std::string mode = call.dotted_name();
        if (mode.empty()) return false;
        is_global = is_global || is_global_mode(mode);
      } while (call.take("|"));
      static_cast<void>(call.take(","));
    }
    if (!call.take(")") || !call.at_end()) return false;
    auto path = shortest(library->text);
    if (!path) return false;
    result_.push_back({.source = std::string(path_),
                       .line = line,
                       .library = std::move(*path),
                       .is_global = is_global,
                       .is_first = !seen_own_import_});
    return true;
  }

  const ModuleMap& map_;
  std::string_view path_;
  std::string_view file_;
  Names names_;
  std::set<std::string_view> from_ctypes_;
  bool imported_ctypes_ = false;
  bool seen_own_import_ = false;
  bool lost_ = false;  ///< a function that the reader knows is another one here
  std::vector<OpenedLibrary> result_;
};

}  // namespace

std::vector<OpenedLibrary> opened_libraries(const ModuleMap& map, std::string_view path,
                                            std::string_view text, std::size_t most) {
  if (text.find("CDLL") == std::string_view::npos) return {};
  Reader reader(map, path);
  PythonLines lines(text);
  while (lines.next()) reader.read_line(lines.tokens(), lines.indented() || !lines.whole());
  auto result = std::move(reader).take();
  if (result.size() > most) result.resize(most);
  return result;
}

}  // namespace wheelaudit::wheel
