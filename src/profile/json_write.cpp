// Writes a profile as JSON text: one symbol, package or library per line, sorted. What is equal on
// several releases is written once, with `releases` naming them, or without that key when all are
// meant. abi-profiles/schema.json describes the form.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/json.hpp"
#include "profile/loader_fields.hpp"
#include "profile/profile.hpp"
#include "profile/symbol_text.hpp"

namespace wheelaudit::profile {
namespace {

using Releases = std::vector<std::size_t>;

std::string text_list(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(json_text(text));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string version_list(const AbiProfile& profile, const Releases& releases) {
  std::vector<std::string> versions;
  for (const std::size_t release : releases) versions.push_back(profile.runtimes[release].version);
  return text_list(versions);
}

/// `, "releases": […]`, or nothing when all releases are meant.
std::string releases_key(const AbiProfile& profile, const Releases& releases) {
  if (releases.size() == profile.runtimes.size()) return {};
  return fmt::format(", \"releases\": {}", version_list(profile, releases));
}

/// The lines, each but the last with a comma behind it.
std::string joined_lines(const std::vector<std::string>& lines, std::string_view indent) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += fmt::format("{}{}{}\n", indent, lines[i], i + 1 < lines.size() ? "," : "");
  }
  return text;
}

std::string memory_text(const wasm::MemoryType& memory) {
  std::string text = fmt::format("{{\"minimum\": {}", memory.minimum);
  if (memory.maximum) text += fmt::format(", \"maximum\": {}", *memory.maximum);
  if (memory.shared) text += ", \"shared\": true";
  if (memory.is_64) text += ", \"is_64\": true";
  return text + "}";
}

std::string release_text(const Runtime& runtime) {
  const Provenance& from = runtime.provenance;
  const std::vector<std::string> lines = {
      fmt::format("\"version\": {}", json_text(runtime.version)),
      fmt::format("\"prerelease\": {}", runtime.prerelease),
      fmt::format("\"python\": {}", json_text(runtime.python)),
      fmt::format("\"emscripten\": {}", json_text(runtime.emscripten)),
      fmt::format("\"installer_tags\": {}", text_list(runtime.installer_tags)),
      fmt::format("\"memory\": {}", memory_text(runtime.memory)),
      fmt::format("\"table_minimum\": {}", runtime.table_minimum),
      fmt::format("\"provenance\": {{\n{}      }}",
                  joined_lines({fmt::format("\"package\": {}", json_text(from.package)),
                                fmt::format("\"version\": {}", json_text(from.version)),
                                fmt::format("\"integrity\": {}", json_text(from.integrity)),
                                fmt::format("\"wasm_sha256\": {}", json_text(from.wasm_sha256)),
                                fmt::format("\"loader_sha256\": {}", json_text(from.loader_sha256)),
                                fmt::format("\"lock_sha256\": {}", json_text(from.lock_sha256))},
                               "        ")),
  };
  return fmt::format("{{\n{}    }}", joined_lines(lines, "      "));
}

template <class Value>
std::string value_text(Value value) {
  return json_text(word_of(value));
}
template <>
std::string value_text(bool value) {
  return value ? "true" : "false";
}

std::string loader_text(const AbiProfile& profile, const LoaderBehaviour& loader,
                        const Releases& releases) {
  std::vector<std::string> lines;
  if (releases.size() != profile.runtimes.size()) {
    lines.push_back(fmt::format("\"releases\": {}", version_list(profile, releases)));
  }
  for_each_loader_value(loader, [&](std::string_view key, const auto& value) {
    lines.push_back(fmt::format("\"{}\": {}", key, value_text(value)));
  });
  for_each_loader_list(loader, [&](std::string_view key, const std::vector<std::string>& names) {
    lines.push_back(fmt::format("\"{}\": {}", key, text_list(names)));
  });
  std::vector<std::string> globals;
  for (const auto& [name, type] : loader.globals) {
    globals.push_back(fmt::format("{}: {}", json_text(name), json_text(type.str())));
  }
  lines.push_back(fmt::format("\"globals\": {{{}}}", fmt::join(globals, ", ")));
  return fmt::format("{{\n{}    }}", joined_lines(lines, "      "));
}

/// One line per distinct loader behaviour, in the order of the first release that has it.
std::vector<std::string> loader_lines(const AbiProfile& profile) {
  std::vector<std::pair<const LoaderBehaviour*, Releases>> groups;
  for (std::size_t release = 0; release < profile.runtimes.size(); ++release) {
    const LoaderBehaviour& loader = profile.runtimes[release].loader;
    const auto same =
        std::ranges::find_if(groups, [&](const auto& group) { return *group.first == loader; });
    if (same == groups.end()) {
      groups.push_back({&loader, {release}});
    } else {
      same->second.push_back(release);
    }
  }
  std::vector<std::string> lines;
  for (const auto& [loader, releases] : groups) {
    lines.push_back(loader_text(profile, *loader, releases));
  }
  return lines;
}

std::string library_text(const LinkedLibrary& library) {
  return fmt::format("\"name\": {}, \"version\": {}, \"documented\": {}", json_text(library.name),
                     json_text(library.version), library.documented);
}

std::string package_text(const BundledPackage& package) {
  std::string text = fmt::format("\"name\": {}, \"version\": {}", json_text(package.name),
                                 json_text(package.version));
  if (!package.depends.empty())
    text += fmt::format(", \"depends\": {}", text_list(package.depends));
  if (package.is_shared_library) text += ", \"shared_library\": true";
  return text;
}

/// One line per distinct item, sorted by name, then by the first release that has it.
template <class Item, class Text>
std::vector<std::string> grouped_lines(const AbiProfile& profile,
                                       std::vector<Item> Runtime::* member, Text text) {
  std::map<std::string, Releases> groups;  // by the text itself
  std::map<std::string, std::string> names;
  for (std::size_t release = 0; release < profile.runtimes.size(); ++release) {
    for (const Item& item : profile.runtimes[release].*member) {
      std::string line = text(item);
      names[line] = item.name;
      groups[std::move(line)].push_back(release);
    }
  }
  std::vector<std::tuple<std::string, std::size_t, std::string>> sorted;
  for (const auto& [line, releases] : groups) {
    sorted.emplace_back(names[line], releases.front(),
                        fmt::format("{{{}{}}}", line, releases_key(profile, releases)));
  }
  std::ranges::sort(sorted);
  std::vector<std::string> lines;
  for (auto& [name, first, line] : sorted) lines.push_back(std::move(line));
  return lines;
}

/// `"name": "(i32) -> i32"`, or an object from each form to its releases when they differ.
std::string symbol_line(const AbiProfile& profile, std::string_view name) {
  std::vector<std::pair<std::string, Releases>> forms;
  for (std::size_t release = 0; release < profile.runtimes.size(); ++release) {
    const auto symbol = profile.symbols.find(name, release);
    if (!symbol) continue;
    std::string form = symbol_text(*symbol, profile.runtimes[release].libraries);
    const auto same = std::ranges::find(forms, form, &std::pair<std::string, Releases>::first);
    if (same == forms.end()) {
      forms.emplace_back(std::move(form), Releases{release});
    } else {
      same->second.push_back(release);
    }
  }
  if (forms.size() == 1 && forms.front().second.size() == profile.runtimes.size()) {
    return fmt::format("{}: {}", json_text(name), json_text(forms.front().first));
  }
  std::vector<std::string> variants;
  for (const auto& [form, releases] : forms) {
    variants.push_back(fmt::format("{}: {}", json_text(form), version_list(profile, releases)));
  }
  return fmt::format("{}: {{{}}}", json_text(name), fmt::join(variants, ", "));
}

std::vector<std::string> symbol_lines(const AbiProfile& profile) {
  std::vector<std::string> lines;
  for (const std::string_view name : profile.symbols.names()) {
    lines.push_back(symbol_line(profile, name));
  }
  return lines;
}

std::string section(std::string_view key, char open, const std::vector<std::string>& lines,
                    char close) {
  return fmt::format("\"{}\": {}\n{}  {}", key, open, joined_lines(lines, "    "), close);
}

}  // namespace

std::string write_profile(const AbiProfile& profile) {
  std::vector<std::string> releases;
  for (const Runtime& runtime : profile.runtimes) releases.push_back(release_text(runtime));
  const std::vector<std::string> lines = {
      "\"schema_version\": 1",
      fmt::format("\"id\": {}", json_text(profile.id)),
      fmt::format("\"tags\": {}", text_list(profile.tags)),
      fmt::format("\"emscripten\": {}", json_text(profile.emscripten)),
      fmt::format("\"python\": {}", json_text(profile.python)),
      fmt::format("\"prerelease\": {}", profile.prerelease),
      fmt::format("\"extension_suffixes\": {}", text_list(profile.extension_suffixes)),
      section("releases", '[', releases, ']'),
      section("loader", '[', loader_lines(profile), ']'),
      section("libraries", '[', grouped_lines(profile, &Runtime::libraries, library_text), ']'),
      section("packages", '[', grouped_lines(profile, &Runtime::packages, package_text), ']'),
      section("symbols", '{', symbol_lines(profile), '}'),
  };
  return fmt::format("{{\n{}}}\n", joined_lines(lines, "  "));
}

}  // namespace wheelaudit::profile
