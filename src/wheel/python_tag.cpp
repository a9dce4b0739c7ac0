// Python and ABI tags against a runtime's CPython: PEP 425 and the order of `packaging.tags`
// (cpython_tags, compatible_tags). Pyodide's CPython has the GIL, so no runtime accepts `cp313t`.

#include "wheel/python_tag.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace wheelaudit::wheel {
namespace {

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The minor version of `3.12`, or of `312` as in `cp312`; nullopt for other texts.
std::optional<unsigned> minor_of(std::string_view version) {
  if (!version.starts_with("3")) return std::nullopt;
  version.remove_prefix(version.starts_with("3.") ? 2 : 1);
  return number(version.substr(0, version.find('.')));
}

}  // namespace

bool python_accepts(std::string_view python, std::string_view python_tag,
                    std::string_view abi_tag) {
  const auto runtime = minor_of(python);
  if (!runtime || python_tag.size() < 3) return false;
  const std::string_view implementation = python_tag.substr(0, 2);
  if (implementation == "py") {
    if (abi_tag != "none") return false;
    if (python_tag == "py3") return true;
    const auto minor = minor_of(python_tag.substr(2));
    return minor && *minor <= *runtime;
  }
  if (implementation != "cp") return false;
  const auto minor = minor_of(python_tag.substr(2));
  if (!minor) return false;
  // CPython 3.2 was the first with a stable ABI (PEP 384).
  if (abi_tag == "abi3") return *minor >= 2 && *minor <= *runtime;
  return *minor == *runtime && (abi_tag == "none" || abi_tag == python_tag);
}

bool python_accepts(std::string_view python, const TagSet& tags) {
  return std::ranges::any_of(tags.pythons, [&](const std::string& python_tag) {
    return std::ranges::any_of(tags.abis, [&](const std::string& abi_tag) {
      return python_accepts(python, python_tag, abi_tag);
    });
  });
}

}  // namespace wheelaudit::wheel
