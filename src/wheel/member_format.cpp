// Formats of members by their first bytes. Bytecode says its version in a magic number: CPython's
// Lib/importlib/_bootstrap_external.py and Include/internal/pycore_magic_number.h, "Python 3.n
// magic numbers start with 2900 + 50n" since 3.11, and 3430 to 3439 for 3.10.

#include "wheel/member_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "wasm/foreign_format.hpp"

namespace wheelaudit::wheel {
namespace {

std::string bytecode_format(std::string_view text) {
  if (text.size() < 4 || text.substr(2, 2) != "\r\n") return "python bytecode";
  const unsigned magic = static_cast<unsigned>(static_cast<unsigned char>(text[0])) |
                         static_cast<unsigned>(static_cast<unsigned char>(text[1])) << 8;
  constexpr unsigned first_of_3_10 = 3430;
  constexpr unsigned beyond = 2900 + 50 * 100;
  if (magic < first_of_3_10 || magic >= beyond) return "python bytecode";
  return fmt::format("cpython 3.{} bytecode", (magic - 2900) / 50);
}

}  // namespace

std::string member_format(std::string_view name, Bytes content) {
  const std::string_view text = as_text(content);
  if (name.ends_with(".pyc")) return bytecode_format(text);
  // Most members are text: their first byte already decides.
  constexpr std::string_view first_bytes =
      "\x7f\xcf\xce\xfe\xca"
      "M!B\xde";
  if (text.empty() || first_bytes.find(text.front()) == std::string_view::npos) return {};
  std::string format = wasm::foreign_format(content, content.size());
  constexpr std::array<std::string_view, 5> wanted{"elf", "mach-o", "pe ", "ar archive",
                                                   "llvm bitcode"};
  const bool known = std::ranges::any_of(
      wanted, [&](std::string_view beginning) { return format.starts_with(beginning); });
  return known ? format : std::string();
}

}  // namespace wheelaudit::wheel
