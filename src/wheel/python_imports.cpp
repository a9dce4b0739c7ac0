// Statements are read from the tokens of logical lines. A statement is kept only when all of it was
// understood, so an error of the reader can lose an import but not make one up; with settings of
// attributes it is the other way round: what looks like one counts, because a setting only ever
// excuses a name (docs/rules.md, WA701).

#include "wheel/python_imports.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "wheel/python_tokens.hpp"

namespace wheelaudit::wheel {
namespace {

using Tokens = std::span<const PythonToken>;
using Kind = PythonToken::Kind;

/// A position in the tokens of one statement.
class Cursor {
 public:
  explicit Cursor(Tokens tokens) : tokens_(tokens) {}

  [[nodiscard]] bool at_end() const { return at_ >= tokens_.size(); }
  [[nodiscard]] bool at(std::string_view expected) const {
    return !at_end() && tokens_[at_].is(expected);
  }
  bool take(std::string_view expected) {
    if (!at(expected)) return false;
    ++at_;
    return true;
  }
  /// Empty when no name follows.
  [[nodiscard]] std::string_view take_name() {
    if (at_end() || tokens_[at_].kind != Kind::name) return {};
    return tokens_[at_++].text;
  }

 private:
  Tokens tokens_;
  std::size_t at_ = 0;
};

/// `a.b.c`; empty when it is not one.
std::string take_dotted(Cursor& cursor) {
  std::string dotted;
  while (true) {
    const std::string_view name = cursor.take_name();
    if (name.empty()) return {};
    dotted += name;
    if (!cursor.take(".")) return dotted;
    dotted += '.';
  }
}

/// The names behind `import`; nullopt when the statement is not understood to its end.
std::optional<std::vector<std::string>> take_names(Cursor& cursor, std::size_t most) {
  std::vector<std::string> names;
  const bool brackets = cursor.take("(");
  while (names.size() < most) {
    if (brackets && cursor.take(")")) return names;
    const std::string_view name = cursor.take_name();
    if (name.empty()) return std::nullopt;  // also at `*`
    names.emplace_back(name);
    if (cursor.take("as") && cursor.take_name().empty()) return std::nullopt;
    if (cursor.take(",")) continue;
    const bool ends = brackets ? cursor.take(")") : cursor.at_end();
    return ends ? std::optional(std::move(names)) : std::nullopt;
  }
  return names;
}

std::optional<NamedImports> from_statement(Tokens statement, std::size_t most) {
  Cursor cursor(statement.subspan(1));
  NamedImports imports{.level = 0, .module = {}, .names = {}, .line = statement.front().line};
  while (cursor.take(".")) ++imports.level;
  if (imports.level == 0 || !cursor.at("import")) {
    imports.module = take_dotted(cursor);
    if (imports.module.empty()) return std::nullopt;
  }
  if (!cursor.take("import")) return std::nullopt;
  auto names = take_names(cursor, most);
  if (!names) return std::nullopt;
  imports.names = std::move(*names);
  return imports;
}

std::vector<NamedImports> import_statement(Tokens statement) {
  Cursor cursor(statement.subspan(1));
  std::vector<NamedImports> all;
  while (true) {
    std::string module = take_dotted(cursor);
    if (module.empty() || (cursor.take("as") && cursor.take_name().empty())) return {};
    all.push_back(
        {.level = 0, .module = std::move(module), .names = {}, .line = statement.front().line});
    if (cursor.at_end()) return all;
    if (!cursor.take(",")) return {};
  }
}

/// Whether the line opens a block, so that what stands behind its colon is conditional.
bool opens_block(Tokens line) {
  constexpr std::array<std::string_view, 12> words{"if",    "elif", "else",   "for",
                                                   "while", "try",  "except", "finally",
                                                   "with",  "def",  "class",  "async"};
  if (std::ranges::any_of(words, [&](std::string_view word) { return line.front().is(word); }))
    return true;
  // Soft keywords: names where a `=`, a `.` or the like follows.
  const bool soft = line.front().is("match") || line.front().is("case");
  return soft && line.size() > 1 &&
         (line[1].kind != Kind::mark || line[1].is("(") || line[1].is("[") || line[1].is("{"));
}

std::string_view last_of_dotted(std::string_view dotted) {
  return dotted.substr(dotted.rfind('.') + 1);
}

/// The statements of one source, one after the other.
class SourceReader {
 public:
  explicit SourceReader(std::size_t most) : most_(most), names_left_(most) {}

