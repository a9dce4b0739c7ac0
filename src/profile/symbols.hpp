#pragma once

// What the releases of an ABI offer under a name (docs/design/abis.md#symbols).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/function_type.hpp"

namespace wheelaudit::profile {

enum class ProviderKind : std::uint8_t { wasm, js };
enum class ProvidedKind : std::uint8_t { function, data, tag };

/// What one release offers under a name.
struct ProvidedSymbol {
  ProvidedKind kind = ProvidedKind::function;
  ProviderKind provider = ProviderKind::wasm;
  std::optional<wasm::FunctionType>
      type;  ///< exact for wasm functions and tags; a JS function's may be unknown
  std::optional<std::size_t> library;  ///< index into Runtime::libraries
  /// The loader makes the address of a JavaScript function from its `.sig`. It cannot make one for
  /// a function without `.sig`: a module that imports that address fails to load.
  bool has_address = true;
};

/// A name with its hash, computed once for lookups in many tables. The text must outlive it.
struct SymbolName {
  explicit SymbolName(std::string_view name);
  std::string_view text;
  std::uint32_t hash;
};

/// The row of one table that holds what every release offers under a name. Only valid for that
/// table.
enum class SymbolRow : std::uint32_t { none = 0xffffffff };

/// The symbols of all releases of a profile, as sorted tables of offsets, which need no parsing.
/// Copies are cheap: they share the storage.
class SymbolTable {
 public:
  SymbolTable() = default;
  /// `storage` keeps `packed` alive; null for tables compiled into the program.
  SymbolTable(Bytes packed, std::shared_ptr<const ByteVector> storage);

  /// What a release offers under a name; nullopt when it offers nothing there. `release` indexes
  /// the profile's runtimes.
  [[nodiscard]] std::optional<ProvidedSymbol> find(std::string_view name,
                                                   std::size_t release) const;
  /// The rows of the names, in their order: faster than `find` for many names on several releases.
  [[nodiscard]] std::vector<SymbolRow> rows_of(std::span<const SymbolName> names) const;
  /// What `find` returns for the name of this row.
  [[nodiscard]] std::optional<ProvidedSymbol> at(SymbolRow row, std::size_t release) const;
  /// Whether two releases offer the same under the names of all these rows.
  [[nodiscard]] bool same_on(std::span<const SymbolRow> rows, std::size_t left,
                             std::size_t right) const;
  /// All names, sorted by bytes; for diff, show and link-list.
  [[nodiscard]] std::vector<std::string_view> names() const;
  [[nodiscard]] std::size_t size() const;

 private:
  Bytes packed_;
  std::shared_ptr<const ByteVector> storage_;
};

/// One symbol of one release, for building a table; `release` indexes the profile's runtimes.
struct SymbolEntry {
  std::string name;
  std::size_t release = 0;
  ProvidedSymbol symbol;
};
[[nodiscard]] SymbolTable build_symbol_table(std::vector<SymbolEntry> entries,
                                             std::size_t releases);

}  // namespace wheelaudit::profile
