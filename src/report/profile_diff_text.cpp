// Writes `profile diff` for people: first whether the two runtimes take each other's modules and
// why not, then facts, symbols by change, packages, wheels, and last what no symbol shows. Long
// lists are cut and say how many entries are left out; -v shows all.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/profile_diff_report.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {
namespace {

using Table = std::vector<std::vector<std::string>>;

constexpr std::size_t shown_symbols = 12;  // per kind of change: enough to see a pattern
constexpr std::size_t shown_versions = 10;
constexpr std::size_t shown_uses = 20;  // per wheel: enough to decide about it

std::string heading(const TextStyle& style, std::string_view text) {
  return fmt::format("\n{}\n", paint(style, Ink::bold, text));
}

std::string cut_line(std::size_t size, std::size_t shown_items, std::string_view margin) {
  if (shown_items >= size) return {};
  return fmt::format("{}… {} more, -v shows all\n", margin, size - shown_items);
}

/// The name and, where it is a mangled name, its readable form in parentheses.
std::string symbol_name(const std::string& name, const TextStyle& style) {
  const auto plain = demangle::demangle(name);
  return plain ? fmt::format("{} ({})", shown(name, style), shown(*plain, style))
               : shown(name, style);
}

std::string compatibility(const compare::ProfileDiff& diff, const TextStyle& style) {
  if (diff.incompatibilities.empty()) {
    return fmt::format("{}\n", paint(style, Ink::green,
                                     "exception and setjmp model, 64-bit integers, Python and what "
                                     "the loader takes agree"));
  }
  std::string text =
      paint(style, Ink::red, "not compatible") + ": modules of one fail on the other\n";
  for (const compare::Incompatibility& each : diff.incompatibilities) {
    text += fmt::format("  {}\n    {}\n", paint(style, Ink::bold, escape_terminal(each.concerns)),
                        escape_terminal(each.reason));
  }
  return text;
}

std::string fact_table(const std::vector<compare::ChangedFact>& facts, const TextStyle& style) {
  Table rows;
  for (const compare::ChangedFact& fact : facts) {
    rows.push_back(
        {escape_terminal(fact.key), shown(fact.before, style), "->", shown(fact.after, style)});
  }
  return columns(rows, "  ");
}

std::string version_text(const std::optional<std::string>& version) {
  if (!version) return "not there";
  return version->empty() ? "of unknown version" : escape_terminal(*version);
}

std::string version_table(std::string_view title,
                          const std::vector<compare::ChangedVersion>& changes,
                          const TextStyle& style) {
  if (changes.empty()) return {};
  const auto count_if = [&](auto predicate) { return std::ranges::count_if(changes, predicate); };
  const auto gone = count_if([](const compare::ChangedVersion& each) { return !each.after; });
  const auto added = count_if([](const compare::ChangedVersion& each) { return !each.before; });
  std::string text =
      heading(style, fmt::format("{}: {} gone, {} new, {} of another version", title, gone, added,
                                 static_cast<std::ptrdiff_t>(changes.size()) - gone - added));
  const std::size_t count = shown_count(changes.size(), shown_versions, style);
  Table rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.push_back({shown(changes[i].name, style), version_text(changes[i].before), "->",
                    version_text(changes[i].after)});
  }
  return text + columns(rows, "  ") + cut_line(changes.size(), count, "  ");
}

std::string_view change_title(compare::SymbolChange change) {
  switch (change) {
    case compare::SymbolChange::gone:
      return "gone";
    case compare::SymbolChange::kind:
      return "of another kind";
    case compare::SymbolChange::retyped:
      return "retyped";
    case compare::SymbolChange::provider:
      return "moved between WebAssembly and JavaScript";
    case compare::SymbolChange::added:
      break;
  }
  return "new";
}

std::string sides_text(const compare::ChangedSymbol& symbol) {
  if (!symbol.after) return compare::provided_text(*symbol.before);
  if (!symbol.before) return compare::provided_text(*symbol.after);
  return fmt::format("was {}, is {}", compare::provided_text(*symbol.before),
                     compare::provided_text(*symbol.after));
}

using Users = std::map<std::string_view, std::size_t>;

