#pragma once

// New bytes of the members that a plan changes or adds, WHEEL and RECORD aside.

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "repair/plan.hpp"

namespace wheelaudit::repair {

/// Edits of dylink sections in a form that the ABI refuses or with a wrong count, and of what
/// `--strip` and `--drop` ask for.
struct PayloadEdits {
  std::vector<Edit> edits;
  std::vector<std::string> obstacles;
};
/// Never fails: what cannot be done is in `obstacles`.
[[nodiscard]] PayloadEdits plan_payload(const wheel::Wheel& wheel, const profile::AbiProfile& abi,
                                        const RepairOptions& options);

/// Edits of vendored libraries whose import-info is miscounted (WA210); `edits` hold the vendoring.
[[nodiscard]] std::vector<Edit> vendored_count_edits(std::span<const Edit> edits,
                                                     const RepairOptions& options);

/// The new contents of members.
struct ChangedMembers {
  std::map<std::string, ByteVector> rewritten;  ///< by path in the old wheel
  /// Paths and contents, in the order of the new archive.
  std::vector<std::pair<std::string, ByteVector>> added;
};
/// The members that `plan` changes or adds. Errors: io (a member cannot be read); internal.
[[nodiscard]] Result<ChangedMembers> changed_members(const wheel::Wheel& wheel,
                                                     const RepairPlan& plan,
                                                     const RepairOptions& options);

}  // namespace wheelaudit::repair
