#pragma once

// Lossless rewriting of a side module: only what is asked for changes, every other byte stays where
// it was relative to its neighbours (sections refer to one another by index, never by offset).
// tool-conventions, DynamicLinking.md; WebAssembly core specification, binary format.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/side_module.hpp"

namespace wheelaudit::wasm {

struct ModuleChange {
  /// Needed entries to rename, old and new name; a name that is there twice is renamed twice.
  std::vector<std::pair<std::string, std::string>> needed;
  /// Run path entries: old and new one. An empty old one adds, an empty new one removes.
  std::vector<std::pair<std::string, std::string>> runtime_path;
  bool modern_dylink = false;  ///< write an old `dylink` section as `dylink.0`
  bool strip = false;          ///< leave out the custom sections of `is_strippable`

  [[nodiscard]] bool empty() const {
    return needed.empty() && runtime_path.empty() && !modern_dylink && !strip;
  }
};

/// Custom sections that no loader reads: `name`, `producers`, `.debug_*`, `external_debug_info`,
/// `sourceMappingURL`.
[[nodiscard]] bool is_strippable(const Section& section);
/// What stripping would save, whole sections.
[[nodiscard]] std::uint64_t strippable_size(const SideModule& facts);

/// `facts` are those of `module`, a sound side module. A change that changes nothing yields the
/// same bytes. An old `dylink` section has no place for run paths: `modern_dylink` must be asked
/// for with them. Errors: internal, when the facts are not those of the bytes.
[[nodiscard]] Result<ByteVector> rewrite_module(Bytes module, const SideModule& facts,
                                                const ModuleChange& change);

}  // namespace wheelaudit::wasm
