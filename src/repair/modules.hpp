#pragma once

// New bytes of the members that a plan changes or adds, WHEEL and RECORD aside.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "repair/plan.hpp"

namespace wheelaudit::repair {

/// Old dylink sections, stripping and dropping: what the ABI refuses, and what the options ask for.
struct PayloadEdits {
  std::vector<Edit> edits;
  std::vector<std::string> obstacles;
};
[[nodiscard]] PayloadEdits plan_payload(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
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
