// Rust's v0 mangling (RFC 2603): a recursive grammar with back references, read by one cursor. Back
// references can make a short name expand exponentially, so depth, steps and output are bounded; a
// name beyond the bounds stays raw.

#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/text.hpp"
#include "demangle/rust.hpp"

namespace wheelaudit::demangle {
namespace {

constexpr int depth_limit = 64;      // real names nest below 20
constexpr int steps_limit = 20'000;  // grammar rules entered, back references followed included

std::string_view basic_type(char letter) {
  constexpr std::string_view names[] = {"i8",   "bool",  "char",  "f64", "str", "f32", "",
                                        "u8",   "isize", "usize", "",    "i32", "u32", "i128",
                                        "u128", "_",     "",      "",    "i16", "u16", "()",
                                        "...",  "",      "i64",   "u64", "!"};
  if (letter < 'a' || letter > 'z') return {};
  return names[letter - 'a'];
}

/// Reads a mangled name and writes the readable one. Every `read_…` answers false when the text is
/// does not follow the grammar or a bound is reached.
class V0Reader {
 public:
  explicit V0Reader(std::string_view symbol) : symbol_(symbol) {}

  std::optional<std::string> read() {
    if (!read_path(true)) return std::nullopt;
    const bool suffix = at_end() || peek() == '.' || peek() == '$';
    if (!suffix) {
      std::string name = std::move(text_);
      text_.clear();
      if (!read_path(false)) return std::nullopt;  // the instantiating crate, not shown
      text_ = std::move(name);
    }
    return std::move(text_);
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= symbol_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : symbol_[at_]; }
  bool take(char letter) {
    if (peek() != letter) return false;
    ++at_;
    return true;
  }
  char next() { return at_end() ? '\0' : symbol_[at_++]; }
  bool write(std::string_view text) {
    if (text_.size() + text.size() > demangled_limit) return false;
    text_ += text;
    return true;
  }

  /// `_` is 0, `0_` is 1, `Z_` is 62.
  std::optional<std::uint64_t> read_base62() {
    if (take('_')) return 0;
    std::uint64_t value = 0;
    while (!take('_')) {
      const char c = next();
      std::uint64_t digit = 0;
      if (is_ascii_digit(c)) {
        digit = static_cast<std::uint64_t>(c - '0');
      } else if (c >= 'a' && c <= 'z') {
        digit = static_cast<std::uint64_t>(c - 'a') + 10;
      } else if (c >= 'A' && c <= 'Z') {
        digit = static_cast<std::uint64_t>(c - 'A') + 36;
      } else {
        return std::nullopt;
      }
      // Crate hashes have 64 bits.
      if (value > (std::numeric_limits<std::uint64_t>::max() - digit - 2) / 62) return std::nullopt;
      value = value * 62 + digit;
    }
    return value + 1;
  }

  /// The number behind `s`, or 0 where there is none.
  std::optional<std::uint64_t> read_disambiguator() {
    if (!take('s')) return 0;
    const auto value = read_base62();
    if (!value) return std::nullopt;
    return *value + 1;
  }

  std::optional<std::string> read_plain_identifier() {
    const bool punycode = take('u');
    std::size_t length = 0;
    const char* begin = symbol_.data() + at_;
    const auto [end, error] = std::from_chars(begin, symbol_.data() + symbol_.size(), length);
    if (error != std::errc()) return std::nullopt;
    at_ += static_cast<std::size_t>(end - begin);
    take('_');
    if (length > symbol_.size() - at_) return std::nullopt;
    std::string name(symbol_.substr(at_, length));
    at_ += length;
    return punycode ? "punycode{" + name + "}" : name;
  }

  /// Runs `read_thing` at the place that a back reference names, which must lie before it.
  template <class ReadThing>
  bool follow_back_reference(ReadThing read_thing) {
    const std::size_t here = at_ - 1;
    const auto target = read_base62();
    if (!target || *target >= here) return false;
    const std::size_t behind = std::exchange(at_, static_cast<std::size_t>(*target));
    const bool read = read_thing();
    at_ = behind;
    return read;
  }

  template <class ReadThing>
  bool descend(ReadThing read_thing) {
    if (depth_ >= depth_limit || ++steps_ > steps_limit) return false;
    ++depth_;
    const bool read = read_thing();
    --depth_;
    return read;
  }

  bool read_path(bool is_value) {
    return descend([&] { return read_path_kind(is_value); });
  }

  bool read_path_kind(bool is_value) {
    switch (next()) {
      case 'C': {
        if (!read_disambiguator()) return false;
        const auto name = read_plain_identifier();
        return name && write(*name);
      }
      case 'N':
        return read_nested(is_value);
      case 'M':
        return read_implementation_path() && write("<") && read_type() && write(">");
      case 'X':
        return read_implementation_path() && read_as_trait();
      case 'Y':
        return read_as_trait();
      case 'I':
        return read_path(is_value) && write(is_value ? "::<" : "<") && read_generic_arguments() &&
               write(">");
      case 'B':
        return follow_back_reference([&] { return read_path(is_value); });
      default:
        return false;
    }
  }

