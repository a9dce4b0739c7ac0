#pragma once

// Where libraries may lie so that every loader spells their paths alike
// (docs/design/sessions.md#keys): at the top of site-packages, or in a folder below those of all
// modules that need them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "repair/options.hpp"

namespace wheelaudit::repair {

/// `folder` as seen from `origin`: "$ORIGIN", "$ORIGIN/../pkg.libs".
[[nodiscard]] std::string run_path_to(std::string_view origin, std::string_view folder);

/// Whether a run path from `origin` to `folder` goes down only: then the path of a library is
/// spelled as the package loader spells it.
[[nodiscard]] bool leads_down(std::string_view origin, std::string_view folder);

/// The deepest of some folders. If every other one holds it, a folder below it is spelled alike by
/// modules of all of them; else `apart` does not hold it.
struct DeepestFolder {
  std::string folder;
  std::optional<std::string> apart;
};
/// `folders` must not be empty.
[[nodiscard]] DeepestFolder deepest_folder(const std::vector<std::string>& folders);

/// Why libraries cannot lie below folders that are `apart`, and which option to leave out.
[[nodiscard]] std::string no_common_folder(const DeepestFolder& deepest,
                                           const RepairOptions& options);
/// Whether libraries may lie at the top of site-packages: it belongs to all wheels, so the options
/// must not keep names without a hash, nor name a folder.
[[nodiscard]] bool may_lie_at_top(const RepairOptions& options);

/// `libgeos-1a2b3c4d.so` for `libgeos.so.3`: 8 hex digits of the content's SHA-256 identify more
/// than the version, and every release preloads a name that ends in `.so` (Pyodide 0.21 preloads no
/// other).
[[nodiscard]] std::string mangled_name(std::string_view name, Bytes content);
/// The same from the digits, 8 or more of them.
[[nodiscard]] std::string mangled_name(std::string_view name, std::string_view digits);
/// Whether a name holds such digits already.
[[nodiscard]] bool is_mangled(std::string_view name);

}  // namespace wheelaudit::repair
