// Compares two runtimes. Symbols are compared as side modules meet them: what has the name, who
// offers it, and of which type. A JavaScript function has not changed when its type becomes known
// or unknown (docs/design/abis.md#symbols: its type is information only).

#include "compare/profile_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "profile/loader_fields.hpp"
#include "profile/symbol_text.hpp"

namespace wheelaudit::compare {
namespace {

std::optional<SymbolChange> change_of(const std::optional<profile::ProvidedSymbol>& before,
                                      const std::optional<profile::ProvidedSymbol>& after) {
  if (!before && !after) return std::nullopt;
  if (!after) return SymbolChange::gone;
  if (!before) return SymbolChange::added;
  if (before->kind != after->kind) return SymbolChange::kind;
  if (before->type && after->type && *before->type != *after->type) return SymbolChange::retyped;
  if (before->provider != after->provider) return SymbolChange::provider;
  return std::nullopt;
}

std::vector<ChangedSymbol> changed_symbols(const RuntimeSide& before, const RuntimeSide& after) {
  std::set<std::string_view> names;
  for (const RuntimeSide* side : {&before, &after}) {
    const auto own = side->profile->symbols.names();
    names.insert(own.begin(), own.end());
  }
  std::vector<ChangedSymbol> changes;
  for (const std::string_view name : names) {
    auto old = before.find(name);
    auto now = after.find(name);
    const auto change = change_of(old, now);
    if (!change) continue;
    changes.push_back({.name = std::string(name),
                       .change = *change,
                       .before = std::move(old),
                       .after = std::move(now)});
  }
  std::ranges::sort(changes, [](const ChangedSymbol& one, const ChangedSymbol& other) {
    return std::tie(one.change, one.name) < std::tie(other.change, other.name);
  });
  return changes;
}

/// Collects the facts that differ.
struct FactList {
  std::vector<ChangedFact> changed;
  void compare(std::string_view key, std::string before, std::string after) {
    if (before == after) return;
    changed.push_back(
        {.key = std::string(key), .before = std::move(before), .after = std::move(after)});
  }
};

std::string listed(const std::vector<std::string>& names) {
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string known(const std::string& text) { return text.empty() ? "none" : text; }

std::string memory_text(const wasm::MemoryType& memory) {
  std::string text = memory.maximum ? fmt::format("{} to {} pages", memory.minimum, *memory.maximum)
                                    : fmt::format("{} pages or more", memory.minimum);
  if (memory.shared) text += ", shared";
  if (memory.is_64) text += ", 64-bit";
  return text;
}

std::vector<ChangedFact> changed_facts(const RuntimeSide& before, const RuntimeSide& after) {
  const profile::Runtime& old = before.runtime();
  const profile::Runtime& now = after.runtime();
  FactList facts;
  facts.compare("emscripten", known(old.emscripten), known(now.emscripten));
  facts.compare("python", known(old.python), known(now.python));
  facts.compare("exceptions", std::string(profile::word_of(old.loader.exceptions)),
                std::string(profile::word_of(now.loader.exceptions)));
  facts.compare("setjmp", std::string(profile::word_of(old.loader.setjmp)),
                std::string(profile::word_of(now.loader.setjmp)));
  facts.compare("wide_integers", std::string(wide_integers_name(wide_integers(before))),
                std::string(wide_integers_name(wide_integers(after))));
  facts.compare("memory", memory_text(old.memory), memory_text(now.memory));
  facts.compare("table_minimum", fmt::format("{}", old.table_minimum),
                fmt::format("{}", now.table_minimum));
  facts.compare("tags", listed(before.profile->tags), listed(after.profile->tags));
  facts.compare("installer_tags", listed(old.installer_tags), listed(now.installer_tags));
  facts.compare("extension_suffixes", listed(before.profile->extension_suffixes),
                listed(after.profile->extension_suffixes));
  return std::move(facts.changed);
}

/// One text per key, in the order in which profiles hold the keys.
std::vector<std::pair<std::string, std::string>> loader_texts(
    const profile::LoaderBehaviour& loader) {
  std::vector<std::pair<std::string, std::string>> texts;
  profile::for_each_loader_value(loader, [&](std::string_view key, const auto& value) {
    texts.emplace_back(key, profile::word_of(value));
  });
  profile::for_each_loader_list(loader,
                                [&](std::string_view key, const std::vector<std::string>& names) {
                                  texts.emplace_back(key, listed(names));
                                });
  std::vector<std::string> globals;
  for (const auto& [name, type] : loader.globals) globals.push_back(name + " " + type.str());
  texts.emplace_back("globals", listed(globals));
  return texts;
}

std::vector<ChangedFact> changed_loader(const profile::LoaderBehaviour& before,
                                        const profile::LoaderBehaviour& after) {
  const auto old = loader_texts(before);
  const auto now = loader_texts(after);
  FactList facts;
  for (std::size_t i = 0; i < old.size(); ++i) {
    // `changed_facts` compares these two.
    if (old[i].first == "exceptions" || old[i].first == "setjmp") continue;
    facts.compare(old[i].first, old[i].second, now[i].second);
  }
  return std::move(facts.changed);
}

/// The differences of two lists that are sorted by name.
template <class Item>
std::vector<ChangedVersion> changed_versions(const std::vector<Item>& before,
                                             const std::vector<Item>& after) {
  std::vector<ChangedVersion> changes;
  auto old = before.begin();
  auto now = after.begin();
  while (old != before.end() || now != after.end()) {
    const bool only_old = now == after.end() || (old != before.end() && old->name < now->name);
    const bool only_now = old == before.end() || (now != after.end() && now->name < old->name);
    if (only_old) {
      changes.push_back({.name = old->name, .before = old->version, .after = std::nullopt});
      ++old;
    } else if (only_now) {
      changes.push_back({.name = now->name, .before = std::nullopt, .after = now->version});
      ++now;
    } else {
      if (old->version != now->version) {
        changes.push_back({.name = old->name, .before = old->version, .after = now->version});
      }
      ++old;
      ++now;
    }
  }
  return changes;
}

}  // namespace

std::string RuntimeSide::name() const {
  const bool is_pyodide = runtime().provenance.package == "pyodide";
  return fmt::format("{} {}", is_pyodide ? "Pyodide" : profile->id, runtime().version);
}

RuntimeSide side_of(std::span<const profile::AbiProfile> catalog,
                    const profile::ProfileSelection& selection) {
  const profile::AbiProfile& profile = catalog[selection.profile];
  return {.profile = &profile, .release = selection.release.value_or(profile.newest())};
}

std::string_view symbol_change_name(SymbolChange change) {
  switch (change) {
    case SymbolChange::gone:
      return "gone";
    case SymbolChange::kind:
      return "kind";
    case SymbolChange::retyped:
      return "retyped";
    case SymbolChange::provider:
      return "provider";
    case SymbolChange::added:
      break;
  }
  return "added";
}

std::string provided_text(const profile::ProvidedSymbol& symbol) {
  profile::ProvidedSymbol plain = symbol;
  plain.library.reset();
  return profile::symbol_text(plain, {});
}

std::string_view wide_integers_name(WideIntegers integers) {
  switch (integers) {
    case WideIntegers::whole:
      return "whole";
    case WideIntegers::legalised:
      return "legalised";
    case WideIntegers::unknown:
      break;
  }
  return "unknown";
}

WideIntegers wide_integers(const RuntimeSide& side) {
  // binaryen's legalize-js-interface keeps a function that it replaces under this prefix, for side
  // modules.
  constexpr std::string_view original = "orig$";
  WideIntegers integers = WideIntegers::unknown;
  for (const std::string_view name : side.profile->symbols.names()) {
    const auto symbol = side.find(name);
    if (!symbol || symbol->kind != profile::ProvidedKind::function || !symbol->type ||
        symbol->provider != profile::ProviderKind::wasm) {
      continue;
    }
    if (name.starts_with(original)) return WideIntegers::legalised;
    if ((symbol->type->params + symbol->type->results).find('j') != std::string::npos) {
      integers = WideIntegers::whole;
    }
  }
  return integers;
}

std::size_t ProfileDiff::count(SymbolChange change) const {
  return static_cast<std::size_t>(std::ranges::count(symbols, change, &ChangedSymbol::change));
}

ProfileDiff diff_profiles(const RuntimeSide& before, const RuntimeSide& after) {
  return {.before = before,
          .after = after,
          .incompatibilities = incompatibilities(before, after),
          .facts = changed_facts(before, after),
          .loader = changed_loader(before.runtime().loader, after.runtime().loader),
          .libraries = changed_versions(before.runtime().libraries, after.runtime().libraries),
          .packages = changed_versions(before.runtime().packages, after.runtime().packages),
          .symbols = changed_symbols(before, after),
          .unseen = unseen_changes(before, after)};
}

}  // namespace wheelaudit::compare
