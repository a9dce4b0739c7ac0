// Prints what `show` says: one line per fact, aligned (docs/design/output.md#text).

#include "report/text_show.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/text_style.hpp"

namespace wheelaudit::report {
namespace {

constexpr std::size_t modules_in_full = 3;
constexpr std::size_t listed_modules = 12;
constexpr std::size_t listed_names = 6;  // of a list inside one fact
constexpr std::string_view margin = "  ";
constexpr std::string_view module_margin = "    ";

std::string names_text(const std::vector<std::string>& names, const TextStyle& style) {
  const std::size_t listed = shown_count(names.size(), listed_names, style);
  std::string text;
  for (std::size_t i = 0; i < listed; ++i) {
    text += (i == 0 ? "" : ", ") + shown(names[i], style);
  }
  if (listed < names.size())
    text += fmt::format(" and {} more (-v shows all)", names.size() - listed);
  return text;
}

std::string name_text(const wheel::WheelSummary& wheel, const TextStyle& style) {
  const auto name = wheel.name();
  const auto version = wheel.version();
  if (!name) return "unknown";
  const bool has_build = wheel.filename && wheel.filename->build;
  return shown(*name, style) + " " + (version ? shown(*version, style) : "") +
         (has_build ? ", build " + shown(*wheel.filename->build, style) : "");
}

std::vector<std::string> tag_names(const wheel::WheelSummary& wheel) {
  std::vector<std::string> names;
  for (const wheel::Tag& tag : wheel.tags()) names.push_back(tag.str());
  return names;
}

std::string imports_text(const wasm::ImportCounts& counts) {
  std::vector<std::string> parts{count_text(counts.functions, "function")};
  if (counts.addresses > 0) {
    parts.push_back(counts.addresses == 1 ? "1 address"
                                          : fmt::format("{} addresses", counts.addresses));
  }
  if (counts.globals > 0) parts.push_back(count_text(counts.globals, "global"));
  if (counts.tags > 0) parts.push_back(count_text(counts.tags, "tag"));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string kind_text(const wasm::ModuleSummary& facts, const TextStyle& style) {
  std::string text(wasm::module_kind_name(facts.kind));
  std::ranges::replace(text, '-', ' ');
  if (facts.kind == wasm::ModuleKind::not_wasm) {
    text = facts.format.empty() ? "not wasm" : shown(facts.format, style) + ", not wasm";
  }
  return text + ", " + size_text(facts.size);
}

std::string module_in_full(const wheel::WheelModuleSummary& module, const TextStyle& style) {
  const wasm::ModuleSummary& facts = module.facts;
  std::string text = fmt::format(
      "{}{}\n", margin,
      paint(style, Ink::bold, module.path == "-" ? "standard input" : shown(module.path, style)));
  const auto add = [&](std::string_view label, std::string_view value) {
    if (!value.empty()) text += fact(module_margin, label, value);
  };
  add("kind", kind_text(facts, style));
  if (facts.kind == wasm::ModuleKind::not_wasm || facts.kind == wasm::ModuleKind::malformed)
    return text;
  if (facts.dylink) {
    add("memory", fmt::format("{}, {}", size_text(facts.dylink->memory_size),
                              count_text(facts.dylink->table_size, "table entry")));
    add("needed", names_text(facts.dylink->needed, style));
    add("run path", names_text(facts.dylink->runtime_path, style));
  }
  add("imports", imports_text(facts.imports));
  add("exports", fmt::format("{}", facts.exports));
  add("init", names_text(facts.init_functions, style));
  add("exceptions", wasm::exception_model_name(facts.exceptions));
  add("setjmp", wasm::setjmp_model_name(facts.setjmp));
  add("features", names_text(facts.features, style));
  return text;
}

std::string links_text(const loader::RuntimeRow& row, const TextStyle& style) {
  switch (row.links) {
    case profile::Outcome::ok:
      return paint(style, Ink::green, "yes");
    case profile::Outcome::call:
      return paint(style, Ink::red, "loads, dies when used");
    case profile::Outcome::load:
      return paint(style, Ink::red, "no");
    case profile::Outcome::poison:
      break;
  }
  return paint(style, Ink::red, "no, and later loads fail too");
}

std::string installers_text(const loader::RuntimeRow& row) {
  std::vector<std::string_view> names;
  if (row.micropip) names.push_back("micropip");
  if (row.pip) names.push_back("pip");
  if (row.uv) names.push_back("uv");
  return names.empty() ? "no" : fmt::format("{}", fmt::join(names, ", "));
}

std::string failures_text(const loader::RuntimeRow& row) {
  std::vector<std::string> parts;
  if (row.unresolved > 0) parts.push_back(fmt::format("{} missing", row.unresolved));
  if (row.mismatched > 0) parts.push_back(fmt::format("{} of another type", row.mismatched));
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool same_but_release(const loader::RuntimeRow& left, const loader::RuntimeRow& right) {
  return left.profile == right.profile && left.micropip == right.micropip &&
         left.pip == right.pip && left.uv == right.uv && left.links == right.links &&
         left.unresolved == right.unresolved && left.mismatched == right.mismatched;
}

}  // namespace

std::string text_facts(const wheel::WheelSummary& wheel, const TextStyle& style) {
  std::string text;
  const auto add = [&](std::string_view label, std::string_view value) {
    if (!value.empty()) text += fact(margin, label, value);
  };
  if (!wheel.bare_module) {
    add("name", name_text(wheel, style));
    add("tags", names_text(tag_names(wheel), style));
  }
  add("size", wheel.bare_module ? size_text(wheel.size)
                                : fmt::format("{}, {}", size_text(wheel.size),
                                              count_text(wheel.members, "member")));
  add("sha256", wheel.sha256);
  add("built by", shown(wheel.generator, style));
  if (wheel.root_is_purelib) {
    add("purelib", *wheel.root_is_purelib ? "true" : "false");
  }
  if (!wheel.modules.empty()) {
    add("validated", wheel.depth == wasm::Depth::full ? "full: every function body was checked"
                                                      : "head: function bodies were not looked at");
  }
  return text;
}

std::string text_modules(const wheel::WheelSummary& wheel, const TextStyle& style) {
  std::string text;
  if (style.verbose || wheel.modules.size() <= modules_in_full) {
    for (const wheel::WheelModuleSummary& module : wheel.modules)
      text += "\n" + module_in_full(module, style);
    return text;
  }
  const std::size_t listed = shown_count(wheel.modules.size(), listed_modules, style);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < listed; ++i) {
    const wasm::ModuleSummary& facts = wheel.modules[i].facts;
    rows.push_back({shown(wheel.modules[i].path, style), kind_text(facts, style),
                    facts.imports.any() ? "imports " + imports_text(facts.imports) : ""});
  }
  text = fmt::format("\n{}{}\n{}", margin, count_text(wheel.modules.size(), "module"),
                     columns(rows, module_margin));
  if (listed < wheel.modules.size()) {
    text += fmt::format("{}and {} (-v shows all)\n", module_margin,
                        count_text(wheel.modules.size() - listed, "more module"));
  }
  return text;
}

std::string text_matrix(const audit::Audit& audit, const TextStyle& style) {
  if (audit.runtimes.empty()) return {};
  std::vector<std::vector<std::string>> rows{
      {"ABI", "Pyodide", "installs with", "links", "what would fail"}};
  for (std::string& heading : rows.front()) heading = paint(style, Ink::faint, heading);
  std::string_view last_profile;
  for (std::size_t i = 0; i < audit.runtimes.size();) {
    const loader::RuntimeRow& row = audit.runtimes[i];
    std::size_t end = i + 1;
    while (end < audit.runtimes.size() && same_but_release(row, audit.runtimes[end])) ++end;
    std::string releases = shown(row.pyodide, style);
    if (end > i + 1) releases += "–" + shown(audit.runtimes[end - 1].pyodide, style);
    const bool judged = std::ranges::find(audit.judged, row.profile) != audit.judged.end();
    std::string profile = row.profile == last_profile ? "" : shown(row.profile, style);
    if (judged && !profile.empty()) profile = paint(style, Ink::bold, profile.append(" *"));
    rows.push_back(
        {profile, releases, installers_text(row), links_text(row, style), failures_text(row)});
    last_profile = row.profile;
    i = end;
  }
  std::string text = "\n" + columns(rows, margin);
  if (!audit.judged.empty()) {
    text += fmt::format("{}{}\n", margin, paint(style, Ink::faint, "* judged"));
  }
  return text;
}

}  // namespace wheelaudit::report
