#pragma once

// New bytes of the members that a plan changes or adds, WHEEL and RECORD aside.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "repair/repair.hpp"

namespace wheelaudit::repair {

/// "legacy-dylink", "strip" and "drop": what the target refuses, and what the options ask for.
struct PayloadEdits {
  std::vector<Edit> edits;
  std::vector<std::string> obstacles;
};
[[nodiscard]] PayloadEdits plan_payload(const wheel::Wheel& wheel,
                                        const profile::AbiProfile& target,
                                        const RepairOptions& options);

/// "sbom", when the plan vendors anything and the options want it.
[[nodiscard]] std::optional<Edit> sbom_edit(const wheel::Wheel& wheel,
                                            const std::vector<Edit>& edits,
                                            const RepairOptions& options);
/// A CycloneDX 1.6 document of what the plan vendors: names and SHA-256, no time and no serial
/// number, so that the same repair writes the same bytes (PEP 770).
[[nodiscard]] std::string sbom_text(const wheel::Wheel& wheel, const std::vector<Edit>& edits,
                                    const RepairOptions& options);

struct ChangedMembers {
  std::map<std::string, ByteVector> rewritten;  ///< by the path in the old wheel
  /// Paths and contents, in the order they are to stand in.
  std::vector<std::pair<std::string, ByteVector>> added;
};
/// Errors: io of reading a member; internal.
[[nodiscard]] Result<ChangedMembers> changed_members(const wheel::Wheel& wheel,
                                                     const RepairPlan& plan,
                                                     const RepairOptions& options);

}  // namespace wheelaudit::repair