  void read_line(const PythonLines& line) {
    const Tokens tokens = line.tokens();
    const bool block = opens_block(tokens);
    const bool top_level = !line.indented() && !block;
    std::size_t depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const PythonToken& token = tokens[i];
      if (token.is("(") || token.is("[") || token.is("{")) ++depth;
      if ((token.is(")") || token.is("]") || token.is("}")) && depth > 0) --depth;
      if (depth > 0 || !(token.is(";") || (block && token.is(":")))) continue;
      read_statement(tokens.subspan(begin, i - begin), top_level);
      begin = i + 1;
    }
    // What is cut off is not understood.
    if (line.whole()) read_statement(tokens.subspan(begin), top_level);
  }

  PythonSource finish() && {
    std::set<AttributeSetting> settings = settings_;
    for (const AttributeSetting& setting : settings_) {
      const auto [first, last] = others_.equal_range(setting.object);
      for (auto other = first; other != last && settings.size() < most_; ++other) {
        settings.insert({.object = other->second, .name = setting.name});
      }
    }
    source_.settings.assign(settings.begin(), settings.end());
    return std::move(source_);
  }

 private:
  void read_statement(Tokens statement, bool top_level) {
    if (statement.empty()) return;
    if (statement.front().is("from")) {
      if (names_left_ == 0) return;
      if (auto imports = from_statement(statement, names_left_))
        keep(std::move(*imports), top_level);
    } else if (statement.front().is("import")) {
      for (NamedImports& imports : import_statement(statement)) {
        if (names_left_ > 0) keep(std::move(imports), top_level);
      }
    }
    read_other_names(statement);
    read_settings(statement);
  }

  void keep(NamedImports imports, bool top_level) {
    names_left_ -= std::max<std::size_t>(imports.names.size(), imports.names.empty() ? 1 : 0);
    imports.top_level = top_level;
    source_.imports.push_back(std::move(imports));
  }

  void add_other(std::string_view name, std::string_view of) {
    if (others_.size() < most_ && name != of) others_.emplace(name, of);
  }

  /// `import a.b as x`, `from a import b as x`, and `x = …` with every name of a short right side.
  void read_other_names(Tokens statement) {
    constexpr std::size_t longest_right_side = 16;
    for (std::size_t i = 1; i + 1 < statement.size(); ++i) {
      if (statement[i].is("as") && statement[i + 1].kind == Kind::name)
        add_other(statement[i + 1].text, statement[i - 1].text);
    }
    if (statement.size() < 3 || statement.size() > longest_right_side ||
        statement[0].kind != Kind::name || !statement[1].is("=") || statement[2].is("="))
      return;
    for (const PythonToken& token : statement.subspan(2)) {
      if (token.kind == Kind::name || token.kind == Kind::text)
        add_other(statement[0].text, last_of_dotted(token.text));
    }
  }

  void set(std::string_view object, std::string_view name) {
    if (object == "self" || object == "cls" || settings_.size() >= most_) return;
    settings_.insert({.object = std::string(object), .name = std::string(name)});
  }

