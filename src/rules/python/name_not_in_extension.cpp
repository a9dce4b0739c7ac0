// WA701 name-not-in-extension: a Python source of the wheel imports a name from an extension module
// in it, and the module does not hold the text of that name anywhere. What CPython is to find by
// name must be spelled there, so the import fails. An error where importing the wheel's package
// runs the statement; a warning where that is not certain, or where some source sets an attribute
// of that name on an object that may be the module. It found a wheel on PyPI that cannot be
// imported.

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "rules/new_finding.hpp"
#include "rules/rule.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"
#include "wheel/extension_names.hpp"

namespace wheelaudit::rules {
namespace {

Finding describe(std::span<const wheel::AbsentName> names) {
  const wheel::AbsentName& first = names.front();
  const auto sure = std::ranges::find_if(
      names, [](const wheel::AbsentName& name) { return name.at_import && !name.set_elsewhere; });
  const bool fails = sure != names.end();
  Finding finding = wheel_finding("WA701"_rule, fails ? Severity::error : Severity::warning,
                                  Consequence::load, first.module);
  std::vector<std::string> words;
  for (const wheel::AbsentName& name : names) words.push_back(name.name);
  if (words.size() == 1) finding.symbol = words.front();
  finding.message = words.size() == 1
                        ? say("`{}` imports {} from `{}`, which does not hold that name",
                              first.source, the_symbol(finding), wheel::module_word(first.module))
                        : say("`{}` imports {} from `{}`, which does not hold these names",
                              first.source, quoted_list(words), wheel::module_word(first.module));
  finding.expected = "the text of every name that is imported";
  finding.found = fmt::format("{} not there", words.size());
  for (const wheel::AbsentName& name : names.first(std::min<std::size_t>(names.size(), 10))) {
    finding.details.push_back(say("line {}: {}", name.line, quoted(mention(finding, name.name))));
  }
  finding.details.push_back(
      fmt::format("{}: \"ImportError: cannot import name '{}' from …\"",
                  fails ? "importing the package runs that line" : "when that line runs",
                  fails ? sure->name : first.name));
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
