// What keeps facts small must not change what they say: boxed values, shared texts, sets of
// releases, and the table of exports, which hostile names must not slow down or confuse.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/small.hpp"
#include "loader/link.hpp"
#include "profile/release_set.hpp"

namespace wheelaudit::wasm {
namespace {

std::vector<ExportedSymbol> exports_named(const std::vector<std::string>& names) {
  std::vector<ExportedSymbol> exports;
  for (const std::string& name : names) exports.push_back({.name = name});
  return exports;
}

/// FNV-1a, as SymbolName hashes: names of one hash, found by trying.
std::vector<std::string> colliding_names(std::size_t count, std::uint32_t mask) {
  std::map<std::uint32_t, std::vector<std::string>> by_hash;
  for (std::size_t i = 0;; ++i) {
    std::string name = "n" + std::to_string(i);
    auto& names = by_hash[profile::SymbolName(name).hash & mask];
    names.push_back(std::move(name));
    if (names.size() == count) return names;
  }
}

}  // namespace

TEST_CASE("a boxed value is copied with its box") {
  Boxed<std::string> box;
  CHECK_FALSE(box.has_value());
  box = std::string("a");
  Boxed<std::string> copy = box;
  *copy += "b";
  CHECK(*box == "a");
  CHECK(*copy == "ab");
  CHECK_FALSE(copy == box);
  copy = box;
  CHECK(copy == box);
  box.reset();
  CHECK_FALSE(copy == box);
  CHECK(Boxed<std::string>() == box);
  const Boxed<std::string> moved = std::move(copy);
  CHECK(*moved == "a");
}

TEST_CASE("a shared text is its text, and empty where there is none") {
  const SharedText none;
  CHECK(none.empty());
  CHECK(none == "");
  const SharedText env = "env";
  const SharedText same = env;
  CHECK(same == env);
  CHECK(&same.str() == &env.str());
  CHECK(env == SharedText(std::string("env")));
  CHECK_FALSE(env == "GOT.mem");
}

TEST_CASE("a set of releases yields them oldest first") {
  profile::ReleaseSet releases;
  CHECK(releases.empty());
  for (const std::size_t release : {63U, 0U, 5U, 5U}) releases.insert(release);
  CHECK(std::vector<std::size_t>(releases) == std::vector<std::size_t>{0, 5, 63});
  CHECK(releases.size() == 3);
  CHECK(releases.back() == 63);
  CHECK(releases.contains(5));
  CHECK_FALSE(releases.contains(6));
}

TEST_CASE("exports are found by name, and nothing else is") {
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i) names.push_back("symbol_" + std::to_string(i));
  const auto exports = exports_named(names);
  const loader::ExportTable table(exports);
  for (const ExportedSymbol& symbol : exports) {
    CHECK(table.find(profile::SymbolName(symbol.name)) == &symbol);
  }
  CHECK(table.find(profile::SymbolName("symbol_3000")) == nullptr);
  CHECK(table.find(profile::SymbolName("")) == nullptr);
  CHECK(loader::ExportTable().find(profile::SymbolName("a")) == nullptr);
}

TEST_CASE("exports whose names collide are found all the same") {
  // A table for 300 names has 1,024 places: all of these want one.
  const std::vector<std::string> names = colliding_names(301, 1023);
  const auto exports = exports_named({names.begin(), names.end() - 1});
  const loader::ExportTable table(exports);
  for (const ExportedSymbol& symbol : exports) {
    CHECK(table.find(profile::SymbolName(symbol.name)) == &symbol);
  }
  CHECK(table.find(profile::SymbolName(names.back())) == nullptr);
}

TEST_CASE("releases that share a linkage hold it once") {
  loader::ModuleLinkages linkages;
  linkages.push_back({.imports = {{.resolution = loader::Resolution::weak}}, .needed = {}});
  linkages.push_back_same_as(0);
  linkages.push_back({});
  CHECK(linkages.size() == 3);
  CHECK(linkages.distinct().size() == 2);
  CHECK(&linkages[1] == &linkages[0]);
  CHECK(linkages.back().imports.empty());
  const loader::ModuleLinkages unlinked(2);
  CHECK(unlinked.size() == 2);
  CHECK(unlinked[1] == loader::Linkage());
}

}  // namespace wheelaudit::wasm
