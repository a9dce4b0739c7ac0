// Which functions reach a missing function, as sentences for WA301's details. The facts are static:
// a call that stands in the code need not run, so the sentences say "reaches", never "calls when".
// Ways through pointers are guesses by type, so they are told only where few functions fit; but
// they always count for what is said about the import (docs/design/linking.md#who-comes-there).

#include "rules/linking/first_offender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "base/path.hpp"
#include "demangle/demangle.hpp"
#include "rules/say.hpp"
#include "rules/words.hpp"
#include "wasm/call_graph.hpp"
#include "wasm/possible_calls.hpp"

namespace wheelaudit::rules {
namespace {

constexpr std::size_t listed_names = 4;   // of further entries, or of callers
constexpr std::size_t listed_links = 8;   // of a chain; longer ones lose their middle
constexpr std::size_t kept_links = 3;     // on either side of it
constexpr std::size_t told_guesses = 64;  // among more functions none is named as a guess

std::string_view kind_words(wasm::EntryKind kind) {
  switch (kind) {
    case wasm::EntryKind::load:
      return "at load";
    case wasm::EntryKind::import:
      return "at import";
    case wasm::EntryKind::python:
      return "from Python";
    case wasm::EntryKind::named:
      return "under a name";
    case wasm::EntryKind::exported:
      break;
  }
  return "from an export";
}

std::string_view kind_noun(wasm::EntryKind kind, bool one) {
  switch (kind) {
    case wasm::EntryKind::load:
      return one ? "function run at load" : "functions run at load";
    case wasm::EntryKind::import:
      return one ? "function run at import" : "functions run at import";
    case wasm::EntryKind::python:
      return one ? "Python function" : "Python functions";
    case wasm::EntryKind::named:
      return one ? "function with a name" : "functions with a name";
    case wasm::EntryKind::exported:
      break;
  }
  return one ? "exported function" : "exported functions";
}

std::string readable(std::string_view symbol) {
  return demangle::demangle(symbol).value_or(std::string(symbol));
}

/// The links of a chain as one line, without the middle of a long one. `text_of` gives the text of
/// the link of this index; it is asked for those that are kept.
template <typename TextOf>
std::string joined_links(std::size_t count, TextOf text_of) {
  std::vector<std::string> links;
  for (std::size_t i = 0; i < count; ++i) {
    if (count > listed_links && i == kept_links) {
      const std::size_t left_out = count - 2 * kept_links;
      links.push_back(fmt::format("{} more", left_out));
      i += left_out - 1;
      continue;
    }
    links.push_back(text_of(i));
  }
  return fmt::format("{}", fmt::join(links, " -> "));
}

class CallerText {
 public:
  explicit CallerText(const wasm::SideModule& module) : entries_(wasm::call_entries(module)) {
    std::uint32_t function = 0;
    for (const wasm::ImportedSymbol& import : module.imports) {
      if (import.kind == wasm::ExternalKind::function) names_.emplace(function++, import.name);
    }
    for (const wasm::ExportedSymbol& symbol : module.exports) {
      if (symbol.kind == wasm::ExternalKind::function) {
        names_.try_emplace(symbol.index, symbol.name);
      }
    }
  }

  [[nodiscard]] const std::vector<wasm::CallEntry>& entries() const { return entries_; }

  [[nodiscard]] std::vector<Sentence> details(const wasm::CallChains& chains,
                                              std::string_view symbol) const {
    std::vector<Sentence> result;
    if (!chains.searched) return result;
    for (const wasm::CallChains::Chain& chain : chains.chains) {
      result.push_back(chain_text(chain, symbol));
      if (auto others = others_text(chains, chain, symbol)) result.push_back(*std::move(others));
    }
    if (chains.chains.empty() && !chains.callers.empty()) {
      result.push_back(callers_text(chains.callers, symbol));
    }
    return result;
  }

  /// A way that only may exist; nullopt where too many functions fit.
  [[nodiscard]] std::optional<Sentence> possible_text(const wasm::PossibleChain& chain,
                                                      std::string_view symbol) const {
    if (chain.links.size() < 2 || chain.guessed_among > told_guesses) return std::nullopt;
    const wasm::CallEntry& entry = entries_[chain.entry];
    const auto link_text = [&](std::size_t i) {
      return i == 0 ? entry_text(entry)
                    : step_text(chain.links[i]) + known_text(chain.links[i].function);
    };
    return say("may be reached {}: {} -> {}{}", kind_words(entry.kind),
               joined_links(chain.links.size() - 1, link_text), step_text(chain.links.back()),
               the_symbol(symbol));
  }

