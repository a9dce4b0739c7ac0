#pragma once

// What the audit of a repaired wheel says: whether it may be written, and what to tell of it.

#include <optional>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "repair/repair.hpp"

namespace wheelaudit::repair {

/// `repaired, it would still have 3 errors (WA301, WA401)`; the findings say the rest. Nullopt: it
/// has none.
[[nodiscard]] std::optional<std::string> remaining_errors(const audit::Audit& audit,
                                                          const RepairOptions& options);

/// Which options would bring or leave out the libraries that are still missing; nullopt: none is.
[[nodiscard]] std::optional<std::string> missing_libraries(const audit::Audit& audit,
                                                           const RepairOptions& options);

/// `1 module, 84 imports: all offered by Pyodide 0.28.0 to 0.29.5 with equal types`.
[[nodiscard]] std::string proof_text(const wheel::Wheel& result, const audit::Audit& audit,
                                     const std::vector<const profile::AbiProfile*>& targets,
                                     const RepairOptions& options);

/// `--drop` patterns that match no member of the wheel.
[[nodiscard]] std::vector<std::string> idle_drops(const wheel::Wheel& wheel,
                                                  const RepairOptions& options);

/// What came of one input.
struct RepairOutcome {
  const wheel::Wheel& result;
  const audit::Audit& after;
  const std::string& output_name;
  const std::vector<Edit>& edits;
  const std::vector<const profile::AbiProfile*>& targets;
  const std::vector<std::string>& idle_drops;
  bool unpacked = false;  ///< the input was a directory
  bool unpack = false;    ///< and so is the result
};
/// What to know of the result besides what the plan says.
[[nodiscard]] std::vector<std::string> all_remarks(const RepairOutcome& outcome,
                                                   const RepairOptions& options);

}  // namespace wheelaudit::repair
