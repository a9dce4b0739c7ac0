#pragma once

// The report of `profile diff`, as data and as text and JSON (docs/profile-diff.schema.json).

#include <string>
#include <vector>

#include "base/escape.hpp"
#include "base/input_remark.hpp"
#include "compare/profile_diff.hpp"
#include "report/text_style.hpp"

namespace wheelaudit::report {

/// What the user asked to compare: the runtimes, wheels on both of them (`--wheel`), or only what
/// wheels use (`--used`).
enum class DiffScope : std::uint8_t { runtimes, wheels, used };

struct ProfileDiffReport {
  std::string version;  ///< the program's
  DiffScope scope = DiffScope::runtimes;
  compare::ProfileDiff diff;  ///< with DiffScope::used only the symbols that `wheels` use
  std::vector<compare::WheelDiff> wheels;
  std::vector<InputRemark> remarks;
  ExitCode exit_code = ExitCode::done;
};

[[nodiscard]] std::string profile_diff_text(const ProfileDiffReport& report,
                                            const TextStyle& style);
[[nodiscard]] std::string profile_diff_json(const ProfileDiffReport& report);

}  // namespace wheelaudit::report
