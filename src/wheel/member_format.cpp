// Formats of members by their first bytes. Bytecode says its version in a magic number: CPython's
// Lib/importlib/_bootstrap_external.py and Include/internal/pycore_magic_number.h, "Python 3.n
// magic numbers start with 2900 + 50n" since 3.11, and 3430 to 3439 for 3.10.

#include "wheel/member_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "wasm/foreign_format.hpp"

namespace wheelaudit::wheel {
namespace {

std::optional<std::uint8_t> python_minor(std::string_view text) {
  if (text.size() < 4 || text.substr(2, 2) != "\r\n") return std::nullopt;
  const unsigned magic = static_cast<unsigned>(static_cast<unsigned char>(text[0])) |
                         static_cast<unsigned>(static_cast<unsigned char>(text[1])) << 8;
  constexpr unsigned first_of_3_10 = 3430;
  constexpr unsigned beyond = 2900 + 50 * 100;
  if (magic < first_of_3_10 || magic >= beyond) return std::nullopt;
  return static_cast<std::uint8_t>((magic - 2900) / 50);
}

MemberFormat bytecode_format(std::string_view path, std::string_view text) {
  const auto minor = python_minor(text);
  return {.path = std::string(path),
          .kind = MemberFormatKind::bytecode,
          .python_minor = minor,
          .text = minor ? fmt::format("cpython 3.{} bytecode", *minor) : "python bytecode"};
}

// How those of foreign_format's words begin that are worth knowing.
constexpr std::array<std::pair<std::string_view, MemberFormatKind>, 5> known_formats{{
    {"elf", MemberFormatKind::program},
    {"mach-o", MemberFormatKind::program},
    {"pe ", MemberFormatKind::program},
    {"ar archive", MemberFormatKind::archive},
    {"llvm bitcode", MemberFormatKind::archive},
}};

}  // namespace

std::optional<MemberFormat> member_format(std::string_view path, Bytes content) {
  const std::string_view text = as_text(content);
  if (path.ends_with(".pyc")) return bytecode_format(path, text);
  // Most members are text: their first byte already decides.
  constexpr std::string_view first_bytes =
      "\x7f\xcf\xce\xfe\xca"
      "M!B\xde";
  if (text.empty() || first_bytes.find(text.front()) == std::string_view::npos) return std::nullopt;
  std::string format = wasm::foreign_format(content, content.size());
  const auto known = std::ranges::find_if(
      known_formats, [&](const auto& entry) { return format.starts_with(entry.first); });
  if (known == known_formats.end()) return std::nullopt;
  return MemberFormat{.path = std::string(path), .kind = known->second, .text = std::move(format)};
}

}  // namespace wheelaudit::wheel