  bool read_nested(bool is_value) {
    const char space = next();
    if (!read_path(is_value)) return false;
    const auto disambiguator = read_disambiguator();
    const auto name = read_plain_identifier();
    if (!disambiguator || !name) return false;
    if (space >= 'a' && space <= 'z') return name->empty() || (write("::") && write(*name));
    if (space < 'A' || space > 'Z') return false;
    std::string kind(1, space);
    if (space == 'C') kind = "closure";
    if (space == 'S') kind = "shim";
    const std::string label = name->empty() ? kind : kind + ":" + *name;
    return write("::{" + label + "#" + std::to_string(*disambiguator) + "}");
  }

  /// The path of an impl, which is not shown.
  bool read_implementation_path() {
    if (!read_disambiguator()) return false;
    const std::size_t length = text_.size();
    if (!read_path(false)) return false;
    text_.resize(length);
    return true;
  }

  bool read_as_trait() {
    return write("<") && read_type() && write(" as ") && read_path(false) && write(">");
  }

  bool read_generic_arguments() {
    bool first = true;
    while (!take('E')) {
      if (take('L')) {
        if (!read_base62()) return false;
        continue;
      }
      if (!first && !write(", ")) return false;
      first = false;
      if (!(take('K') ? read_constant() : read_type())) return false;
    }
    return true;
  }

  bool read_type() {
    return descend([&] { return read_type_kind(); });
  }

  bool read_type_kind() {
    if (const std::string_view name = basic_type(peek()); !name.empty()) {
      ++at_;
      return write(name);
    }
    switch (next()) {
      case 'A':
        return write("[") && read_type() && write("; ") && read_constant() && write("]");
      case 'S':
        return write("[") && read_type() && write("]");
      case 'T':
        return read_tuple();
      case 'R':
        return read_reference("&");
      case 'Q':
        return read_reference("&mut ");
      case 'P':
        return write("*const ") && read_type();
      case 'O':
        return write("*mut ") && read_type();
      case 'F':
        return read_function_type();
      case 'D':
        return read_dynamic_type();
      case 'B':
        return follow_back_reference([&] { return read_type(); });
      default:
        --at_;
        return read_path(false);
    }
  }

  bool read_reference(std::string_view sigil) {
    if (take('L') && !read_base62()) return false;
    return write(sigil) && read_type();
  }

  bool read_tuple() {
    if (!write("(")) return false;
    std::size_t count = 0;
    for (; !take('E'); ++count) {
      if (count > 0 && !write(", ")) return false;
      if (!read_type()) return false;
    }
    return write(count == 1 ? ",)" : ")");
  }

  bool read_function_type() {
    if (take('G') && !read_base62()) return false;
    if (take('U') && !write("unsafe ")) return false;
    if (take('K')) {
      std::string abi = "C";
      if (!take('C')) {
        const auto name = read_plain_identifier();
        if (!name) return false;
        abi = *name;
      }
      if (!write("extern \"" + abi + "\" ")) return false;
    }
    if (!write("fn(")) return false;
    for (bool first = true; !take('E'); first = false) {
      if (!first && !write(", ")) return false;
      if (!read_type()) return false;
    }
    if (!write(")")) return false;
    if (take('u')) return true;
    return write(" -> ") && read_type();
  }

  bool read_dynamic_type() {
    if (take('G') && !read_base62()) return false;
    if (!write("dyn ")) return false;
    for (bool first = true; !take('E'); first = false) {
      if (!first && !write(" + ")) return false;
      if (!read_path(false)) return false;
      while (take('p')) {
        if (text_.ends_with('>')) {
          text_.pop_back();
          if (!write(", ")) return false;
        } else if (!write("<")) {
          return false;
        }
        const auto name = read_plain_identifier();
        if (!name || !write(*name + " = ") || !read_type() || !write(">")) return false;
      }
    }
    return take('L') && read_base62().has_value();
  }

  bool read_constant() {
    return descend([&] { return read_constant_kind(); });
  }

  bool read_constant_kind() {
    if (take('B')) return follow_back_reference([&] { return read_constant(); });
    if (take('p')) return write("_");
    const char type = next();
    if (basic_type(type).empty()) return false;
    const bool negative = take('n');
    const std::size_t end = symbol_.find('_', at_);
    if (end == std::string_view::npos || end - at_ > 16) return false;
    std::uint64_t value = 0;
    const char* last = symbol_.data() + end;
    const auto [stop, error] = std::from_chars(symbol_.data() + at_, last, value, 16);
    if (end != at_ && (error != std::errc() || stop != last)) return false;
    at_ = end + 1;
    if (type == 'b') return write(value == 0 ? "false" : "true");
    return write((negative ? "-" : "") + std::to_string(value));
  }

  std::string_view symbol_;
  std::size_t at_ = 0;
  std::string text_;
  int depth_ = 0;
  int steps_ = 0;
};

}  // namespace

std::optional<std::string> demangle_rust_v0(std::string_view name) {
  if (name.size() > mangled_limit || !name.starts_with("_R")) return std::nullopt;
  return V0Reader(name.substr(2)).read();
}

}  // namespace wheelaudit::demangle
