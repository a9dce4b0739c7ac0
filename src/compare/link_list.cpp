// Writes a list in lld's format (lld/Common/Args.cpp, `getLines`): lld trims lines and skips empty
// ones and those that begin with `#`; tests/link_list/run.py checks the list with wasm-ld itself.
// `-shared` alone makes wasm-ld report what the file does not list;
// `--unresolved-symbols=import-dynamic` would suppress that report.

#include "compare/link_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wheelaudit::compare {
namespace {

/// Whether lld reads the name back unchanged.
bool fits_a_line(std::string_view name) {
  constexpr std::string_view blanks = " \t\n\v\f\r";  // what lld's trim() removes
  return !name.empty() && name.front() != '#' &&
         blanks.find(name.front()) == std::string_view::npos &&
         blanks.find(name.back()) == std::string_view::npos &&
         name.find_first_of(std::string_view("\n\0", 2)) == std::string_view::npos;
}

/// The text without characters that would end the line of a comment.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

}  // namespace

std::string link_list(const RuntimeSide& side) {
  std::string text =
      fmt::format("# what {} offers to side modules ({}, Emscripten {})\n", one_line(side.name()),
                  one_line(side.profile->id), one_line(side.runtime().emscripten));
  text += "# wasm-ld -shared --experimental-pic --allow-undefined-file=THIS …, without\n";
  text += "# --unresolved-symbols=import-dynamic\n";
  for (const std::string& prefix : side.runtime().loader.on_demand_prefixes) {
    text += fmt::format("# the loader also makes {}… on demand: list those that you use\n",
                        one_line(prefix));
  }
  for (const std::string_view name : side.profile->symbols.names()) {
    if (!side.find(name) || !fits_a_line(name)) continue;
    text += name;
    text += '\n';
  }
  return text;
}

}  // namespace wheelaudit::compare
