// Which functions reach a missing function, as sentences for WA301's details. The facts are static:
// a call that stands in the code need not run, so the sentences say "reaches", never "calls when".

#include "rules/linking/first_offender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <string_view>
#include <unordered_map>

#include "rules/say.hpp"
#include "rules/words.hpp"
#include "wasm/call_graph.hpp"

namespace wheelaudit::rules {
namespace {

constexpr std::size_t listed_names = 4;  // of further entries, or of callers
constexpr std::size_t listed_links = 8;  // of a chain; longer ones lose their middle
constexpr std::size_t kept_links = 3;    // on either side of it

std::string_view kind_words(wasm::EntryKind kind) {
  switch (kind) {
    case wasm::EntryKind::load:
      return "at load";
    case wasm::EntryKind::import:
      return "at import";
    case wasm::EntryKind::python:
      return "from Python";
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
    case wasm::EntryKind::exported:
      break;
  }
  return one ? "exported function" : "exported functions";
}

class CallerText {
 public:
  explicit CallerText(const wasm::SideModule& module) : entries_(wasm::call_entries(module)) {
    for (const wasm::ExportedSymbol& symbol : module.exports) {
      if (symbol.kind == wasm::ExternalKind::function)
        exported_.try_emplace(symbol.index, symbol.name);
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

 private:
  [[nodiscard]] std::string function_text(std::uint32_t function) const {
    const auto found = exported_.find(function);
    return found == exported_.end() ? fmt::format("function {}", function)
                                    : fmt::format("`{}`", found->second);
  }

  [[nodiscard]] Sentence chain_text(const wasm::CallChains::Chain& chain,
                                    std::string_view symbol) const {
    const wasm::CallEntry& entry = entries_[chain.entry];
    std::string first = entry.name;
    if (entry.kind == wasm::EntryKind::python || !first.starts_with('`')) {
      first += fmt::format(" ({})", function_text(entry.function));
    }
    std::vector<std::string> links{std::move(first)};
    const std::size_t between = chain.functions.size() - 1;  // without the target
    for (std::size_t i = 1; i < between; ++i) {
      if (between > listed_links && i == kept_links) {
        const std::size_t left_out = between - 2 * kept_links;
        links.push_back(fmt::format("{} more", left_out));
        i += left_out - 1;
        continue;
      }
      links.push_back(function_text(chain.functions[i]));
    }
    return say("reached {}: {} -> {}", kind_words(entry.kind),
               fmt::format("{}", fmt::join(links, " -> ")), the_symbol(symbol));
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
      if (names.size() < listed_names) names.push_back(entries_[entry].name);
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
  std::unordered_map<std::uint32_t, std::string_view> exported_;
};

}  // namespace

std::vector<Offenders> first_offenders(const wasm::SideModule& module,
                                       const std::vector<std::size_t>& imports) {
  std::vector<Offenders> result(imports.size());
  if (!module.code || imports.empty()) return result;
  std::vector<std::uint32_t> function_of_import(module.imports.size(), wasm::no_function);
  std::uint32_t functions = 0;
  for (std::size_t i = 0; i < module.imports.size(); ++i) {
    if (module.imports[i].kind == wasm::ExternalKind::function) function_of_import[i] = functions++;
  }
  std::vector<std::uint32_t> targets;
  for (const std::size_t import : imports) targets.push_back(function_of_import[import]);
  const CallerText caller_text(module);
  const std::vector<wasm::CallChains> chains =
      wasm::chains_to(module, caller_text.entries(), targets);
  for (std::size_t i = 0; i < imports.size(); ++i) {
    result[i].details = caller_text.details(chains[i], module.imports[imports[i]].name);
    result[i].at_import =
        std::ranges::any_of(chains[i].chains, [&](const wasm::CallChains::Chain& chain) {
          return caller_text.entries()[chain.entry].kind == wasm::EntryKind::import;
        });
  }
  return result;
}

}  // namespace wheelaudit::rules