 private:
  /// What a chain goes through to come to this link; empty for a direct call.
  [[nodiscard]] std::string step_text(const wasm::PossibleChain::Link& link) const {
    using Step = wasm::PossibleChain::Step;
    if (link.step == Step::table) return "a pointer -> ";
    return link.step == Step::outside ? function_text(link.through) + " -> " : std::string();
  }

  [[nodiscard]] std::string function_text(std::uint32_t function) const {
    const auto found = names_.find(function);
    return found == names_.end() ? fmt::format("function {}", function)
                                 : fmt::format("`{}`", readable(found->second));
  }

  /// As `function_text`, with the name by which Python knows the function, if any.
  [[nodiscard]] std::string known_text(std::uint32_t function) const {
    const auto key = std::tuple(wasm::EntryKind::python, function);
    const auto entry =
        std::ranges::lower_bound(entries_, key, {}, [](const wasm::CallEntry& candidate) {
          return std::tuple(candidate.kind, candidate.function);
        });
    const bool known = entry != entries_.end() && entry->kind == wasm::EntryKind::python &&
                       entry->function == function;
    return known ? entry_text(*entry) : function_text(function);
  }

  /// "the start function (function 3)", "the Py_mod_exec slot of `m` (function 5)", "`m.f` (getter,
  /// function 6, aliased `m.g`)", "`exported`".
  [[nodiscard]] std::string entry_text(const wasm::CallEntry& entry) const {
    const std::string function = function_text(entry.function);
    const std::string name = fmt::format("`{}`", readable(entry.name));
    if (entry.kind == wasm::EntryKind::load && entry.name.empty()) {
      return fmt::format("the {} ({})", entry.role, function);
    }
    if (entry.kind == wasm::EntryKind::import && !entry.role.empty()) {
      return fmt::format("the {} slot of {} ({})", entry.role, name, function);
    }
    if (entry.kind != wasm::EntryKind::python && entry.kind != wasm::EntryKind::named) {
      return name;
    }
    std::vector<std::string> remarks;
    if (!entry.role.empty()) remarks.emplace_back(entry.role);
    remarks.push_back(function);
    if (!entry.aliases.empty()) {
      remarks.push_back("aliased " + quoted_list(entry.aliases, listed_names));
    }
    return fmt::format("{} ({})", name, fmt::join(remarks, ", "));
  }

  [[nodiscard]] Sentence chain_text(const wasm::CallChains::Chain& chain,
                                    std::string_view symbol) const {
    const wasm::CallEntry& entry = entries_[chain.entry];
    const auto link_text = [&](std::size_t i) {
      return i == 0 ? entry_text(entry) : function_text(chain.functions[i]);
    };
    return say("reached {}: {} -> {}", kind_words(entry.kind),
               joined_links(chain.functions.size() - 1, link_text), the_symbol(symbol));
  }

  [[nodiscard]] std::string short_text(const wasm::CallEntry& entry) const {
    return entry.name.empty() || entry.kind == wasm::EntryKind::import
               ? entry_text(entry)
               : fmt::format("`{}`", readable(entry.name));
  }

  /// The other entries of the chain's kind.
  [[nodiscard]] std::optional<Sentence> others_text(const wasm::CallChains& chains,
                                                    const wasm::CallChains::Chain& chain,
                                                    std::string_view symbol) const {
    const wasm::EntryKind kind = entries_[chain.entry].kind;
    std::vector<std::string> names;
    std::size_t count = 0;
    for (const std::size_t entry : chains.reaching) {
      if (entry == chain.entry || entries_[entry].kind != kind) continue;
      ++count;
      if (names.size() < listed_names) names.push_back(short_text(entries_[entry]));
    }
    if (count == 0) return std::nullopt;
    if (count > names.size()) names.push_back(fmt::format("{} more", count - names.size()));
    return say("{} other {} {} {}: {}", count, kind_noun(kind, count == 1),
               count == 1 ? "reaches" : "reach", the_symbol(symbol), enumerate(names));
  }

  [[nodiscard]] Sentence callers_text(const std::vector<std::uint32_t>& callers,
                                      std::string_view symbol) const {
    std::vector<std::string> names;
    for (const std::uint32_t caller : callers | std::views::take(listed_names)) {
      names.push_back(function_text(caller));
    }
    if (callers.size() > names.size()) {
      names.push_back(fmt::format("{} more", callers.size() - names.size()));
    }
    return say("{} {} {}; no direct calls from exports or known Python functions lead there",
               enumerate(names), callers.size() == 1 ? "calls" : "call", the_symbol(symbol));
  }