  /// `x.name = …`, also in a tuple and with an annotation.
  void read_assignment(Tokens statement, std::size_t equals) {
    for (std::size_t i = 0; i + 2 < equals; ++i) {
      const bool attribute = statement[i].kind == Kind::name && statement[i + 1].is(".") &&
                             statement[i + 2].kind == Kind::name;
      if (!attribute) continue;
      const bool whole = i + 3 == equals || statement[i + 3].is(",") || statement[i + 3].is(":") ||
                         statement[i + 3].is(")") || statement[i + 3].is("]") ||
                         statement[i + 3].is("=");
      if (!whole) continue;
      // A class or a `__getattr__` of its own makes any name.
      const std::string_view name = statement[i + 2].text;
      set(statement[i].text, name == "__class__" || name == "__getattr__" ? "" : name);
    }
    read_module_table(statement, equals);
  }

  /// `sys.modules[…] = …` puts another object in the place of a module.
  void read_module_table(Tokens statement, std::size_t equals) {
    for (std::size_t i = 0; i + 1 < equals; ++i) {
      if (statement[i].is("modules") && statement[i + 1].is("["))
        replace_module(statement.subspan(i + 2, std::min(equals - i - 2, longest_target)));
    }
  }

  void replace_module(Tokens key) {
    const PythonToken* text = nullptr;
    bool own = false;
    for (const PythonToken& token : key) {
      if (token.kind == Kind::text || token.kind == Kind::formatted) text = &token;
      own = own || token.is("__name__");
    }
    if (text != nullptr) {
      set(last_of_dotted(text->text), "");
    } else if (!own) {
      set("", "");
    }
  }

  void read_settings(Tokens statement) {
    std::size_t depth = 0;
    std::size_t equals = 0;  ///< the last `=` of `a = b = c`
    for (std::size_t i = 0; i < statement.size(); ++i) {
      const PythonToken& token = statement[i];
      if (token.is("(") || token.is("[") || token.is("{")) ++depth;
      if ((token.is(")") || token.is("]") || token.is("}")) && depth > 0) --depth;
      if (token.is("=") && depth == 0 && is_assignment(statement, i)) equals = i;
      if (i + 2 >= statement.size()) continue;
      const std::size_t rest = std::min(statement.size() - i, longest_target);
      if (token.is("setattr")) read_setattr(statement.subspan(i + 1, rest - 1));
      read_dictionary(statement.subspan(i, rest));
    }
    if (equals > 0) read_assignment(statement, equals);
  }

  /// Not `==`, `<=`, `!=`, `+=` …
  static bool is_assignment(Tokens statement, std::size_t i) {
    const auto is_operator = [](const PythonToken& token) {
      return token.kind == Kind::mark &&
             std::string_view("=<>!+-*/%&|^@:").find(token.text) != std::string_view::npos;
    };
    return i > 0 && !is_operator(statement[i - 1]) &&
           !(i + 1 < statement.size() && statement[i + 1].is("="));
  }

  /// Behind `setattr`: `(x, "name", …)`.
  void read_setattr(Tokens arguments) {
    if (!arguments.front().is("(")) return;
    std::size_t comma = 1;
    std::size_t depth = 0;
    for (; comma < arguments.size(); ++comma) {
      if (depth == 0 && arguments[comma].is(",")) break;
      if (arguments[comma].is("(") || arguments[comma].is("[")) ++depth;
      if ((arguments[comma].is(")") || arguments[comma].is("]")) && depth > 0) --depth;
    }
    if (comma + 1 >= arguments.size()) return;
    const PythonToken& name = arguments[comma + 1];
    const std::string_view shown = name.kind == Kind::text ? name.text : std::string_view();
    // The object is a name, the last of a dotted one, or an entry of `sys.modules`.
    const PythonToken* object = nullptr;
    for (const PythonToken& token : arguments.subspan(1, comma - 1)) {
      if (token.kind == Kind::name || token.kind == Kind::text) object = &token;
    }
    set(object == nullptr ? std::string_view() : last_of_dotted(object->text), shown);
  }

