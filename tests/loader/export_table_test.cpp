// Linking facts that are small and quick must say the same as plain ones: the table of exports,
// which hostile names must neither slow down nor confuse, and bindings that releases share.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "loader/link.hpp"

namespace wheelaudit::loader {
namespace {

std::vector<wasm::ExportedSymbol> exports_named(const std::vector<std::string>& names) {
  std::vector<wasm::ExportedSymbol> exports;
  for (const std::string& name : names) exports.push_back({.name = name});
  return exports;
}

/// Names whose FNV-1a hashes (as SymbolName computes them) are equal under `mask`, found by trying.
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

TEST_CASE("exports are found by name, and nothing else is") {
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i) names.push_back("symbol_" + std::to_string(i));
  const auto exports = exports_named(names);
  const ExportTable table(exports);
  for (const wasm::ExportedSymbol& symbol : exports) {
    CHECK(table.find(profile::SymbolName(symbol.name)) == &symbol);
  }
  CHECK(table.find(profile::SymbolName("symbol_3000")) == nullptr);
  CHECK(table.find(profile::SymbolName("")) == nullptr);
  CHECK(ExportTable().find(profile::SymbolName("a")) == nullptr);
}

TEST_CASE("exports whose names collide are found all the same") {
  // A table for 300 names has 1,024 slots; all 301 names hash to the same slot.
  const std::vector<std::string> names = colliding_names(301, 1023);
  const auto exports = exports_named({names.begin(), names.end() - 1});
  const ExportTable table(exports);
  for (const wasm::ExportedSymbol& symbol : exports) {
    CHECK(table.find(profile::SymbolName(symbol.name)) == &symbol);
  }
  CHECK(table.find(profile::SymbolName(names.back())) == nullptr);
}

TEST_CASE("releases that share a binding hold it once") {
  BindingsByRelease bindings;
  bindings.push_back({.imports = {{.resolution = Resolution::weak}}, .needed = {}});
  bindings.push_back_same_as(0);
  bindings.push_back({});
  CHECK(bindings.size() == 3);
  CHECK(bindings.distinct().size() == 2);
  CHECK(&bindings[1] == &bindings[0]);
  CHECK(bindings.back().imports.empty());
  const BindingsByRelease unlinked(2);
  CHECK(unlinked.size() == 2);
  CHECK(unlinked[1] == ModuleBindings());
}

}  // namespace wheelaudit::loader