  std::vector<wasm::CallEntry> entries_;
  /// By function: the name of an import, or the first name of an export.
  std::unordered_map<std::uint32_t, std::string_view> names_;
};

bool has_chain(const wasm::CallChains& chains, const CallerText& text, wasm::EntryKind kind) {
  return std::ranges::any_of(chains.chains, [&](const wasm::CallChains::Chain& chain) {
    return text.entries()[chain.entry].kind == kind;
  });
}

/// The `__init__.py` above the module that may run code when the module is imported; empty when
/// there is none.
std::string running_package(const wheel::Wheel& wheel, std::string_view module) {
  for (std::string_view folder = folder_of(module); !folder.empty(); folder = folder_of(folder)) {
    std::string source = std::string(folder) + "/__init__.py";
    const bool quiet = std::ranges::binary_search(wheel.quiet_packages, source);
    if (!quiet && wheel.has_member(source)) return source;
  }
  return {};
}

/// The function's index of each import; `no_function` for other imports.
std::vector<std::uint32_t> targets_of(const wasm::SideModule& module,
                                      const std::vector<std::size_t>& imports) {
  std::vector<std::uint32_t> function_of_import(module.imports.size(), wasm::no_function);
  std::uint32_t functions = 0;
  for (std::size_t i = 0; i < module.imports.size(); ++i) {
    if (module.imports[i].kind == wasm::ExternalKind::function) function_of_import[i] = functions++;
  }
  std::vector<std::uint32_t> targets;
  for (const std::size_t import : imports) targets.push_back(function_of_import[import]);
  return targets;
}

}  // namespace

std::vector<Offenders> first_offenders(const RuleInput& input, std::size_t module,
                                       const std::vector<std::size_t>& imports) {
  using When = Offenders::When;
  const wasm::SideModule& facts = input.wheel.modules[module].facts;
  std::vector<Offenders> result(imports.size());
  if (!facts.code || imports.empty()) return result;
  const std::vector<std::uint32_t> targets = targets_of(facts, imports);
  const CallerText text(facts);
  const auto possible = [&](wasm::EntryKind kind) {
    return wasm::possible_chains(facts, text.entries(), kind, targets);
  };
  const std::vector<wasm::CallChains> chains = wasm::chains_to(facts, text.entries(), targets);
  const auto at_load = possible(wasm::EntryKind::load);
  const auto at_import = possible(wasm::EntryKind::import);
  const auto from_python = possible(wasm::EntryKind::python);
  const std::string package = running_package(input.wheel, input.wheel.modules[module].path);
  for (std::size_t i = 0; i < imports.size(); ++i) {
    Offenders& offenders = result[i];
    offenders.details = text.details(chains[i], facts.imports[imports[i]].name);
    // Adds a way that may exist; false where it is not told.
    const auto tell = [&](const std::optional<wasm::PossibleChain>& chain, wasm::EntryKind kind) {
      if (!chain || has_chain(chains[i], text, kind)) return false;
      auto line = text.possible_text(*chain, facts.imports[imports[i]].name);
      if (line) offenders.details.push_back(*std::move(line));
      return line.has_value();
    };
    const bool told_load = tell(at_load[i], wasm::EntryKind::load);
    tell(at_import[i], wasm::EntryKind::import);
    tell(from_python[i], wasm::EntryKind::python);
    if (at_load[i]) {
      offenders.when = told_load ? When::may_load : When::unknown;
    } else if (has_chain(chains[i], text, wasm::EntryKind::import)) {
      offenders.when = When::import;
    } else if (at_import[i] || !chains[i].searched) {
      offenders.when = When::may_import;
    } else if (!package.empty()) {
      offenders.when = When::python_code;
      offenders.package = package;
    } else {
      offenders.when = When::later;
    }
  }
  return result;
}

std::string death_sentence(const Offenders& offenders) {
  using When = Offenders::When;
  constexpr std::string_view dies = "the process dies when the function is first called";
  switch (offenders.when) {
    case When::unknown:
      break;
    case When::may_load:
      return fmt::format("{}, which may be while the module loads", dies);
    case When::import:
      return "loading succeeds; the import fails where it comes to the function: the process dies "
             "there";
    case When::may_import:
      return fmt::format("loading succeeds; {}, which may be during the import", dies);
    case When::python_code:
      return fmt::format("loading succeeds; {}, which may be during the import: `{}` runs code",
                         dies, offenders.package);
    case When::later:
      return fmt::format("importing succeeds; {}, so import tests do not show this", dies);
  }
  return fmt::format("{}, which may be during the import", dies);
}

}  // namespace wheelaudit::rules
