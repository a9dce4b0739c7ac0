#pragma once

// The audit of one wheel: which ABIs it is judged for, what every rule says, and the verdict.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"
#include "base/limits.hpp"
#include "loader/matrix.hpp"
#include "profile/profile.hpp"
#include "rules/finding.hpp"
#include "rules/rule.hpp"
#include "wheel/wheel.hpp"

namespace wheelaudit::audit {

/// What is said of the wheel as a whole (docs/design/verdicts.md#verdicts).
enum class Verdict : std::uint8_t {
  compatible,
  pure,
  not_applicable,
  repairable,
  incompatible,
  malformed
};
/// The word of reports and JSON: `not-applicable`.
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

struct AuditOptions {
  /// Which ABIs or releases to judge; empty: what the wheel's tags say
  /// (docs/design/verdicts.md#targets).
  std::vector<profile::ProfileSelection> selections;
  bool index_pypi = false;
  std::uint64_t findings_size = Limits{}.findings_size;  ///< bytes, besides half the largest module
  bool matrix = true;    ///< fill `runtimes` for every profile, not only the judged ones
  unsigned threads = 1;  ///< for the matrix; the result is the same with any number
};

struct Audit {
  Verdict verdict = Verdict::malformed;
  std::vector<rules::Finding> findings;      ///< root causes first, then the most severe
  std::vector<loader::RuntimeRow> runtimes;  ///< judged profiles; with `matrix` every profile
  /// Ids of the judged profiles. If the targets were candidates (wasm under a native, unknown or
  /// `any` tag), only of the candidates that pass, unless none passes.
  std::vector<std::string> judged;
};

/// Judges a wheel for the profiles of `catalog` that the options or the wheel's tags name. Never
/// fails: a wheel that cannot be read is malformed.
[[nodiscard]] Audit audit(const wheel::Wheel& wheel, std::span<const profile::AbiProfile> catalog,
                          const AuditOptions& options);

/// Whether the finding is an error that makes the wheel malformed: damaged, unsafe or beyond a
/// limit (docs/design/verdicts.md#verdicts).
[[nodiscard]] bool makes_malformed(const rules::Finding& finding);
/// The verdict that follows from these findings. Never `not_applicable`, which `audit()` decides
/// before any rule runs.
[[nodiscard]] Verdict verdict_of(const wheel::Wheel& wheel,
                                 std::span<const rules::Finding> findings);

/// Whether the function bodies are needed. A function that a judged ABI lacks fails at the call, or
/// at the load when a constructor reaches the function; only the bodies say which.
[[nodiscard]] bool bodies_would_tell(const Audit& audit);

/// Exit code of one audited wheel (docs/design/verdicts.md#exit-codes) for findings at or above
/// `fail_on`; with `require_emscripten` also when the wheel is pure or not for Pyodide.
[[nodiscard]] ExitCode exit_code(const Audit& audit, rules::Severity fail_on,
                                 bool require_emscripten);

}  // namespace wheelaudit::audit
