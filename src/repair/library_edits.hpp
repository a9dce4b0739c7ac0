#pragma once

// Edits that let an ABI find the needed libraries: a library is vendored or moved, or a run path
// leads to it.

#include <string>
#include <string_view>
#include <vector>

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

/// The name of the folder of vendored libraries, `<name>.libs`; where run paths are read it may lie
/// below another folder (layout.hpp).
[[nodiscard]] std::string libraries_folder(const wheel::Wheel& wheel, const RepairOptions& options);

/// The library that an edit vendors; null for any other edit.
[[nodiscard]] const wheel::OfferedLibrary* vendored_library(const RepairOptions& options,
                                                            const Edit& edit);

}  // namespace wheelaudit::repair
