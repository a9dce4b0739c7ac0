#pragma once

// Lossless rewriting of a side module: only what is asked for changes, and every other byte is
// copied in its order. That is safe because sections refer to one another by index, never by
// offset. docs/design/repair.md#the-dylink-section; tool-conventions, DynamicLinking.md;
// WebAssembly core specification, binary format.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

struct ModuleChange {
  /// Needed entries to rename: old and new name. Every entry of the old name is renamed.
  std::vector<std::pair<std::string, std::string>> needed;
  /// Run path entries to replace: old and new entry. An empty old entry adds the new one; an empty
  /// new entry removes the old one.
  std::vector<std::pair<std::string, std::string>> runtime_path;
  bool import_count = false;   ///< set the count of a miscounted import-info right
  bool modern_dylink = false;  ///< write an old `dylink` section as `dylink.0`
  bool strip = false;          ///< leave out the custom sections of `is_strippable`

  [[nodiscard]] bool empty() const {
    return needed.empty() && runtime_path.empty() && !import_count && !modern_dylink && !strip;
  }
};

/// Custom sections that no loader reads: `name`, `producers`, `.debug_*`, `external_debug_info`,
/// `sourceMappingURL`.
[[nodiscard]] bool is_strippable(const Section& section);
/// The bytes that `strip` saves: the strippable sections, ids and size fields included.
[[nodiscard]] std::uint64_t strippable_size(const SideModule& facts);

/// The changed module. `facts` must be those of `module`, a sound side module. An empty change
/// yields the same bytes. An old `dylink` section has no place for run paths, so a change that adds
/// one must set `modern_dylink`. Errors: internal, when the facts are not those of the bytes.
[[nodiscard]] Result<ByteVector> rewrite_module(Bytes module, const SideModule& facts,
                                                const ModuleChange& change);

}  // namespace wheelaudit::wasm