/// Per symbol, how many of the wheels use it.
Users users_of(const std::vector<compare::WheelDiff>& wheels) {
  Users users;
  for (const compare::WheelDiff& wheel : wheels) {
    std::map<std::string_view, bool> seen;
    for (const compare::UsedChange& use : wheel.changes) {
      if (seen.emplace(use.symbol, true).second) ++users[use.symbol];
    }
  }
  return users;
}

std::string symbol_table(const ProfileDiffReport& report, compare::SymbolChange change,
                         const Users& users, const TextStyle& style) {
  std::vector<const compare::ChangedSymbol*> symbols;
  for (const compare::ChangedSymbol& symbol : report.diff.symbols) {
    if (symbol.change == change) symbols.push_back(&symbol);
  }
  if (symbols.empty()) return {};
  std::string text = fmt::format("  {} {}\n", symbols.size(), change_title(change));
  const std::size_t count = shown_count(symbols.size(), shown_symbols, style);
  for (std::size_t i = 0; i < count; ++i) {
    const compare::ChangedSymbol& symbol = *symbols[i];
    const auto used = users.find(symbol.name);
    text += fmt::format(
        "    {}: {}{}\n", symbol_name(symbol.name, style), escape_terminal(sides_text(symbol)),
        used == users.end() ? "" : fmt::format(", in {}", count_text(used->second, "wheel")));
  }
  return text + cut_line(symbols.size(), count, "    ");
}

std::string symbols_text(const ProfileDiffReport& report, const TextStyle& style) {
  const bool used = report.scope == DiffScope::used;
  const std::string_view what = used ? "changed symbols that the wheels use" : "symbols";
  if (report.diff.symbols.empty()) {
    return heading(style, used ? "no symbol that the wheels use changes" : "no symbol changes");
  }
  const Users users = users_of(report.wheels);
  std::string text = heading(style, what);
  for (const compare::SymbolChange change :
       {compare::SymbolChange::gone, compare::SymbolChange::kind, compare::SymbolChange::retyped,
        compare::SymbolChange::provider, compare::SymbolChange::added}) {
    text += symbol_table(report, change, users, style);
  }
  return text;
}

std::string rule_ids_text(const std::vector<rules::RuleId>& rules) {
  std::vector<std::string> ids;
  for (const rules::RuleId rule : rules) ids.push_back(rules::rule_id_text(rule));
  return fmt::format("{}", fmt::join(ids, ", "));
}

std::string on_text(const compare::WheelOnRuntime& on) {
  std::string text = fmt::format("{}, links: {}", audit::verdict_name(on.verdict),
                                 profile::outcome_name(on.links));
  if (!on.rules.empty()) text += fmt::format(" ({})", rule_ids_text(on.rules));
  return text;
}

std::string use_text(const compare::UsedChange& use, const TextStyle& style) {
  const auto offered = [](const std::string& side) {
    return side.empty() ? std::string("nothing") : escape_terminal(side);
  };
  std::string outcome = use.outcome_before == use.outcome_after
                            ? std::string(compare::effect_name(use.effect))
                            : fmt::format("{}: {} -> {}", compare::effect_name(use.effect),
                                          profile::outcome_name(use.outcome_before),
                                          profile::outcome_name(use.outcome_after));
  if (use.effect == compare::Effect::none) outcome = "no harm";
  if (use.effect == compare::Effect::breaks && use.outcome_before == use.outcome_after) {
    outcome = "breaks: wrong when called";
  }
  return fmt::format(
      "    {}: was {}, is {}; {} asks for {}: {}\n", symbol_name(use.symbol, style),
      offered(use.before), offered(use.after), shown(use.member, style), escape_terminal(use.asked),
      paint(style, use.effect == compare::Effect::breaks ? Ink::red : Ink::faint, outcome));
}

std::string fate_text(const compare::WheelDiff& wheel, const TextStyle& style) {
  switch (wheel.fate()) {
    case compare::Fate::survives:
      return paint(
          style, Ink::green,
          wheel.after.rules.empty() ? "survives" : "survives, under a tag of the other ABI");
    case compare::Fate::links:
      return paint(style, Ink::yellow, "links as before, but is not taken as it is");
    case compare::Fate::fails:
      return paint(style, Ink::yellow, "fails on both");
    case compare::Fate::breaks:
      break;
  }
  return paint(style, Ink::red, "breaks");
}

