// WA701 name-not-in-extension: a Python source of the wheel imports a name from an extension module
// in it, and the module does not hold the text of that name anywhere outside its code. What CPython
// is to find by name must be spelled there, so the import fails; that a module could still make up
// a name from parts is why this is a warning. It found a wheel on PyPI that cannot be imported.

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/path.hpp"
#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"

namespace wheelaudit::rules {
namespace {

/// "_ext" of `pkg/_ext.cpython-313-wasm32-emscripten.so`, "pkg" of `pkg/__init__.….so`.
std::string_view module_words(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::string_view stem = file.substr(0, file.find('.'));
  if (stem != "__init__" || slash == std::string_view::npos) return stem;
  const std::string_view folder = path.substr(0, slash);
  return last_component(folder);
}

Finding describe(std::span<const wheel::AbsentName> names) {
  const wheel::AbsentName& first = names.front();
  Finding finding = wheel_finding("WA701"_rule, Severity::warning, Consequence::load, first.module);
  std::vector<std::string> words;
  for (const wheel::AbsentName& name : names) words.push_back(name.name);
  if (words.size() == 1) finding.symbol = words.front();
  finding.message = words.size() == 1
                        ? say("`{}` imports {} from `{}`, which does not hold that name",
                              first.source, the_symbol(finding), module_words(first.module))
                        : say("`{}` imports {} from `{}`, which does not hold these names",
                              first.source, quoted_list(words), module_words(first.module));
  finding.expected = "the text of every name that is imported";
  finding.found = fmt::format("{} not there", words.size());
  for (const wheel::AbsentName& name : names.first(std::min<std::size_t>(names.size(), 10))) {
    finding.details.push_back(say("line {}: {}", name.line, quoted(mention(finding, name.name))));
  }
  finding.details.push_back(fmt::format(
      "when that line runs: \"ImportError: cannot import name '{}' from …\"", first.name));
  finding.help =
      "the module and the Python sources are of different builds or configurations: build both "
      "again, with the features that the sources expect, and import the wheel in Pyodide";
  return finding;
}

}  // namespace

/// One finding per module and source.
void name_not_in_extension(const RuleInput& input, FindingSink& findings) {
  const std::span<const wheel::AbsentName> all = input.wheel.absent_names;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin;
    while (end < all.size() && all[end].module == all[begin].module &&
           all[end].source == all[begin].source) {
      ++end;
    }
    findings.add(describe(all.subspan(begin, end - begin)));
    begin = end;
  }
}

}  // namespace wheelaudit::rules
