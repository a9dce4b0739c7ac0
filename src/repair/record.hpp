#pragma once

// RECORD of a repaired wheel.

#include <optional>
#include <string>
#include <vector>

#include "repair/modules.hpp"
#include "repair/plan.hpp"

namespace wheelaudit::repair {

/// One edit per RECORD entry that is missing, or that is wrong although the file is right; beyond
/// 5,000, one edit with the number of the rest.
[[nodiscard]] std::vector<Edit> record_edits(const wheel::Wheel& wheel);

/// Edits that take out the signatures of a RECORD that will change.
[[nodiscard]] std::vector<Edit> signature_edits(const wheel::Wheel& wheel);

/// The text of RECORD after `plan`, where WHEEL has the text `wheel_file` (nullopt: the old one);
/// nullopt when it stays as it is. `changed` are the members with other bytes. Errors: io of
/// reading members whose hash is missing.
[[nodiscard]] Result<std::optional<std::string>> repaired_record(
    const wheel::Wheel& wheel, const RepairPlan& plan, const std::optional<std::string>& wheel_file,
    const ChangedMembers& changed);

}  // namespace wheelaudit::repair
