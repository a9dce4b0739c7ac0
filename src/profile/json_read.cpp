// Reads a profile from its JSON. Everything is checked before it is used, so that a profile given
// by the user (`--profile FILE`) can be trusted like the built-in ones. The error names the key
// that is wrong first and, where a symbol is wrong, the symbol.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/json.hpp"
#include "profile/loader_fields.hpp"
#include "profile/profile.hpp"
#include "profile/release_set.hpp"
#include "profile/symbol_text.hpp"

namespace wheelaudit::profile {
namespace {

/// Bounds far above the largest committed profile, which has 6 releases and 11,000 symbols. 100,000
/// is also the engine's limit on the bytes of a name (docs/design/limits.md#fixed-bounds).
constexpr std::size_t maximum_releases = ReleaseSet::most;
constexpr std::size_t maximum_symbols = 1'000'000;
constexpr std::size_t maximum_name = 100'000;

using Releases = std::vector<std::size_t>;

struct Reading {
  JsonReader json{"profile"};
  AbiProfile profile;
};

wasm::MemoryType read_memory(JsonReader& json, const JsonValue& value, const std::string& path) {
  json.only_keys(value, path, {"minimum", "maximum", "shared", "is_64"});
  wasm::MemoryType memory;
  memory.minimum = json.number_of(value, path, "minimum");
  if (value.find("maximum") != nullptr) memory.maximum = json.number_of(value, path, "maximum");
  if (value.find("shared") != nullptr) memory.shared = json.boolean_of(value, path, "shared");
  if (value.find("is_64") != nullptr) memory.is_64 = json.boolean_of(value, path, "is_64");
  if (memory.maximum && *memory.maximum < memory.minimum) {
    json.complain(json_path(path, "maximum"), "is below the minimum");
  }
  return memory;
}

Provenance read_provenance(JsonReader& json, const JsonValue& value, const std::string& path) {
  json.only_keys(
      value, path,
      {"package", "version", "integrity", "wasm_sha256", "loader_sha256", "lock_sha256"});
  return {.package = json.text_of(value, path, "package"),
          .version = json.text_of(value, path, "version"),
          .integrity = json.text_of(value, path, "integrity"),
          .wasm_sha256 = json.text_of(value, path, "wasm_sha256"),
          .loader_sha256 = json.text_of(value, path, "loader_sha256"),
          .lock_sha256 = json.text_of(value, path, "lock_sha256")};
}

Runtime read_release(JsonReader& json, const JsonValue& value, const std::string& path) {
  Runtime runtime;
  runtime.version = json.text_of(value, path, "version");
  runtime.prerelease = json.boolean_of(value, path, "prerelease");
  runtime.python = json.text_of(value, path, "python");
  runtime.emscripten = json.text_of(value, path, "emscripten");
  runtime.installer_tags = json.texts_of(value, path, "installer_tags");
  runtime.memory = read_memory(json, json.member(value, path, "memory"), json_path(path, "memory"));
  runtime.table_minimum = json.number_of(value, path, "table_minimum");
  runtime.provenance =
      read_provenance(json, json.member(value, path, "provenance"), json_path(path, "provenance"));
  json.only_keys(value, path,
                 {"version", "prerelease", "python", "emscripten", "installer_tags", "memory",
                  "table_minimum", "provenance"});
  if (!json.fault() && runtime.version.empty()) {
    json.complain(json_path(path, "version"), "is empty");
  }
  return runtime;
}

void read_releases(Reading& reading, const JsonValue& root) {
  const auto& items = reading.json.items(reading.json.member(root, "", "releases"), "releases");
  if (!reading.json.fault() && (items.empty() || items.size() > maximum_releases)) {
    reading.json.complain("releases", fmt::format("expected 1 to {} releases, found {}",
                                                  maximum_releases, items.size()));
    return;
  }
  for (const JsonValue& item : items) {
    const std::string path = json_path("releases", reading.profile.runtimes.size());
    Runtime runtime = read_release(reading.json, item, path);
    if (!reading.json.fault() && reading.profile.find_release(runtime.version)) {
      reading.json.complain(json_path(path, "version"),
                            fmt::format("{} stands twice", json_text(runtime.version)));
    }
    reading.profile.runtimes.push_back(std::move(runtime));
  }
}

/// The releases that an array of versions names.
Releases read_versions(Reading& reading, const JsonValue& versions, const std::string& path) {
  Releases releases;
  for (const std::string& version : reading.json.texts(versions, path)) {
    const auto release = reading.profile.find_release(version);
    if (!release) {
      reading.json.complain(
          path, fmt::format("{} is not one of the profile's releases", json_text(version)));
      return {};
    }
    if (!releases.empty() && *release <= releases.back()) {
      reading.json.complain(path, "releases stand twice or out of order");
      return {};
    }
    releases.push_back(*release);
  }
  if (releases.empty()) reading.json.complain(path, "names no release");
  return releases;
}

/// The releases that an object's key `releases` names; all when it has no such key.
Releases releases_of(Reading& reading, const JsonValue& object, const std::string& path) {
  const JsonValue* versions = object.find("releases");
  if (versions != nullptr) return read_versions(reading, *versions, json_path(path, "releases"));
  Releases all;
  for (std::size_t i = 0; i < reading.profile.runtimes.size(); ++i) all.push_back(i);
  return all;
}

std::string word_in(JsonReader& json, const JsonValue& value, const std::string& path, bool) {
  return json.boolean(value, path) ? "true" : "false";
}
template <class Value>
std::string word_in(JsonReader& json, const JsonValue& value, const std::string& path, Value) {
  return json.text(value, path);
}

std::vector<LoaderBehaviour::LoaderGlobal> read_globals(JsonReader& json, const JsonValue& value,
                                                        const std::string& path) {
  std::vector<LoaderBehaviour::LoaderGlobal> globals;
  for (const auto& [name, type] : json.members(value, path)) {
    const std::string where = json_path(path, name);
    const std::string text = json.text(type, where);
    const auto parsed = parse_global_type(text);
    if (!parsed) json.complain(where, fmt::format("{} is not a global type", json_text(text)));
    globals.push_back({.name = name, .type = parsed.value_or(wasm::GlobalType{})});
  }
  return globals;
}

LoaderBehaviour read_loader(JsonReader& json, const JsonValue& object, const std::string& path) {
  LoaderBehaviour loader;
  std::vector<std::string_view> keys = {"releases", "globals"};
  for_each_loader_value(loader, [&](std::string_view key, auto& field) {
    keys.push_back(key);
    const std::string where = json_path(path, key);
    const std::string word = word_in(json, json.member(object, path, key), where, field);
    using Value = std::remove_cvref_t<decltype(field)>;
    const std::optional<Value> value = value_of<Value>(word);
    if (!value)
      json.complain(where, fmt::format("{} is not one of the words for this key", json_text(word)));
    field = value.value_or(field);
  });
  for_each_loader_list(loader, [&](std::string_view key, std::vector<std::string>& names) {
    keys.push_back(key);
    // Profiles of earlier versions do not have these two.
    const bool optional = key == "reserved_exports" || key == "failing_functions";
    if (optional && object.find(key) == nullptr) return;
    names = json.texts_of(object, path, key);
  });
  loader.globals =
      read_globals(json, json.member(object, path, "globals"), json_path(path, "globals"));
  json.only_keys(object, path, keys);
  return loader;
}

void read_loaders(Reading& reading, const JsonValue& root) {
  std::vector<bool> given(reading.profile.runtimes.size());
  std::size_t index = 0;
  for (const JsonValue& item :
       reading.json.items(reading.json.member(root, "", "loader"), "loader")) {
    const std::string path = json_path("loader", index++);
    const LoaderBehaviour loader = read_loader(reading.json, item, path);
    for (const std::size_t release : releases_of(reading, item, path)) {
      if (given[release]) {
        reading.json.complain(path, fmt::format("release {} has a loader already",
                                                reading.profile.runtimes[release].version));
      }
      given[release] = true;
      reading.profile.runtimes[release].loader = loader;
    }
  }
  const auto without = std::ranges::find(given, false);
  if (without != given.end()) {
    const auto release = static_cast<std::size_t>(without - given.begin());
    reading.json.complain("loader", fmt::format("release {} has no loader",
                                                reading.profile.runtimes[release].version));
  }
}

LinkedLibrary read_library(JsonReader& json, const JsonValue& value, const std::string& path) {
  json.only_keys(value, path, {"name", "version", "documented", "releases"});
  return {.name = json.text_of(value, path, "name"),
          .version = json.text_of(value, path, "version"),
          .documented = json.boolean_of(value, path, "documented")};
}

BundledPackage read_package(JsonReader& json, const JsonValue& value, const std::string& path) {
  json.only_keys(value, path, {"name", "version", "depends", "shared_library", "releases"});
  BundledPackage package;
  package.name = json.text_of(value, path, "name");
  package.version = json.text_of(value, path, "version");
  if (value.find("depends") != nullptr) package.depends = json.texts_of(value, path, "depends");
  if (value.find("shared_library") != nullptr) {
    package.is_shared_library = json.boolean_of(value, path, "shared_library");
  }
  return package;
}

/// Reads an array of named items, appends each to the releases for which it holds, and sorts every
/// release's list by name.
template <class Item, class Read>
void read_named(Reading& reading, const JsonValue& root, std::string_view key,
                std::vector<Item> Runtime::* member, Read read) {
  std::size_t index = 0;
  for (const JsonValue& value : reading.json.items(reading.json.member(root, "", key), key)) {
    const std::string path = json_path(key, index++);
    const Item item = read(reading.json, value, path);
    for (const std::size_t release : releases_of(reading, value, path)) {
      (reading.profile.runtimes[release].*member).push_back(item);
    }
  }
  for (Runtime& runtime : reading.profile.runtimes) {
    std::vector<Item>& items = runtime.*member;
    std::ranges::sort(items, {}, &Item::name);
    const auto twice = std::ranges::adjacent_find(items, {}, &Item::name);
    if (twice == items.end()) continue;
    reading.json.complain(key, fmt::format("{} stands twice for release {}", json_text(twice->name),
                                           runtime.version));
  }
}

std::optional<std::size_t> library_index(const Runtime& runtime, std::string_view name) {
  const auto found = std::ranges::lower_bound(runtime.libraries, name, {}, &LinkedLibrary::name);
  if (found == runtime.libraries.end() || found->name != name) return std::nullopt;
  return static_cast<std::size_t>(found - runtime.libraries.begin());
}

/// Adds one form of a symbol for the releases that have it.
void read_form(Reading& reading, std::vector<SymbolEntry>& entries, const std::string& name,
               std::string_view form, const Releases& releases) {
  const std::string path = json_path("symbols", name);
  const auto text = parse_symbol_text(form);
  if (!text) {
    reading.json.complain(path, fmt::format("{} is not a symbol", json_text(form)));
    return;
  }
  for (const std::size_t release : releases) {
    const Runtime& runtime = reading.profile.runtimes[release];
    ProvidedSymbol symbol = text->symbol;
    if (!text->library.empty()) {
      symbol.library = library_index(runtime, text->library);
      if (!symbol.library) {
        reading.json.complain(path, fmt::format("release {} has no library {}", runtime.version,
                                                json_text(text->library)));
        return;
      }
    }
    entries.push_back({.name = name, .release = release, .symbol = std::move(symbol)});
  }
}

void read_variants(Reading& reading, std::vector<SymbolEntry>& entries, const std::string& name,
                   const JsonValue& variants) {
  const std::string path = json_path("symbols", name);
  std::vector<bool> given(reading.profile.runtimes.size());
  for (const auto& [form, versions] : reading.json.members(variants, path)) {
    const Releases releases = read_versions(reading, versions, json_path(path, form));
    for (const std::size_t release : releases) {
      if (given[release]) {
        reading.json.complain(path, fmt::format("two forms for release {}",
                                                reading.profile.runtimes[release].version));
      }
      given[release] = true;
    }
    read_form(reading, entries, name, form, releases);
  }
}

void read_symbols(Reading& reading, const JsonValue& root) {
  std::vector<SymbolEntry> entries;
  Releases all;
  for (std::size_t i = 0; i < reading.profile.runtimes.size(); ++i) all.push_back(i);
  const auto& members = reading.json.members(reading.json.member(root, "", "symbols"), "symbols");
  if (members.size() > maximum_symbols) {
    reading.json.complain("symbols", fmt::format("more than {} symbols", maximum_symbols));
    return;
  }
  for (const auto& [name, value] : members) {
    if (reading.json.fault()) return;
    if (name.empty() || name.size() > maximum_name) {
      reading.json.complain("symbols", fmt::format("a name of {} bytes", name.size()));
    } else if (value.kind == JsonValue::Kind::object) {
      read_variants(reading, entries, name, value);
    } else {
      read_form(reading, entries, name, reading.json.text(value, json_path("symbols", name)), all);
    }
  }
  reading.profile.symbols = build_symbol_table(std::move(entries), reading.profile.runtimes.size());
}

void read_head(Reading& reading, const JsonValue& root) {
  JsonReader& json = reading.json;
  AbiProfile& profile = reading.profile;
  const std::uint64_t version = json.number_of(root, "", "schema_version");
  if (!json.fault() && version != 1) {
    json.complain("schema_version",
                  fmt::format("expected 1, found {}: made for another wheelaudit", version));
  }
  profile.id = json.text_of(root, "", "id");
  profile.tags = json.texts_of(root, "", "tags");
  profile.emscripten = json.text_of(root, "", "emscripten");
  profile.python = json.text_of(root, "", "python");
  profile.prerelease = json.boolean_of(root, "", "prerelease");
  profile.extension_suffixes = json.texts_of(root, "", "extension_suffixes");
  if (!json.fault() && profile.id.empty()) json.complain("id", "is empty");
  json.only_keys(root, "",
                 {"$schema", "schema_version", "id", "tags", "emscripten", "python", "prerelease",
                  "extension_suffixes", "releases", "loader", "libraries", "packages", "symbols"});
}

}  // namespace

Result<AbiProfile> parse_profile(std::string_view text) {
  auto root = parse_json(text, "profile");
  if (!root) return tl::unexpected<Error>(std::move(root.error()));
  Reading reading;
  const auto fault = [&reading] { return reading.json.fault().has_value(); };
  read_head(reading, *root);
  if (!fault()) read_releases(reading, *root);
  if (!fault()) read_loaders(reading, *root);
  if (!fault()) read_named(reading, *root, "libraries", &Runtime::libraries, read_library);
  if (!fault()) read_named(reading, *root, "packages", &Runtime::packages, read_package);
  if (!fault()) read_symbols(reading, *root);
  if (fault()) return fail(ErrorKind::usage, *reading.json.fault());
  return std::move(reading.profile);
}

}  // namespace wheelaudit::profile
