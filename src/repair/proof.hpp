#pragma once

// What the audit of a repaired wheel says: whether the wheel may be written, and with which
// remarks. Internal to this room.

#include <optional>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "profile/profile.hpp"
#include "repair/edit.hpp"
#include "repair/options.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::repair {

/// `repaired, it would still have 3 errors (WA301, WA401)`; the findings say the rest. Nullopt: it
/// has no errors.
[[nodiscard]] std::optional<std::string> remaining_errors(const audit::Audit& audit,
                                                          const RepairOptions& options);

/// Which options would bring or leave out the libraries that are still missing; nullopt: no library
/// is missing.
[[nodiscard]] std::optional<std::string> missing_libraries(const audit::Audit& audit,
                                                           const RepairOptions& options);

/// `1 module, 84 imports: all offered by Pyodide 0.28.0 to 0.29.5 with equal types`.
[[nodiscard]] std::string proof_text(const wheel::Wheel& result, const audit::Audit& audit,
                                     const std::vector<const profile::AbiProfile*>& abis,
                                     const RepairOptions& options);

/// `--drop` patterns that match no member of the wheel.
[[nodiscard]] std::vector<std::string> idle_drops(const wheel::Wheel& wheel,
                                                  const RepairOptions& options);

/// What the remarks are made from.
struct RemarkFacts {
  const audit::Audit& after;  ///< of the result
  const std::string& output_name;
  const std::vector<Edit>& edits;
  const std::vector<const profile::AbiProfile*>& abis;
  const std::vector<std::string>& idle_drops;
  bool from_directory = false;  ///< the input was a directory
  bool to_directory = false;    ///< the result will be a directory
};
/// Remarks on the result that its edits do not say, in a fixed order.
[[nodiscard]] std::vector<std::string> all_remarks(const RemarkFacts& facts,
                                                   const RepairOptions& options);

}  // namespace wheelaudit::repair
