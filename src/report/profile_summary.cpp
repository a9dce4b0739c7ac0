// Profiles as text. Counts come from the symbol table itself, so the summary cannot contradict what
// linking sees.

#include "report/profile_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "profile/generate/generator.hpp"
#include "profile/loader_fields.hpp"
#include "profile/release_order.hpp"

namespace wheelaudit::report {
namespace {

using Table = std::vector<std::vector<std::string>>;

/// Aligned columns, each as wide as its widest cell, with two blanks between; the last column is
/// not padded.
std::string aligned(const Table& rows, std::string_view indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line(indent);
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i + 1 < row.size() ? fmt::format("{:<{}}  ", row[i], widths[i]) : row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string short_tag(std::string_view tag) {
  constexpr std::string_view architecture = "_wasm32";
  if (tag.ends_with(architecture)) tag.remove_suffix(architecture.size());
  return std::string(tag);
}

std::string joined_tags(const std::vector<std::string>& tags) {
  std::vector<std::string> texts;
  for (const std::string& tag : tags) texts.push_back(short_tag(tag));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<std::string> versions_of(const profile::AbiProfile& profile) {
  std::vector<std::string> versions;
  for (const profile::Runtime& runtime : profile.runtimes) versions.push_back(runtime.version);
  return versions;
}

struct Counts {
  std::size_t wasm_functions = 0;
  std::size_t js_functions = 0;
  std::size_t addresses = 0;
  std::size_t tags = 0;
  std::vector<std::size_t> by_library;
};

Counts count_symbols(const profile::AbiProfile& profile, std::size_t release) {
  Counts counts;
  counts.by_library.resize(profile.runtimes[release].libraries.size());
  for (const std::string_view name : profile.symbols.names()) {
    const auto symbol = profile.symbols.find(name, release);
    if (!symbol) continue;
    if (symbol->library && *symbol->library < counts.by_library.size()) {
      ++counts.by_library[*symbol->library];
    }
    if (symbol->kind == profile::ProvidedKind::data) {
      ++counts.addresses;
    } else if (symbol->kind == profile::ProvidedKind::tag) {
      ++counts.tags;
    } else if (symbol->provider == profile::ProviderKind::js) {
      ++counts.js_functions;
    } else {
      ++counts.wasm_functions;
    }
  }
  return counts;
}

std::string memory_text(const wasm::MemoryType& memory) {
  if (!memory.maximum) return fmt::format("{}", memory.minimum);
  return fmt::format("{}-{}", memory.minimum, *memory.maximum);
}

std::string release_table(const profile::AbiProfile& profile,
                          const std::vector<std::size_t>& releases) {
  Table rows = {{"release", "python", "functions", "from js", "addresses", "memory", "packages",
                 "its installer takes"}};
  for (const std::size_t release : releases) {
    const profile::Runtime& runtime = profile.runtimes[release];
    const Counts counts = count_symbols(profile, release);
    rows.push_back({runtime.version + (runtime.prerelease ? " (pre-release)" : ""), runtime.python,
                    fmt::format("{}", counts.wasm_functions),
                    fmt::format("{}", counts.js_functions), fmt::format("{}", counts.addresses),
                    memory_text(runtime.memory), fmt::format("{}", runtime.packages.size()),
                    joined_tags(runtime.installer_tags)});
  }
  return aligned(rows, "  ");
}

std::string loader_table(const profile::Runtime& runtime) {
  Table rows;
  profile::for_each_loader_value(runtime.loader, [&](std::string_view key, const auto& value) {
    rows.push_back({std::string(key), std::string(profile::word_of(value))});
  });
  profile::for_each_loader_list(
      runtime.loader, [&](std::string_view key, const std::vector<std::string>& names) {
        rows.push_back(
            {std::string(key), names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))});
      });
  return aligned(rows, "  ");
}

std::string library_table(const profile::AbiProfile& profile, std::size_t release) {
  const profile::Runtime& runtime = profile.runtimes[release];
  const Counts counts = count_symbols(profile, release);
  Table rows;
  for (std::size_t i = 0; i < runtime.libraries.size(); ++i) {
    const profile::LinkedLibrary& library = runtime.libraries[i];
    rows.push_back({library.name, library.version.empty() ? "-" : library.version,
                    fmt::format("{} symbols", counts.by_library[i]),
                    library.documented ? "promised by the platform page" : "there by chance"});
  }
  return aligned(rows, "  ");
}

std::string change_table(const profile::AbiProfile& profile) {
  Table rows;
  for (std::size_t i = 1; i < profile.runtimes.size(); ++i) {
    const SymbolChanges changes = symbol_changes(profile, i - 1, i);
    rows.push_back(
        {fmt::format("{} -> {}", profile.runtimes[i - 1].version, profile.runtimes[i].version),
         fmt::format("{} gone", changes.gone.size()), fmt::format("{} new", changes.added.size()),
         fmt::format("{} changed", changes.changed.size())});
  }
  return aligned(rows, "  ");
}

void check_tags(const profile::AbiProfile& profile, std::vector<std::string>& problems) {
  const auto is_word = [](char c) {
    return is_ascii_alphanumeric(c) || c == '_' || c == '-' || c == '.';
  };
  if (!std::ranges::all_of(profile.id, is_word)) {
    problems.push_back(fmt::format("id: expected letters, digits, `_`, `-` and `.`, found {}",
                                   json_text(profile.id)));
  }
  for (const std::string& tag : profile.tags) {
    if (!tag.ends_with("_wasm32")) {
      problems.push_back(fmt::format("tags: {} does not end in _wasm32", json_text(tag)));
    }
  }
  for (const std::string& suffix : profile.extension_suffixes) {
    if (!suffix.starts_with('.') || !suffix.ends_with(".so")) {
      problems.push_back(
          fmt::format("extension_suffixes: {} is not a suffix of an extension", json_text(suffix)));
    }
  }
}

void check_release(const profile::AbiProfile& profile, std::size_t index,
                   std::vector<std::string>& problems) {
  const profile::Runtime& runtime = profile.runtimes[index];
  const std::string where = fmt::format("releases[{}] ({})", index, runtime.version);
  if (index > 0 && !profile::release_before(profile.runtimes[index - 1].version, runtime.version)) {
    problems.push_back(where + ": releases go from the oldest to the newest");
  }
  if (!runtime.python.starts_with(profile.python) ||
      runtime.python.empty() != profile.python.empty()) {
    problems.push_back(
        fmt::format("{}: Python {} in a profile {}", where, runtime.python,
                    profile.python.empty() ? "without" : fmt::format("of {}", profile.python)));
  }
  if (runtime.installer_tags.empty() && !profile.tags.empty())
    problems.push_back(where + ": its installer takes no tag");
  if (runtime.memory.minimum == 0) problems.push_back(where + ": its memory has no pages");
  if (runtime.loader.function_modules.empty()) {
    problems.push_back(where + ": its loader offers no import module");
  }
}

/// Every CPython exports this function; a symbol table without it was read from another file. A
/// main module without Python has an empty `python`.
constexpr std::string_view expected_symbol = "PyModule_Create2";

}  // namespace

std::string profile_list_text(std::span<const profile::AbiProfile> profiles) {
  Table rows = {{"profile", "python", "emscripten", "pyodide", "other tags"}};
  for (const profile::AbiProfile& profile : profiles) {
    std::vector<std::string> others(profile.tags.begin() + (profile.tags.empty() ? 0 : 1),
                                    profile.tags.end());
    rows.push_back({profile.id, profile.python, profile.emscripten,
                    fmt::format("{}{}", fmt::join(versions_of(profile), " "),
                                profile.prerelease ? " (pre-release)" : ""),
                    joined_tags(others)});
  }
  return aligned(rows, "");
}

std::string profile_list_json(std::span<const profile::AbiProfile> profiles) {
  const auto list = [](const std::vector<std::string>& texts) {
    std::vector<std::string> quoted;
    for (const std::string& text : texts) quoted.push_back(json_text(text));
    return fmt::format("[{}]", fmt::join(quoted, ", "));
  };
  std::vector<std::string> lines;
  for (const profile::AbiProfile& profile : profiles) {
    lines.push_back(fmt::format(
        "    {{\"id\": {}, \"tags\": {}, \"python\": {}, \"emscripten\": {}, \"prerelease\": {}, "
        "\"releases\": {}}}",
        json_text(profile.id), list(profile.tags), json_text(profile.python),
        json_text(profile.emscripten), profile.prerelease, list(versions_of(profile))));
  }
  return fmt::format("{{\n  \"schema_version\": 1,\n  \"profiles\": [\n{}\n  ]\n}}\n",
                     fmt::join(lines, ",\n"));
}

SymbolChanges symbol_changes(const profile::AbiProfile& profile, std::size_t from, std::size_t to) {
  SymbolChanges changes;
  for (const std::string_view name : profile.symbols.names()) {
    const auto before = profile.symbols.find(name, from);
    const auto after = profile.symbols.find(name, to);
    if (!before && !after) continue;
    if (!after) {
      changes.gone.emplace_back(name);
    } else if (!before) {
      changes.added.emplace_back(name);
    } else if (before->kind != after->kind || before->provider != after->provider ||
               before->type != after->type) {
      changes.changed.emplace_back(name);
    }
  }
  return changes;
}

std::string profile_summary(const profile::AbiProfile& profile,
                            std::optional<std::size_t> release) {
  std::vector<std::size_t> releases;
  for (std::size_t i = 0; i < profile.runtimes.size(); ++i) {
    if (!release || *release == i) releases.push_back(i);
  }
  const std::size_t shown = release.value_or(profile.newest());
  const std::string& version = profile.runtimes[shown].version;
  std::string text =
      fmt::format("{}: Emscripten {}, {}{}\n", profile.id, profile.emscripten,
                  profile.python.empty() ? "no CPython" : "CPython " + profile.python,
                  profile.prerelease ? " (pre-release)" : "");
  text += fmt::format("  tags      {}\n", fmt::join(profile.tags, ", "));
  text += fmt::format("  suffixes  {}\n", fmt::join(profile.extension_suffixes, ", "));
  text += "\n" + release_table(profile, releases);
  if (!release && profile.runtimes.size() > 1) {
    text += "\nsymbols between releases\n" + change_table(profile);
  }
  text += fmt::format("\nlibraries in the main module of {}\n", version);
  text += library_table(profile, shown);
  text += fmt::format("\nwhat the loader of {} does\n", version);
  return text + loader_table(profile.runtimes[shown]);
}

std::vector<std::string> profile_problems(const profile::AbiProfile& profile) {
  std::vector<std::string> problems;
  check_tags(profile, problems);
  for (std::size_t i = 0; i < profile.runtimes.size(); ++i) {
    check_release(profile, i, problems);
    if (!profile.python.empty() && !profile.symbols.find(expected_symbol, i)) {
      problems.push_back(fmt::format("symbols: {} is not there for {}, which every CPython has",
                                     expected_symbol, profile.runtimes[i].version));
    }
  }
  return problems;
}

}  // namespace wheelaudit::report
