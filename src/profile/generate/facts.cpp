// Reads what no file of a runtime states: how its loader behaves, which tags its installer takes,
// which tags name its ABI, which symbols belong to which library. Every entry says how it is known
// (`seen`, `read`).

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"
#include "profile/generate/generator.hpp"
#include "profile/loader_fields.hpp"

namespace wheelaudit::profile {
namespace {

std::string optional_text(JsonReader& json, const JsonValue& object, const std::string& path,
                          std::string_view key) {
  return object.find(key) == nullptr ? std::string() : json.text_of(object, path, key);
}

std::vector<std::string> optional_texts(JsonReader& json, const JsonValue& object,
                                        const std::string& path, std::string_view key) {
  return object.find(key) == nullptr ? std::vector<std::string>()
                                     : json.texts_of(object, path, key);
}

KnownAbi read_abi(JsonReader& json, const JsonValue& value, const std::string& path) {
  json.only_keys(value, path, {"emscripten", "tags", "extension_suffixes", "releases"});
  return {.emscripten = json.text_of(value, path, "emscripten"),
          .tags = json.texts_of(value, path, "tags"),
          .extension_suffixes = json.texts_of(value, path, "extension_suffixes"),
          .releases = json.texts_of(value, path, "releases")};
}

/// The value of a fact: one word, a boolean, or a list of names.
std::vector<std::string> read_value(JsonReader& json, const JsonValue& value,
                                    const std::string& path) {
  if (value.kind == JsonValue::Kind::array) return json.texts(value, path);
  if (value.kind == JsonValue::Kind::boolean) return {std::string(word_of(value.boolean))};
  return {json.text(value, path)};
}

ObservedFact read_fact(JsonReader& json, const JsonValue& value, const std::string& path) {
  json.only_keys(value, path, {"key", "value", "from", "until", "seen"});
  return {.key = json.text_of(value, path, "key"),
          .from = optional_text(json, value, path, "from"),
          .until = optional_text(json, value, path, "until"),
          .value = read_value(json, json.member(value, path, "value"), json_path(path, "value")),
          .seen = json.text_of(value, path, "seen")};
}

KnownLibrary read_library(JsonReader& json, const JsonValue& value, const std::string& path) {
  json.only_keys(value, path,
                 {"name", "symbols", "except", "version_after", "version_begins", "version_before",
                  "documented_from", "read"});
  return {.name = json.text_of(value, path, "name"),
          .symbols = json.texts_of(value, path, "symbols"),
          .except = optional_texts(json, value, path, "except"),
          .version_after = optional_text(json, value, path, "version_after"),
          .version_begins = optional_text(json, value, path, "version_begins"),
          .version_before = optional_text(json, value, path, "version_before"),
          .documented_from = optional_text(json, value, path, "documented_from"),
          .read = json.text_of(value, path, "read")};
}

template <class Item, class Read>
std::vector<Item> read_all(JsonReader& json, const JsonValue& root, std::string_view key,
                           Read read) {
  std::vector<Item> all;
  for (const JsonValue& value : json.items(json.member(root, "", key), key)) {
    all.push_back(read(json, value, json_path(key, all.size())));
  }
  return all;
}

}  // namespace

Result<ProfileFacts> parse_profile_facts(std::string_view observed, std::string_view libraries) {
  const auto observed_root = parse_json(observed, "observed.json");
  if (!observed_root) return tl::unexpected<Error>(observed_root.error());
  const auto library_root = parse_json(libraries, "libraries.json");
  if (!library_root) return tl::unexpected<Error>(library_root.error());
  JsonReader json("observed.json");
  ProfileFacts facts;
  facts.abis = read_all<KnownAbi>(json, *observed_root, "abis", read_abi);
  facts.observed = read_all<ObservedFact>(json, *observed_root, "facts", read_fact);
  if (json.fault()) return fail(ErrorKind::usage, *json.fault());
  JsonReader library_json("libraries.json");
  facts.libraries = read_all<KnownLibrary>(library_json, *library_root, "libraries", read_library);
  if (library_json.fault()) return fail(ErrorKind::usage, *library_json.fault());
  return facts;
}

}  // namespace wheelaudit::profile
