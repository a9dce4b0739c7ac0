// Reads the lock file, package.json and the version texts of linked libraries. The lock is trusted
// for the platform, the Python version and the packages, package.json for the release's own
// version, because the lock's `info.version` is wrong in 0.28.3 and missing from 0.29 on
// (docs/design/abis.md#runtime-files).

#include "profile/generate/release_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "profile/release_order.hpp"

namespace wheelaudit::profile {
namespace {

/// Emscripten's version from "emscripten_3_1_58".
std::string emscripten_version(std::string_view platform) {
  constexpr std::string_view prefix = "emscripten_";
  if (!platform.starts_with(prefix)) return {};
  std::string version(platform.substr(prefix.size()));
  std::ranges::replace(version, '_', '.');
  return version;
}

BundledPackage read_package(JsonReader& json, const JsonValue& value, const std::string& path) {
  BundledPackage package;
  package.name = normal_name(json.text_of(value, path, "name"));
  package.version = json.text_of(value, path, "version");
  for (const std::string& name : json.texts_of(value, path, "depends")) {
    package.depends.push_back(normal_name(name));
  }
  std::ranges::sort(package.depends);
  // `package_type` from 0.23 on; older locks, and entries without it, have the boolean.
  if (const JsonValue* type = value.find("package_type")) {
    package.is_shared_library = type->text == "shared_library";
  } else if (value.find("shared_library") != nullptr) {
    package.is_shared_library = json.boolean_of(value, path, "shared_library");
  }
  return package;
}

bool matches(std::string_view pattern, std::string_view symbol) {
  if (!pattern.ends_with('*')) return pattern == symbol;
  return symbol.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view symbol) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return matches(pattern, symbol); });
}

}  // namespace

std::string normal_name(std::string_view name) {
  std::string normal;
  bool separator = false;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == '.') {
      separator = true;
      continue;
    }
    if (separator && !normal.empty()) normal += '-';
    separator = false;
    normal += ascii_lower(c);
  }
  return normal;
}

Result<LockFacts> read_lock(std::string_view lock, std::string_view origin) {
  const std::string what = fmt::format("{}: lock file", origin);
  const auto root = parse_json(lock, what);
  if (!root) return tl::unexpected<Error>(root.error());
  JsonReader json(what);
  const JsonValue& info = json.member(*root, "", "info");
  LockFacts facts;
  facts.python = json.text_of(info, "info", "python");
  const std::string platform = json.text_of(info, "info", "platform");
  facts.emscripten = emscripten_version(platform);
  // Newer lock files name the platform of PEP 783, which says nothing of Emscripten's version.
  const bool pep_783 = platform.starts_with("pyemscripten_") || platform.starts_with("pyodide_");
  if (pep_783) facts.platform = platform;
  if (!json.fault() && facts.emscripten.empty() && !pep_783) {
    json.complain("info.platform", fmt::format("expected emscripten_… or pyemscripten_…, found {}",
                                               json_text(platform)));
  }
  if (!json.fault() && info.find("abi_version") != nullptr) {
    facts.abi = json.text_of(info, "info", "abi_version");
  }
  for (const auto& [key, value] : json.members(json.member(*root, "", "packages"), "packages")) {
    facts.packages.push_back(read_package(json, value, json_path("packages", key)));
  }
  if (json.fault()) return fail(ErrorKind::usage, *json.fault());
  std::ranges::sort(facts.packages, {}, &BundledPackage::name);
  return facts;
}

Result<PackageFacts> read_package_json(std::string_view text, std::string_view origin) {
  const std::string what = fmt::format("{}: package.json", origin);
  const auto root = parse_json(text, what);
  if (!root) return tl::unexpected<Error>(root.error());
  JsonReader json(what);
  PackageFacts facts{.name = json.text_of(*root, "", "name"),
                     .version = json.text_of(*root, "", "version")};
  if (json.fault()) return fail(ErrorKind::usage, *json.fault());
  return facts;
}

bool release_within(std::string_view release, std::string_view from, std::string_view until) {
  if (!from.empty() && release_before(release, from)) return false;
  return until.empty() || release_before(release, until);
}

std::optional<std::size_t> library_of(std::span<const KnownLibrary> libraries,
                                      std::string_view symbol) {
  for (std::size_t i = 0; i < libraries.size(); ++i) {
    if (matches_any(libraries[i].symbols, symbol) && !matches_any(libraries[i].except, symbol)) {
      return i;
    }
  }
  return std::nullopt;
}

std::string library_version(const KnownLibrary& library, std::string_view wasm) {
  constexpr std::size_t longest_version = 16;
  const std::string mark = library.version_after + library.version_begins;
  if (mark.empty()) return {};
  for (std::size_t at = wasm.find(mark); at != std::string_view::npos;
       at = wasm.find(mark, at + 1)) {
    const std::size_t begin = at + library.version_after.size();
    std::size_t end = begin;
    while (end < wasm.size() && end - begin < longest_version &&
           (is_ascii_digit(wasm[end]) || (wasm[end] == '.' && end > begin))) {
      ++end;
    }
    const std::string_view version = wasm.substr(begin, end - begin);
    const bool inside = begin > 0 && (is_ascii_digit(wasm[begin - 1]) || wasm[begin - 1] == '.');
    if (inside || version.find('.') == std::string_view::npos) continue;
    if (wasm.substr(end).starts_with(library.version_before)) return std::string(version);
  }
  return {};
}

}  // namespace wheelaudit::profile
