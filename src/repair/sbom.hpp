#pragma once

// The list of what a repair vendored.

#include <optional>
#include <string>
#include <vector>

#include "repair/edit.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

/// The edit `sbom`, if the plan vendors anything and the options ask for the list.
[[nodiscard]] std::optional<Edit> sbom_edit(const wheel::Wheel& wheel,
                                            const std::vector<Edit>& edits,
                                            const RepairOptions& options);
/// A CycloneDX 1.6 document of what the plan vendors: names and SHA-256, no time and no serial
/// number, so that the same repair writes the same bytes (PEP 770).
[[nodiscard]] std::string sbom_text(const wheel::Wheel& wheel, const std::vector<Edit>& edits,
                                    const RepairOptions& options);

}  // namespace wheelaudit::repair
