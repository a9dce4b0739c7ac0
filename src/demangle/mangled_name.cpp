// A recogniser of mangled names: Itanium C++ ABI, section 5.1.1 to 5.1.6, one function per
// production. No function goes back in the text, so the cost is linear in the length.
//
// The demangler of libstdc++ 12 never returns from `_Z1fIXsriVD`, eleven characters that any wheel
// may import (found by the fuzz target `names`). The demangler is safe with names as compilers
// write them, and only such names reach it. It goes wrong in expressions (`X…E`, `DT…E`), so names
// with expressions stay raw. They are one in eleven of the runtimes' names (2,090 of 23,857,
// constraints within libc++); the demangler would read 1,244 of them.

#include "demangle/mangled_name.hpp"

#include <cstddef>

#include "base/text.hpp"

namespace wheelaudit::demangle {
namespace {

constexpr int deepest =
    100;  // of types and names in each other; none of the runtimes' names is deeper

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

class Recogniser {
 public:
  explicit Recogniser(std::string_view text) : text_(text) {}

  /// <mangled-name> ::= _Z <encoding>, and what compilers append to clones: `.isra.0`, `.llvm.12`.
  bool mangled_name() {
    if (!take("_Z") || !encoding()) return false;
    if (at_ < text_.size() && peek() != '.') return false;
    return text_.find_first_not_of(suffix_characters, at_) == std::string_view::npos;
  }

