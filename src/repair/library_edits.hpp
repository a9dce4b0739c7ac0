#pragma once

// Edits that let an ABI find the needed libraries: a library is vendored or moved, or a run path
// leads to it.

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "profile/profile.hpp"
#include "repair/edit.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

struct LibraryEdits {
  std::vector<Edit> edits;             ///< vendor, rename, needed, runtime path
  std::vector<std::string> obstacles;  ///< why a library cannot be moved or vendored
};

/// What must change so that the ABI's loaders find every needed library that is in the wheel or
/// offered. A library that is in neither is left to the audit of the result.
[[nodiscard]] LibraryEdits plan_libraries(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                                          const RepairOptions& options);

/// The folder of vendored libraries, `<name>.libs`, at the top of site-packages.
[[nodiscard]] std::string libraries_folder(const wheel::Wheel& wheel, const RepairOptions& options);

/// `libgeos-1a2b3c4d.so` for `libgeos.so.3`: 8 hex digits of the content's SHA-256 identify more
/// than the version, and every release preloads a name that ends in `.so` (Pyodide 0.21 preloads no
/// other).
[[nodiscard]] std::string mangled_name(std::string_view name, Bytes content);

/// The library that an edit vendors; null for any other edit.
[[nodiscard]] const wheel::OfferedLibrary* vendored_library(const RepairOptions& options,
                                                            const Edit& edit);

}  // namespace wheelaudit::repair