std::string wheel_text(const ProfileDiffReport& report, const compare::WheelDiff& wheel,
                       const TextStyle& style) {
  std::string text = fmt::format("  {}: {}\n", shown(wheel.path, style), fate_text(wheel, style));
  text += columns({{"on " + escape_terminal(report.diff.before.name()), on_text(wheel.before)},
                   {"on " + escape_terminal(report.diff.after.name()), on_text(wheel.after)}},
                  "    ");
  // Uses that break come first; otherwise the order is kept.
  std::vector<const compare::UsedChange*> changes;
  for (const compare::Effect effect :
       {compare::Effect::breaks, compare::Effect::mends, compare::Effect::none}) {
    for (const compare::UsedChange& use : wheel.changes) {
      if (use.effect == effect) changes.push_back(&use);
    }
  }
  const std::size_t count = shown_count(changes.size(), shown_uses, style);
  for (std::size_t i = 0; i < count; ++i) text += use_text(*changes[i], style);
  return text + cut_line(changes.size(), count, "    ");
}

std::string wheels_text(const ProfileDiffReport& report, const TextStyle& style) {
  if (report.wheels.empty()) return {};
  std::map<compare::Fate, std::size_t> fates;
  for (const compare::WheelDiff& wheel : report.wheels) ++fates[wheel.fate()];
  std::string counts;
  for (const auto& [fate, count] : fates) {
    constexpr std::string_view words[] = {"survive", "link but are not taken as they are",
                                          "fail on both", "break"};
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count,
                          words[static_cast<std::size_t>(fate)]);
  }
  std::string text =
      heading(style, fmt::format("{}: {}", count_text(report.wheels.size(), "wheel"), counts));
  for (const compare::WheelDiff& wheel : report.wheels) {
    if (report.scope == DiffScope::used && wheel.fate() != compare::Fate::breaks && !style.verbose)
      continue;
    text += wheel_text(report, wheel, style);
  }
  return text;
}

std::string unseen_text(const compare::ProfileDiff& diff, const TextStyle& style) {
  std::string text = heading(style, "what no symbol shows");
  for (const std::string& each : diff.unseen) {
    text += fmt::format("  {}\n", escape_terminal(each));
  }
  return text;
}

/// One line that counts the changes, and one line per wheel.
std::string quiet_text(const ProfileDiffReport& report, const TextStyle& style) {
  const compare::ProfileDiff& diff = report.diff;
  std::string text = fmt::format(
      "{} -> {}: {}; {} gone, {} of another kind, {} retyped, {} moved, {} new\n",
      escape_terminal(diff.before.name()), escape_terminal(diff.after.name()),
      diff.incompatibilities.empty() ? "no model differs" : "not compatible",
      diff.count(compare::SymbolChange::gone), diff.count(compare::SymbolChange::kind),
      diff.count(compare::SymbolChange::retyped), diff.count(compare::SymbolChange::provider),
      diff.count(compare::SymbolChange::added));
  for (const compare::WheelDiff& wheel : report.wheels) {
    text += fmt::format("{}: {}\n", shown(wheel.path, style), fate_text(wheel, style));
  }
  return text;
}

}  // namespace

std::string profile_diff_text(const ProfileDiffReport& report, const TextStyle& style) {
  if (style.quiet) return quiet_text(report, style);
  const compare::ProfileDiff& diff = report.diff;
  std::string text =
      fmt::format("{} ({}) -> {} ({})\n", escape_terminal(diff.before.profile->id),
                  escape_terminal(diff.before.name()), escape_terminal(diff.after.profile->id),
                  escape_terminal(diff.after.name()));
  text += compatibility(diff, style);
  if (report.scope != DiffScope::used) {
    if (!diff.facts.empty()) text += heading(style, "facts") + fact_table(diff.facts, style);
    if (!diff.loader.empty()) {
      text += heading(style, "what the loader does") + fact_table(diff.loader, style);
    }
  }
  if (report.scope != DiffScope::wheels) text += symbols_text(report, style);
  if (report.scope == DiffScope::runtimes) {
    text += version_table("libraries in the main module", diff.libraries, style);
    text += version_table("packages of the distribution", diff.packages, style);
  }
  text += wheels_text(report, style);
  return text + unseen_text(diff, style);
}

}  // namespace wheelaudit::report