 private:
  static constexpr std::string_view suffix_characters =
      "._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /// Counts how deep productions are nested.
  class Level {
   public:
    explicit Level(int& depth) : depth_(depth) { ++depth_; }
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    int& depth_;
  };

  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  bool take_one_of(std::string_view characters) {
    if (at_ == text_.size() || characters.find(peek()) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  void skip_digits() {
    while (is_ascii_digit(peek())) ++at_;
  }

  /// <encoding> ::= <name> <bare-function-type> | <name> | <special-name>
  bool encoding() {
    const Level level(depth_);
    if (depth_ > deepest) return false;
    if (peek() == 'T' || (peek() == 'G' && peek(1) == 'V')) return special_name();
    if (!name()) return false;
    while (at_ < text_.size() && peek() != 'E' && peek() != '.') {
      if (!type()) return false;
    }
    return true;
  }

  /// Tables, guards, thunks (5.1.4).
  bool special_name() {
    if (take("TV") || take("TT") || take("TI") || take("TS")) return type();
    if (take("TW") || take("TH") || take("GV")) return name();
    if (take("TC")) return type() && offset() && type();
    if (take("Tc")) return call_offset() && call_offset() && encoding();
    if (peek() == 'T' && (peek(1) == 'h' || peek(1) == 'v')) {
      ++at_;
      return call_offset() && encoding();
    }
    return false;
  }

  /// <call-offset> ::= h <nv-offset> _ | v <v-offset> _ <virtual offset> _
  bool call_offset() {
    if (take('h')) return offset();
    return take('v') && offset() && offset();
  }
  bool offset() {
    take('n');
    if (!is_ascii_digit(peek())) return false;
    skip_digits();
    return take('_');
  }

  /// <name> ::= <nested-name> | <local-name> | <unscoped-name> [<template-args>]
  bool name() {
    const Level level(depth_);
    if (depth_ > deepest) return false;
    if (peek() == 'N') return nested_name();
    if (peek() == 'Z') return local_name();
    if (peek() == 'S' && peek(1) != 't') return substitution() && template_args();
    take("St");
    return unqualified_name() && (peek() != 'I' || template_args());
  }

  /// <nested-name> ::= N [<CV-qualifiers>] [<ref-qualifier>] <prefix> <unqualified-name> E
  bool nested_name() {
    take('N');
    while (take_one_of("rVK")) continue;
    take_one_of("RO");
    if (peek() == 'S') {
      if (!take("St") && !substitution()) return false;
    } else if (peek() == 'T') {
      if (!template_param()) return false;
    } else if (!unqualified_name()) {
      return false;
    }
    while (peek() != 'E') {
      if (!(peek() == 'I' ? template_args() : unqualified_name())) return false;
    }
    return take('E');
  }

  /// <local-name> ::= Z <encoding> E (<name> | s | d [<number>] _ <name>) [<discriminator>]
  bool local_name() {
    take('Z');
    if (!encoding() || !take('E')) return false;
    if (take('s')) return discriminator();
    if (peek() == 'd' && (is_ascii_digit(peek(1)) || peek(1) == '_')) {
      ++at_;
      return seq_id() && name();
    }
    return name() && discriminator();
  }
  bool discriminator() {
    if (take("__")) {
      if (!is_ascii_digit(peek())) return false;
      skip_digits();
      return take('_');
    }
    if (take('_')) {
      if (!is_ascii_digit(peek())) return false;
      ++at_;
    }
    return true;
  }

  /// <unqualified-name> ::= (<operator-name> | <ctor-dtor-name> | <source-name> |
  /// <unnamed-type-name>) [<abi-tags>]
  bool unqualified_name() {
    if (!untagged_name()) return false;
    while (take('B')) {
      if (!source_name()) return false;
    }
    return true;
  }
  bool untagged_name() {
    if (is_ascii_digit(peek())) return source_name();
    if (peek() == 'L' && is_ascii_digit(peek(1))) {  // of internal binding
      ++at_;
      return source_name();
    }
    if (take('C')) return take_one_of("12345");
    if (take('D')) return take_one_of("01245");
    if (take("Ut")) return seq_id();
    if (take("Ul")) return types_until_end() && seq_id();
    return is_lower(peek()) && operator_name();
  }

  bool operator_name() {
    if (take("cv")) return type();
    if (take("li")) return source_name();
    constexpr std::string_view operators =
        "nw na dl da ng ad de co pl mi ml dv rm an or eo aS pL mI mL dV rM aN oR eO ls rs lS rS eq "
        "ne lt gt le ge ss nt aa oo pp mm cm pm pt cl ix qu aw ";
    for (std::size_t i = 0; i < operators.size(); i += 3) {
      if (take(operators.substr(i, 2))) return true;
    }
    return false;
  }

  /// <source-name> ::= <length> <identifier>
  bool source_name() {
    std::size_t length = 0;
    if (peek() == '0') return false;
    while (is_ascii_digit(peek())) {
      length = length * 10 + static_cast<std::size_t>(peek() - '0');
      ++at_;
      if (length > text_.size()) return false;
    }
    if (length == 0 || length > text_.size() - at_) return false;
    at_ += length;
    return true;
  }

  /// [<number>] _: of unnamed types and template parameters.
  bool seq_id() {
    skip_digits();
    return take('_');
  }

  /// <substitution> ::= S [<seq-id>] _ | Sa | Sb | Ss | Si | So | Sd
  bool substitution() {
    if (!take('S')) return false;
    if (take_one_of("absiod")) return true;
    while (is_ascii_digit(peek()) || is_upper(peek())) ++at_;
    return take('_');
  }

  bool template_param() { return take('T') && seq_id(); }

  bool type() {
    const Level level(depth_);
    if (depth_ > deepest) return false;
    // Qualifiers of every kind stand in front: const, pointers, references, complex numbers.
    while (take_one_of("rVKPROCG") || take("Dp")) continue;
    switch (peek()) {
      case 'F':
        return function_type();
      case 'A':
        ++at_;
        return seq_id() && type();
      case 'M':
        ++at_;
        return type() && type();
      case 'T':
        return template_param() && (peek() != 'I' || template_args());
      case 'S':
        if (peek(1) == 't') return name();
        return substitution() && (peek() != 'I' || template_args());
      case 'D':
        return d_type();
      case 'u':
        ++at_;
        return source_name();
      case 'U':
        if (!is_ascii_digit(peek(1))) return name();
        ++at_;
        return source_name() && type();
      case 'N':
      case 'Z':
        return name();
      default:
        return is_ascii_digit(peek()) ? name() : take_one_of("vwbcahstijlmxynofdegz");
    }
  }

  /// Builtin types of two letters, vectors, and `noexcept` in front of a function.
  bool d_type() {
    take('D');
    if (take_one_of("defhisuacn")) return true;
    if (take('o')) return peek() == 'F' && function_type();
    return take('v') && is_ascii_digit(peek()) && seq_id() && type();
  }

  /// <function-type> ::= F [Y] <bare-function-type> [<ref-qualifier>] E
  bool function_type() {
    take('F');
    take('Y');
    return types_until_end();
  }
  bool types_until_end() {
    do {
      if (!type()) return false;
      if (peek(1) == 'E') take_one_of("RO");
    } while (peek() != 'E');
    return take('E');
  }

  /// <template-args> ::= I <template-arg>* E; packs are J <template-arg>* E.
  bool template_args() {
    const Level level(depth_);
    if (depth_ > deepest || !take_one_of("IJ")) return false;
    while (peek() != 'E') {
      if (!template_arg()) return false;
    }
    return take('E');
  }
  bool template_arg() {
    if (peek() == 'J') return template_args();
    return peek() == 'L' ? literal() : type();
  }

  /// <expr-primary> ::= L <type> [<value>] E | L _Z <encoding> E
  bool literal() {
    take('L');
    if (take("_Z")) return encoding() && take('E');
    if (!type()) return false;
    take('n');
    while (is_ascii_digit(peek()) || (peek() >= 'a' && peek() <= 'f') || peek() == '_') ++at_;
    return take('E');
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

bool is_plain_mangled_name(std::string_view name) {
  // The demangler takes a C string, so for it the name would end at the NUL.
  if (name.find('\0') != std::string_view::npos) return false;
  return Recogniser(name).mangled_name();
}

}  // namespace wheelaudit::demangle
