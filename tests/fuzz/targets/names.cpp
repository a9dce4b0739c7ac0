// What is read from names and sources: readable forms of mangled names, the init function of a
// module's name, and what a Python source imports. Each line is a name; the whole input is a
// source.

#include <algorithm>

#include "base/escape.hpp"
#include "base/punycode.hpp"
#include "checks.hpp"
#include "demangle/demangle.hpp"
#include "demangle/rust.hpp"
#include "loader/module_name.hpp"
#include "targets.hpp"
#include "wheel/python_imports.hpp"

namespace wheelaudit::fuzz {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void require_name(std::string_view name) {
  if (const auto readable = demangle::demangle(name)) {
    require(!readable->empty() && readable->size() <= demangle::demangled_limit,
            "a readable name is bounded");
    require_safe_text(escape_terminal(*readable));
  }
  if (const auto encoded = punycode(name)) require(is_ascii(*encoded), "punycode is ASCII");
  const std::string init = loader::init_function_name(name);
  require(init.starts_with("PyInit"), "an init function is one");
}

}  // namespace

void names(Bytes input) {
  const std::string_view text = as_text(input);
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    require_name(line);
    at += line.size() + 1;
  }
  constexpr std::size_t most = 100;
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  std::size_t count = 0;
  for (const wheel::NamedImports& import : wheel::top_level_imports(text, most)) {
    require(import.line >= 1 && import.line <= lines, "an import stands in the source");
    count += import.names.size();
  }
  require(count <= most, "only so many imported names are kept");
}

}  // namespace wheelaudit::fuzz