  /// `vars(x)`, `x.__dict__`, `sys.modules.update(…)`: any name may be set through them.
  void read_dictionary(Tokens tokens) {
    if (tokens[0].is("vars") && tokens[1].is("(") && tokens[2].kind == Kind::name)
      set(tokens[2].text, "");
    const bool member = tokens[0].kind == Kind::name && tokens[1].is(".");
    if (member && (tokens[2].is("__dict__") || tokens[2].is("__setattr__")))
      set(tokens[0].text, "");
    const bool table = tokens[0].is("modules") && tokens[1].is(".");
    if (table && (tokens[2].is("update") || tokens[2].is("setdefault")))
      replace_module(tokens.subspan(3, std::min<std::size_t>(tokens.size() - 3, 4)));
  }

  /// In tokens; longer ones are generated data, and each is looked at from every place.
  static constexpr std::size_t longest_target = 64;

  std::size_t most_;
  std::size_t names_left_;
  PythonSource source_;
  std::set<AttributeSetting> settings_;
  std::multimap<std::string, std::string, std::less<>> others_;  ///< a name, and what it stands for
};

}  // namespace

namespace {

/// `NAME = LITERAL`, without a call, a look-up or a name on the right.
bool sets_a_literal(Tokens line) {
  if (line.size() < 3 || line[0].kind != Kind::name || !line[1].is("=")) return false;
  return std::ranges::all_of(line.subspan(2), [](const PythonToken& token) {
    if (token.kind == Kind::text || token.kind == Kind::number) return true;
    return token.kind == Kind::mark && token.text.find_first_not_of("()[]{},-") == token.text.npos;
  });
}

/// What one logical line at the top level imports; nullopt when it runs anything else.
std::optional<std::vector<NamedImports>> read_declaration(Tokens line) {
  constexpr std::size_t most_names = 10'000;  // of one statement
  const auto declares = [](bool does) {
    return does ? std::optional(std::vector<NamedImports>{}) : std::nullopt;
  };
  if (line.front().is("from")) {
    auto imports = from_statement(line, most_names);
    if (!imports) return std::nullopt;
    return std::vector{std::move(*imports)};
  }
  if (line.front().is("import")) {
    auto imports = import_statement(line);
    return imports.empty() ? std::nullopt : std::optional(std::move(imports));
  }
  if (line.front().is("def")) {
    // A default value or an annotation could call something; the parameters alone have one bracket.
    return declares(std::ranges::count_if(line, [](const PythonToken& token) {
                      return token.is("(") || token.is("[") || token.is("{");
                    }) == 1);
  }
  const bool only_text =
      std::ranges::all_of(line, [](const PythonToken& token) { return token.kind == Kind::text; });
  return declares(only_text || sets_a_literal(line));
}

}  // namespace

std::optional<std::vector<NamedImports>> imports_of_declarations(std::string_view source) {
  std::vector<NamedImports> all;
  PythonLines lines(source);
  bool in_function = false;  // the lines that are indented belong to a function
  while (lines.next()) {
    if (!lines.whole()) return std::nullopt;
    if (lines.indented() && in_function) continue;
    if (lines.indented()) return std::nullopt;
    in_function = lines.tokens().front().is("def");
    auto imports = read_declaration(lines.tokens());
    if (!imports) return std::nullopt;
    all.insert(all.end(), std::make_move_iterator(imports->begin()),
               std::make_move_iterator(imports->end()));
  }
  return all;
}

PythonSource read_python(std::string_view source, std::size_t most) {
  SourceReader reader(most);
  for (PythonLines lines(source); lines.next();) reader.read_line(lines);
  return std::move(reader).finish();
}

std::vector<NamedImports> top_level_imports(std::string_view source, std::size_t most) {
  std::vector<NamedImports> imports = read_python(source, most).imports;
  std::erase_if(imports, [](const NamedImports& import) {
    return !import.top_level || import.names.empty();
  });
  return imports;
}

}  // namespace wheelaudit::wheel
